"""Every read of contacts, tags, lists and custom fields that others may use."""
