"""Contacts that are one person: found, joined, and taken apart again."""
