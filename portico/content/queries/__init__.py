"""Every read of what is shown and learned that others may use, one file a subject."""
