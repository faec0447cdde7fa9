"""Where a webhook may go: nobody makes this server call what only it can reach.

A name is resolved once, every address that it has is checked, and the call goes to one of those addresses: a name that
means something else a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from typing import NamedTuple

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Unreachable(Exception):  # noqa: N818 -- says what it is
    """No call is made; the text says why."""


class Place(NamedTuple):
    """What a socket connects to."""

    family: int
    address: tuple[str, int]


def places_of(host: str, port: int) -> list[Place]:
    """The addresses of a host, all of them allowed. Raises Unreachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("The host's name has no address.") from None
    places = [Place(family, (str(address[0]), port)) for family, _, _, _, address in found]
    if not settings.ALLOW_PRIVATE_WEBHOOKS and not all(is_public(place.address[0]) for place in places):
        raise Unreachable("The host is in a private network (see PORTICO_ALLOW_PRIVATE_WEBHOOKS).")
    return places


def is_public(text: str) -> bool:
    """Whether this is an address that anybody in the internet could call, whatever is packed inside it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # with a zone, like fe80::1%eth0
    return all(one.is_global and not one.is_multicast and not one.is_unspecified for one in _within(address))


def _within(address: Address) -> list[Address]:
    """The address, and the IPv4 addresses that a router would make of it."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    inside: list[Address] = [address]
    if address.sixtofour is not None:
        inside.append(address.sixtofour)
    if address.teredo is not None:
        inside += address.teredo
    if address in _NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return inside
