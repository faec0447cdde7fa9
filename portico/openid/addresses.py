"""Addresses to which a client may be led back: compared as they are, character by character (RFC 9700, 2.1)."""

import re
from collections.abc import Collection
from urllib.parse import urlencode, urlsplit, urlunsplit

from portico.errors import Invalid
from portico.lib.origins import LONGEST, origin_of

MOST = 20
# An app on a device has a scheme of its own, which is its domain turned round (RFC 8252, 7.1).
_APP = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/[!-~]*")
_HOST = re.compile(r"https://[A-Za-z0-9.\[\]:-]+")
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?")


def checked_addresses(field: str, addresses: Collection[str], *, is_public: bool) -> list[str]:
    """As they may be registered: https, http on one's own machine, an app's own scheme. Raises Invalid."""
    found = list(dict.fromkeys(addresses))
    if len(found) > MOST:
        raise Invalid.one(field, "many", f"A client has at most {MOST} such addresses.")
    for address in found:
        if not _is_good(address, is_public=is_public):
            raise Invalid.one(
                field,
                "address",
                f"{address} cannot be led back to: say https://..., or http://127.0.0.1... for a program on one's own"
                " machine, or for a public client com.example.app:/...; without a fragment.",
            )
    return found


def _is_good(address: str, *, is_public: bool) -> bool:
    if "#" in address or len(address) > LONGEST:
        return False
    origin = origin_of(address)
    if origin is None:
        return is_public and _APP.fullmatch(address) is not None and not set(address) & set("\\<>\"'`;,")
    return _HOST.fullmatch(origin) is not None or _LOOPBACK.fullmatch(origin) is not None


def origins_of(addresses: Collection[str]) -> list[str]:
    """The web origins among them."""
    return sorted({origin for address in addresses if (origin := origin_of(address)) is not None})


def form_source(address: str) -> str:
    """How a Content-Security-Policy names where a form may lead: browsers hold its redirect against that too."""
    return origin_of(address) or address.partition(":")[0] + ":"


def led_back(address: str, answers: dict[str, str]) -> str:
    """The address with these answers in its query; what it has there stays."""
    scheme, host, path, query, _ = urlsplit(address)
    return urlunsplit((scheme, host, path, "&".join(filter(None, (query, urlencode(answers)))), ""))
