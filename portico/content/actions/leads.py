from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from portico.access import Actor, Role, permissions_of
from portico.audit.actions import record
from portico.contacts.actions.activities import note_activity
from portico.contacts.actions.adding import insert_contact
from portico.contacts.fields import checked, checked_each, checked_text
from portico.contacts.queries.contacts import find_contact_id
from portico.errors import Busy, Invalid
from portico.identity.throttle import count_in_window, count_try
from portico.lib.networks import countable

LONGEST_MESSAGE = 2000
LONGEST_FIELD = 200
FROM_ONE_ADDRESS = 20  # an hour
ON_ONE_PAGE = 300  # an hour
_HOUR = 3600
_TRIES = 3
_TEXTS = ("first_name", "last_name", "phone")
# Once for each page, however often its button is pressed.
_ADD = """
INSERT INTO lead (company_id, member_id, contact_id, share_id, medium_id)
SELECT %s, %s, id, %s, %s FROM contact WHERE company_id = %s AND id = %s AND owner_id = %s
ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Where somebody leaves an address: a share's page, or without one the site of this member."""

    company_id: int
    member_id: int
    share_id: int | None = None
    medium_id: int | None = None


def capture_lead(asking: Actor, page: LeadPage, fields: Mapping[str, Any]) -> None:
    """Somebody left an address on a page: a new contact of its member, with consent pending and a line on its timeline.

    `fields` are first_name, last_name, email, phone and message. Whoever has the address already only gets the line,
    so that nobody can tell the two apart, and a contact never changes hands or words by a form that anybody can fill
    in. Sent twice it is done once. `asking` is the stranger who sends. Raises Invalid, TooMany.
    """
    values, message = _checked(fields)
    count_try("lead from", countable(asking.address), limit=FROM_ONE_ADDRESS, seconds=_HOUR)
    count_try("lead on", f"{page.company_id} {page.member_id}", limit=ON_ONE_PAGE, seconds=_HOUR)
    kind = "share" if page.share_id else "site"
    actor = _as_member(asking, page)
    with transaction.atomic():
        contact_id = _contact(actor, {**values, "source": kind, "lead_type": "mysite" if kind == "site" else "media"})
        _keep_lead(actor, page, contact_id)
        said = f"{page.member_id} {page.share_id} {contact_id} {message}"
        if count_in_window("lead said", said, seconds=_HOUR)[0] == 1:
            told = {name: value for name, value in {**values, "message": message}.items() if value and name != "email"}
            note_activity(page.company_id, contact_id, "lead.captured", kind, page.share_id or page.member_id, **told)


def _checked(fields: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    email = fields.get("email")
    if not isinstance(email, str) or not email.strip():
        raise Invalid.one("email", "required", "An e-mail address is missing.")
    texts = checked_each({name: fields.get(name) or "" for name in _TEXTS}, dict.fromkeys(_TEXTS, _short))
    message = checked_each({"message": fields.get("message") or ""}, {"message": _message})["message"]
    values = checked({"email": email.strip(), **{name: value for name, value in texts.items() if value}})
    return values, message


def _short(value: Any) -> str:
    return (checked_text(value, LONGEST_FIELD) or "").strip()


def _message(value: Any) -> str:
    return (checked_text(value, LONGEST_MESSAGE) or "").strip()


def _as_member(asking: Actor, page: LeadPage) -> Actor:
    """What comes in through a member's page is that member's, as if it were a rep who wrote it down."""
    return Actor(
        page.company_id,
        "visitor",
        asking.wire,
        permissions_of(Role.REP, ()),
        membership_id=page.member_id,
        role=Role.REP,
        request_id=asking.request_id,
        address=asking.address,
    )


def _contact(actor: Actor, values: dict[str, Any]) -> int:
    for _ in range(_TRIES):
        added = insert_contact(actor, values, {}, [], [])
        found = added[0] if added else find_contact_id(actor.company_id, values["email"])
        if found is not None:
            return found
    raise Busy  # somebody keeps adding and deleting it


def _keep_lead(actor: Actor, page: LeadPage, contact_id: int) -> None:
    """Only of a contact that is the member's own: of another's nobody is to learn that it was there."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            [
                page.company_id,
                page.member_id,
                page.share_id,
                page.medium_id,
                page.company_id,
                contact_id,
                page.member_id,
            ],
        )
        kept = cursor.fetchone()
    if kept:
        record(actor, "lead.captured", "lead", kept[0], contacts=[contact_id], contact_id=contact_id)
