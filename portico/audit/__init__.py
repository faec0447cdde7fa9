"""What happened, when, by whom. Entries are written by the actions that cause them and never changed."""
