"""Settings from environment variables: read once, checked, and no unknown name passes."""

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ON, _OFF = {"on", "yes", "true", "1"}, {"off", "no", "false", "0", ""}


class WrongSetting(Exception):  # noqa: N818 -- says what it is
    """A setting that cannot be taken; the text is one sentence that says what to do."""


class Environment:
    """Reads variables that begin with `prefix` and remembers which ones it knows."""

    def __init__(self, prefix: str, variables: Mapping[str, str] = os.environ) -> None:
        self.prefix = prefix
        self.variables = variables
        self.known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self.known.add(self.prefix + name)
        return self.variables.get(self.prefix + name, default).strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in _ON | _OFF:
            raise WrongSetting(f"{self.prefix}{name} is '{value}': say on or off.")
        return value in _ON

    def number(self, name: str, default: int, *, least: int = 1, most: int = 1_000_000) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise WrongSetting(f"{self.prefix}{name} is '{value}': say a whole number from {least} to {most}.")
        return int(value)

    def networks(self, name: str) -> tuple[Network, ...]:
        """Addresses or networks, separated by commas."""
        parts = [part.strip() for part in self.text(name).split(",") if part.strip()]
        try:
            return tuple(ipaddress.ip_network(part) for part in parts)
        except ValueError as wrong:
            raise WrongSetting(f"{self.prefix}{name}: {wrong}. Say addresses or networks, with commas.") from None

    def address(self, name: str, default: str) -> str:
        """An http or https address without a slash at the end."""
        value = self.text(name) or default
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise WrongSetting(f"{self.prefix}{name} is '{value}': say an address such as https://portico.example.")
        return value.rstrip("/")

    def refuse_unknown(self) -> None:
        unknown = sorted(name for name in self.variables if name.startswith(self.prefix) and name not in self.known)
        if unknown:
            raise WrongSetting(f"Unknown setting {unknown[0]}. Known are {', '.join(sorted(self.known))}.")


def database_of(url: str) -> dict[str, str]:
    """A DATABASE_URL (postgresql://user:password@host:port/name?sslmode=require) as Django's connection settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise WrongSetting("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
    query = {name: unquote(value) for name, _, value in pairs}
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        **{f"OPTIONS.{name}": value for name, value in query.items()},
    }
