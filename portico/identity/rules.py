"""What holds for a credential's use: from which networks, and how often."""

import ipaddress
from dataclasses import dataclass

from portico.access import Actor, Budget
from portico.errors import Invalid, NotSignedIn, TooMany
from portico.identity.throttle import count_in_window, whole_seconds
from portico.identity.usage import note_answer

_WINDOW = 60  # seconds
MOST_NETWORKS = 100
MOST_REQUESTS = 1_000_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Rules:
    networks: tuple[Network, ...] = ()
    requests_per_minute: int | None = None

    @classmethod
    def of(cls, networks: list[str], requests_per_minute: int | None) -> "Rules":
        """From what a credential's row says."""
        return cls(tuple(map(ipaddress.ip_network, networks)), requests_per_minute)

    def admit(self, actor: Actor, address: str) -> Budget | None:
        """What is left of the limit, None without one. Raises NotSignedIn from elsewhere, as for no key; TooMany."""
        if self.networks and not _is_in(address, self.networks):
            note_answer(actor, 401)
            raise NotSignedIn
        if self.requests_per_minute is None:
            return None
        kind, id = actor.credential or ("", 0)
        made, left = count_in_window("requests of a credential", f"{kind} {id}", seconds=_WINDOW)
        if made > self.requests_per_minute:
            note_answer(actor, 429)
            raise TooMany(whole_seconds(left))
        return Budget(self.requests_per_minute, self.requests_per_minute - made, whole_seconds(left))


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


def checked_networks(texts: list[str]) -> list[str]:
    """As they are kept: CIDR, one address as a network of its own. Raises Invalid."""
    if len(texts) > MOST_NETWORKS:
        raise Invalid.one("networks", "many", f"A credential has at most {MOST_NETWORKS} networks.")
    try:
        return [str(ipaddress.ip_network(text.strip(), strict=False)) for text in texts]
    except ValueError as no:
        raise Invalid.one("networks", "wrong", f"{no}: write 203.0.113.7 or 203.0.113.0/24.") from None


def checked_limit(requests_per_minute: int | None) -> int | None:
    """Raises Invalid."""
    if requests_per_minute is not None and not 1 <= requests_per_minute <= MOST_REQUESTS:
        raise Invalid.one("limit", "range", f"A limit is 1 to {MOST_REQUESTS} requests a minute.")
    return requests_per_minute
