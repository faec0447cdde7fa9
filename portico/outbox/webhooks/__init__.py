"""Webhooks that leave: who wants to hear of what, what waits for them, how it was taken. None that come in."""
