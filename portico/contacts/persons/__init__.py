"""All that is held about one person: handed out whole, or erased. What is held where is in tables.py."""
