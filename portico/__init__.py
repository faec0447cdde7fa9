"""Portico: a self-hosted contact and identity server."""
