"""Every write of tasks and of what was sold."""
