"""Every write to what is shown to people."""
