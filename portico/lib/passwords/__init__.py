"""Passwords: our hash, foreign ones to verify and replace, bounded work. Whose they are does not belong here."""
