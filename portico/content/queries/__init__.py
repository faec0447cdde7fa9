"""Every read of what is shown to people that others may use."""
