"""Every read of sign-in for other software."""
