"""Every read of users, memberships and credentials that others may use."""
