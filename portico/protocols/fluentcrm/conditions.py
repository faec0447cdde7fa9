"""If-Match on one contact: a change is made only where the contact is still as it was read."""

from collections.abc import Collection, Iterable

from django.http import HttpResponse

from portico.contacts.actions.seeing import Seen
from portico.http.conditions import entity_tag, strong_tags
from portico.lib.statements import Shape
from portico.protocols.fluentcrm import organization_shapes, shapes
from portico.protocols.fluentcrm.wire import Call, raw_answer, wordpress_error

# What `with[]` and modules add to a contact, each with its letter in the tag, which so says what the hash is of.
_EXTRAS = {
    "stats": "s",
    "subscriber.custom_values": "v",
    "custom_fields": "f",
    "commerce_stat": "c",
    "organizations": "o",
}


def shape_with(extras: Collection[str]) -> Shape:
    return shapes.shown(
        stats="stats" in extras,
        custom_values="subscriber.custom_values" in extras,
        custom_fields="custom_fields" in extras,
        commerce="commerce_stat" in extras,
        relations=organization_shapes.AT_CONTACT if "organizations" in extras else None,
    )


def tagged(document: str, extras: Collection[str]) -> HttpResponse:
    """One contact's answer with a tag such as "sv-<hash>"."""
    body = document.encode()
    response = raw_answer(body)
    response["ETag"] = entity_tag(body, "".join(letter for name, letter in _EXTRAS.items() if name in extras) + "-")
    return response


def seen_by(call: Call) -> list[Seen] | None:
    """What the caller has seen of the contact; None where it does not say, or where any will do."""
    header = call.header("If-Match")
    if header is None or header.strip() == "*":
        return None
    return list(_seen(strong_tags(header)))


def _seen(tags: Iterable[str]) -> Iterable[Seen]:
    for tag in tags:
        letters, dash, fingerprint = tag.partition("-")
        if dash and set(letters) <= set(_EXTRAS.values()):
            yield Seen(shape_with([name for name, letter in _EXTRAS.items() if letter in letters]), fingerprint)


def outdated() -> HttpResponse:
    return wordpress_error(412, "rest_precondition_failed", "The contact has changed since you read it.")
