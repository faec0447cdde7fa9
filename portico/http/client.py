"""Who is at the other end: address, and whether the way is encrypted. Only named proxies are believed."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Client:
    address: str
    is_secure: bool

    @property
    def may_send_credentials(self) -> bool:
        """Over plain HTTP only from this machine itself, unless PORTICO_ALLOW_HTTP is on."""
        return self.is_secure or settings.ALLOW_HTTP or _is_loopback(self.address)


@lru_cache(maxsize=4096)
def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _is_trusted(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.TRUSTED_PROXIES)


_AGENT_SHOWN = 300  # characters


def agent_of(request: HttpRequest) -> str:
    """What the client calls itself, for people to read: it proves nothing."""
    return str(request.META.get("HTTP_USER_AGENT", "")).replace("\0", "")[:_AGENT_SHOWN]


def client_of(request: HttpRequest) -> Client:
    """The nearest address that is no proxy of ours. Without PORTICO_TRUSTED_PROXIES, whoever opened the connection."""
    address = request.META.get("REMOTE_ADDR", "")
    is_secure = request.META.get("wsgi.url_scheme") == "https"
    if settings.TRUSTED_PROXIES and _is_trusted(address):
        is_secure = request.META.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower() == "https"
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        for hop in reversed(hops):
            address = hop
            if not _is_trusted(hop):
                break
    return Client(address, is_secure)
