"""Ranges of addresses: what is likely to be one customer of one provider."""

import ipaddress

_RANGE = {4: 24, 6: 48}
_ONE_NETWORK = 64  # of IPv6, what one household or one machine is given whole


def range_of(address: str) -> str:
    """The range that an address is in: what one provider gives one customer, roughly. "" for what is no address."""
    parsed = _parsed(address)
    return "" if parsed is None else str(ipaddress.ip_network((parsed, _RANGE[parsed.version]), strict=False))


def countable(address: str) -> str:
    """Under what an address is counted: an IPv6 one by its network, or who has one could try from each of its 2^64."""
    parsed = _parsed(address)
    if parsed is None or parsed.version == 4:  # noqa: PLR2004 -- IP's
        return address
    return str(ipaddress.ip_network((parsed, _ONE_NETWORK), strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
