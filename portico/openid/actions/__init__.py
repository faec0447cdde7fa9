"""Every write of sign-in for other software."""
