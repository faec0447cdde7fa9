"""Every write of users, memberships and credentials."""
