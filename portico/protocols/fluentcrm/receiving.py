"""What other software delivers to an incoming webhook: POST /?fluentcrm=1&route=contact&hash=... (wire notes 16).

Nobody signs in; the key in the address says which webhook. Always HTTP 200: an envelope says how it went.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse

from portico.contacts.actions.hooks import receive_contact
from portico.contacts.queries.hooks import webhook_for_key
from portico.errors import Invalid, NotFound
from portico.http.bodies import BodyTooLarge, read_body
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.lib.php.query import parse_query
from portico.protocols.fluentcrm import envelope, shapes, wire
from portico.protocols.fluentcrm.intake import required_in_bulk, wanted

MODULE = "fluentcrm"
MOST_BYTES = 1024 * 1024  # a thousand times what one contact needs
_NAMES = ("fluentcrm", "route", "hash")


class _NotOurs(HttpResponse):
    """The webhook's company has the module off: the address shows what it shows to everybody."""


def address_of(key: str) -> str:
    return f"?fluentcrm=1&route=contact&hash={key}"


def is_delivery(query: str) -> bool:
    # The cheap look first: every call to the root address comes by here.
    if "fluentcrm=" not in query:
        return False
    found = _query(query)
    return wire.is_truthy(found.get("fluentcrm")) and found.get("route") == "contact"


def receive(request: HttpRequest) -> HttpResponse | None:
    """The answer; None where the webhook's company does not speak this wire."""
    response = _received(request)
    return None if isinstance(response, _NotOurs) else response


@answering(envelope)
def _received(request: HttpRequest) -> HttpResponse:
    request.route_name = "fluentcrm webhook"  # type: ignore[attr-defined]  # ours, for the log
    client, query = client_of(request), _query(request.META.get("QUERY_STRING", ""))
    key = wire.as_text(query.get("hash")) or ""
    if not key:
        return envelope.refused("invalid_webhook_url", "The address has no hash.")
    if not client.may_send_credentials:
        return envelope.refused("https_required", "Deliveries are taken over https only: make a new webhook.")
    request_id: str = request.request_id  # type: ignore[attr-defined]  # ours
    try:
        actor, webhook = webhook_for_key(key, request_id=request_id, address=client.address)
    except NotFound:
        return envelope.refused("invalid_webhook_hash", "There is no such webhook.")
    if MODULE not in actor.modules:
        return _NotOurs()
    if request.method != "POST":
        return envelope.refused("invalid_request_method", "Deliveries come by POST.")
    given = _given(request, query)
    contact = wanted({**given, "status": webhook.consent}, _required)
    done = receive_contact(actor, webhook, contact, shapes.UPDATED, email_md5=_email_md5(given))
    return envelope.accepted(done.id, is_new=done.is_new)


def _query(query: str) -> dict[str, Any]:
    try:
        return dict(parse_query(query.encode("latin-1", "replace")))
    except ValueError:
        return {}


def _given(request: HttpRequest, query: dict[str, Any]) -> dict[str, Any]:
    """What the delivery says: the body, and whatever else stands in the address."""
    if len(read_body(request)) > MOST_BYTES:
        raise BodyTooLarge
    call = wire.Call(envelope.NOBODY, "")
    try:
        wire.read(request, call)
    except wire.Unreadable:
        raise Invalid.one("body", "unreadable", "The body cannot be read.") from None
    more = {name: value for name, value in query.items() if name not in _NAMES}
    given = {**more, **call.form, **call.json}
    given.pop("contact_owner", None)  # whose a contact is, is not for the outside to say
    names = given.pop("names", None)
    if isinstance(names, dict):
        for name in ("first_name", "last_name"):
            if names.get(name) and not given.get(name):
                given[name] = names[name]
    return given


def _email_md5(given: dict[str, Any]) -> str:
    return (wire.as_text(given.get("_key_by_value")) or "") if given.get("_key_by") == "hash" else ""


def _required(given: Any) -> Any:
    if not given.get("email") and _email_md5(given):
        return []
    return required_in_bulk(given)
