"""Who comes in and with what: users, memberships, API keys, security codes, passcodes, links, sessions, throttles.

The people a company keeps (contacts) do not belong here, nor does anything that speaks a foreign protocol.
"""
