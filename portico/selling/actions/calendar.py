from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Value

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import Conflict, Denied, Invalid, NotFound
from portico.identity.queries.audiences import is_admitted
from portico.lib.secrets import digest, new_secret, seal
from portico.selling.audiences import audience, save_for_some, told_audience
from portico.selling.given import (
    Check,
    address,
    given,
    long_text,
    name,
    one_of,
    or_none,
    set_moment,
    short_text,
    time_zone,
    whole_number,
    yes_or_no,
)
from portico.selling.models import CalendarEvent, CalendarFeed, EventAnswer, EventAudience, EventType
from portico.selling.queries.calendar import FEED_PREFIX, FEED_PURPOSE
from portico.selling.queries.invited import coming, sees_all_events
from portico.selling.saving import Outcome, Saved

_CHECKS: Mapping[str, Check] = {
    "external_id": name,
    "title": name,
    "description": long_text,
    "type": one_of(EventType.values),
    "starts_at": set_moment,
    "ends_at": set_moment,
    "time_zone": time_zone,
    "is_all_day": yes_or_no,
    "location": short_text,
    "url": address,
    "image_url": address,
    "capacity": or_none(whole_number(1)),
    "is_cancelled": yes_or_no,
    "audience": audience,
}
_SAVED = {Outcome.ADDED: "event.added", Outcome.CHANGED: "event.changed"}


@transaction.atomic
def save_event(actor: Actor, fields: Mapping[str, Any]) -> Saved:
    """A calendar event, found again by its `external_id`; what is not said stays as it is.

    Needed each time: external_id, title, starts_at, ends_at (ISO 8601 with a zone). A capacity that is smaller than
    how many come already keeps those. `audience` is who is invited, None for everybody; whoever no longer is does not
    see the event, and what it said does not count. Raises Invalid.
    """
    actor.require(Permission.EVENTS_WRITE)
    values = given(fields, _CHECKS, ("external_id", "title", "starts_at", "ends_at"))
    if values["ends_at"] < values["starts_at"]:
        raise Invalid.one("ends_at", "order", "It ends before it begins.")
    saved = save_for_some(actor, EventAudience, str(values.pop("external_id")), values)
    if saved.outcome in _SAVED:
        record(actor, _SAVED[saved.outcome], "event", saved.id, title=values["title"], **told_audience(values))
    return saved


@transaction.atomic
def delete_event(actor: Actor, event_id: int) -> None:
    """Take an event away with all answers; calendars forget it. Raises NotFound."""
    actor.require(Permission.EVENTS_WRITE)
    if not CalendarEvent.objects.filter(company_id=actor.company_id, pk=event_id).delete()[0]:
        raise NotFound("event")
    record(actor, "event.deleted", "event", event_id)


@transaction.atomic
def answer_event(actor: Actor, event_id: int, answer: str | None) -> None:
    """Say whether one comes: going, maybe, declined, or None to take it back. Saying the same again changes nothing.

    Raises NotFound, also where one is not invited, Invalid for any other answer, and Conflict where the event is over
    or called off, or has no room.
    """
    member = _member(actor)
    if answer is not None and answer not in EventAnswer.Answer.values:
        raise Invalid.one("status", "unknown", f"This must be one of {', '.join(EventAnswer.Answer.values)}.")
    with connection.cursor() as cursor:
        _require_open(actor, cursor, event_id, is_coming=answer == EventAnswer.Answer.GOING)
        if answer is None:
            cursor.execute(_TAKE_BACK, [actor.company_id, event_id, member])
        else:
            cursor.execute(_ANSWER, [actor.company_id, event_id, member, answer])
        if cursor.rowcount:
            record(actor, "event.answered", "event", event_id, answer=answer)


def _require_open(actor: Actor, cursor: Any, event_id: int, *, is_coming: bool) -> None:
    """Whoever answers, invites or withdraws at the same time waits here: the last seat is given once, to an invited."""
    cursor.execute(_LOCK, [actor.company_id, event_id])
    event = cursor.fetchone()
    if event is None:
        raise NotFound("event")
    is_over, capacity, for_everybody = event
    # Asked only now: the statement that waited has seen the invitations as they were before.
    if not (for_everybody or sees_all_events(actor) or is_admitted(actor, EventAudience, event_id)):
        raise NotFound("event")
    if is_over:
        raise Conflict("This event is over or was called off.")
    if is_coming and capacity is not None:
        others = coming(actor.company_id, event_id, for_everybody=Value(for_everybody))
        if others.exclude(member_id=actor.membership_id).count() >= capacity:
            raise Conflict("This event is full.")


_LOCK = """
SELECT is_cancelled OR ends_at < now(), capacity, for_everybody FROM calendar_event WHERE company_id = %s AND id = %s
FOR NO KEY UPDATE
"""
_TAKE_BACK = "DELETE FROM event_answer WHERE company_id = %s AND event_id = %s AND member_id = %s"
_ANSWER = """
INSERT INTO event_answer AS old (company_id, event_id, member_id, answer) VALUES (%s, %s, %s, %s)
ON CONFLICT (company_id, event_id, member_id) DO UPDATE SET answer = excluded.answer, at = statement_timestamp()
WHERE old.answer <> excluded.answer
"""


@transaction.atomic
def renew_feed(actor: Actor) -> str:
    """A new token for the address of the actor's own calendar feed; the one before is good for nothing any more."""
    token = new_secret(FEED_PREFIX)
    sealed = (digest(token, FEED_PURPOSE), seal(token.encode(), FEED_PURPOSE))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RENEW, [actor.company_id, _member(actor), *sealed])
    except IntegrityError:  # the membership has gone meanwhile
        raise Denied from None
    record(actor, "calendar_feed.renewed", "member", actor.membership_id)
    return token


_RENEW = """
INSERT INTO calendar_feed (company_id, member_id, digest, sealed_token) VALUES (%s, %s, %s, %s)
ON CONFLICT (company_id, member_id) DO UPDATE
SET digest = excluded.digest, sealed_token = excluded.sealed_token, created_at = statement_timestamp()
"""


@transaction.atomic
def revoke_feed(actor: Actor) -> None:
    """The address of the actor's feed is good for nothing from now on, if there is one."""
    rows = CalendarFeed.objects.filter(company_id=actor.company_id, member_id=_member(actor))
    if rows.delete()[0]:
        record(actor, "calendar_feed.revoked", "member", actor.membership_id)


def _member(actor: Actor) -> int:
    """Only members have a calendar: software that acts by itself comes to no event."""
    if actor.membership_id is None:
        raise Denied
    return actor.membership_id
