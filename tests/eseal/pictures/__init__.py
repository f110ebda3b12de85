"""Tests of the pictures of seals."""
