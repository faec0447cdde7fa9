"""Every read of tasks, of what is sold and of the calendar that others may use, one file a subject."""
