"""Every read of tasks and of what was sold."""
