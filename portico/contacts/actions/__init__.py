"""Every write of contacts, tags, lists and custom fields.

Whoever changes a contact or its tags locks the contact first (`locked`): the maintained counts rely on it.
"""
