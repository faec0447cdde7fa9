"""Filters that somebody puts together: which contacts, as conditions in groups, checked and turned into SQL."""
