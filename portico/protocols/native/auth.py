"""Who is asking: the holder of the API key whose password is the bearer token."""

from django.http import HttpRequest

from portico.access import Actor
from portico.errors import Denied, NotSignedIn
from portico.http.boundary import current_request_id
from portico.http.client import client_of
from portico.identity.queries.credentials import actor_for_bearer


def actor_of(http: HttpRequest) -> Actor:
    """Raises NotSignedIn, and Denied for a key of an administrator or one that crossed the net in clear."""
    scheme, _, token = http.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    client = client_of(http)
    if not client.may_send_credentials:
        raise Denied("Credentials over plain HTTP are refused: use https, and a new key, for this one is known now.")
    return actor_for_bearer(token.strip(), request_id=current_request_id.get(), address=client.address)
