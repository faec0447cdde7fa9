"""One change to many contacts, however many match: chosen, begun, made by the worker in portions, stopped."""
