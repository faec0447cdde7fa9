"""What happened, when, by whom. Entries are written by what causes them; only forgetting a person changes one."""
