"""Timestamps: tokens, requests and answers, authorities."""
