"""What there is to do and what was sold: tasks, orders, calendar events."""
