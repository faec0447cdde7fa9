"""Web origins (RFC 6454): where a browser's page comes from, and where an address leads."""

from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

LONGEST = 2000  # characters of an address that we take
_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str | None:
    """`https://app.example.com` for an absolute http or https address, None for anything a browser may read otherwise.

    A backslash, a blank or a name before the host would lead some browsers elsewhere than we believe.
    """
    parts = _split(url)
    if parts is None or parts.hostname is None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port
    return f"{parts.scheme}://{host}" + ("" if port in {None, _PORTS[parts.scheme]} else f":{port}")


def _split(url: str) -> SplitResult | None:
    if (
        len(url) > LONGEST
        or not url.isascii()
        or any(character <= " " or character in "\\\x7f<>\"'`" for character in url)
    ):
        return None
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in _PORTS and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return None
    return parts if is_good else None


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one more parameter in its query."""
    scheme, host, path, query, fragment = urlsplit(url)
    pair = f"{name}={quote(value, safe='')}"
    return urlunsplit((scheme, host, path, f"{query}&{pair}" if query else pair, fragment))
