"""Every write of tasks, of what is sold and of the calendar, one file a subject."""
