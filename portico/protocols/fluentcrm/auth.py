"""HTTP Basic with an API username and an application password, as the manual page has it."""

import binascii
from base64 import b64decode

from django.conf import settings
from django.http import HttpRequest

from portico.access import Actor
from portico.errors import NotSignedIn
from portico.http.client import Client
from portico.identity.queries.credentials import actor_for_key
from portico.lib.php.query import parse_query

URL_WARNING = "Credentials in an address end up in logs and histories: for testing only."


class InsecureTransport(Exception):  # noqa: N818 -- says what it is; the entry answers 403
    """Credentials came in clear over the net."""


def credentials_of(request: HttpRequest) -> str | None:
    """`user:password` as sent, None where nothing was. Raises NotSignedIn for a Basic header that cannot be read."""
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() == "basic":
        return _decoded(given.strip())
    if settings.ALLOW_URL_CREDENTIALS and "_wp_http_referer=" in request.META.get("QUERY_STRING", ""):
        return _from_address(request)
    return None


def _decoded(given: str) -> str:
    # The manual page also prints the header un-encoded; a colon never occurs in base64.
    if ":" in given:
        return given
    try:
        return b64decode(given, validate=True).decode()
    except (binascii.Error, ValueError):
        raise NotSignedIn from None


def _from_address(request: HttpRequest) -> str | None:
    try:
        found = parse_query(request.META["QUERY_STRING"].encode("latin-1", "replace")).get("_wp_http_referer")
    except ValueError:
        return None
    return found if isinstance(found, str) else None


def actor_of(request: HttpRequest, client: Client, request_id: str) -> Actor | None:
    """Who asks; None for nobody. Raises NotSignedIn, InsecureTransport, and Denied for a key of an administrator."""
    given = credentials_of(request)
    if given is None:
        return None
    if not client.may_send_credentials:
        raise InsecureTransport
    username, _, password = given.partition(":")
    return actor_for_key(username.strip(), password, request_id=request_id, address=client.address)


def came_by_address(request: HttpRequest) -> bool:
    """Whether the credentials were in the address, which deserves a warning."""
    return (
        settings.ALLOW_URL_CREDENTIALS
        and "HTTP_AUTHORIZATION" not in request.META
        and ("_wp_http_referer=" in request.META.get("QUERY_STRING", ""))
    )
