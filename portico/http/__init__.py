"""What every HTTP face of Portico needs: routes, bodies, who is at the other end, the boundary where errors end.

Knows the core's way of saying no, but nothing of contacts, companies or any wire.
"""
