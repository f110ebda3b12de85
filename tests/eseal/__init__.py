"""Tests of this folder's namesake; see tests/world.py for what they share."""
