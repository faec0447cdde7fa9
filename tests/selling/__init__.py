"""Tests of what there is to do and what was sold."""
