"""The foreign protocols, each in a folder that could be deleted without the others noticing."""
