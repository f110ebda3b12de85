"""Tests of eseal.sm2."""
