"""Every write of what is shown and learned, one file a subject."""
