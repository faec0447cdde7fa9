from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BigIntegerField, BooleanField, TextField

from portico.access import Actor, Permission
from portico.audit.actions import ENTRY, entry_values
from portico.errors import Invalid, NotFound, Problem
from portico.lib.statements import Later, Statement, later_number, later_text
from portico.lib.texts import is_storable

LONGEST_NAME = 192  # of keys, titles and providers; more is cut off, as in the field
LONGEST_VALUE = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a contact did. With `is_repeatable`, doing it again counts up instead of standing there twice."""

    key: str
    title: str
    value: str | None = None
    provider: str = "custom"
    is_repeatable: bool = True


def track_event(actor: Actor, event: Event, *, contact_id: int | None = None, email: str | None = None) -> int:
    """Keep an event of the contact with this id or, without one, this address; answers the event's id.

    The same repeatable event of one contact, by key and title, is one row: it counts up and takes the new value, also
    when several tell of it at once. Raises NotFound for the contact, Invalid.
    """
    actor.require(Permission.CONTACTS_WRITE)
    _check(event)
    known = email is not None and is_storable(email)
    if contact_id is None and not known:
        raise NotFound("contact")
    statement = _statement(by_email=contact_id is None, owned=actor.owns_only)
    entry = dict(zip(_ENTRY_NAMES, entry_values(actor, "event.tracked", "contact"), strict=True))
    row = statement.fetch_one(
        {
            **entry,
            "company": actor.company_id,
            "owner": actor.membership_id,
            "contact": contact_id,
            "email": email,
            "key": event.key[:LONGEST_NAME],
            "title": event.title[:LONGEST_NAME],
            "value": event.value,
            "provider": event.provider[:LONGEST_NAME],
            "is_repeatable": event.is_repeatable,
        }
    )
    if row is None:
        raise NotFound("contact")
    return int(row[0])


def _check(event: Event) -> None:
    problems = [Problem(name, "required", "This is needed.") for name in ("key", "title") if not getattr(event, name)]
    if len(event.value or "") > LONGEST_VALUE:
        problems.append(Problem("value", "long", f"This has more than {LONGEST_VALUE} characters."))
    if not is_storable(event.key + event.title + (event.value or "") + event.provider):
        problems.append(Problem("title", "text", "This has characters that no text can have."))
    if problems:
        raise Invalid(*problems)


_ENTRY_NAMES = tuple(f"entry_{name}" for name in ENTRY)
# One statement, so that of many at once none is lost. The contact cannot go while it runs; its other writers need not
# wait.
_TRACK = """
WITH person AS (
    SELECT company_id, id FROM contact WHERE company_id = %s AND {whom} FOR KEY SHARE
), event AS (
    INSERT INTO tracked_event AS known
        (company_id, contact_id, created_by_id, key, title, value, provider, is_repeatable)
    SELECT company_id, id, %s, %s, %s, %s, %s, %s FROM person
    ON CONFLICT (company_id, contact_id, key, title) WHERE is_repeatable
    DO UPDATE SET counter = known.counter + 1, value = excluded.value, updated_at = statement_timestamp()
    RETURNING id, contact_id
), noted AS (
    INSERT INTO audit_entry ({entry}, subject_id, details)
    SELECT {marks}, contact_id, jsonb_build_object('event', id) FROM event
)
SELECT id FROM event
"""


@lru_cache(maxsize=4)
def _statement(*, by_email: bool, owned: bool) -> Statement:
    whom, values = (
        ("lower(email) = lower(%s)", [later_text("email")]) if by_email else ("id = %s", [later_number("contact")])
    )
    if owned:
        whom, values = f"{whom} AND owner_id = %s", [*values, later_number("owner")]
    texts = [later_text(name) for name in ("key", "title", "value", "provider")]
    entry = [Later(name, TextField()) for name in _ENTRY_NAMES]
    sql = _TRACK.format(whom=whom, entry=", ".join(ENTRY), marks=", ".join(["%s"] * len(ENTRY)))
    return Statement(
        sql,
        [
            Later("company", BigIntegerField()), *values, later_number("owner"), *texts,
            Later("is_repeatable", BooleanField()), *entry,
        ],
    )  # fmt: skip
