from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import BinaryField, Count, DateTimeField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Now

from portico.access import Actor, Permission, Role, permissions_of
from portico.errors import NotFound
from portico.identity.queries.profiles import own_time_zone
from portico.lib.secrets import digest, is_well_formed, unseal
from portico.lib.statements import (
    Later,
    Shape,
    Statement,
    as_documents,
    compiled,
    compiled_page,
    later_number,
    later_text,
)
from portico.selling.models import CalendarEvent, CalendarFeed, EventAnswer
from portico.selling.queries.invited import coming, sees_all_events, visible_events
from portico.selling.queries.named import named_document, named_documents

FEED_PREFIX = "pcf_"
FEED_PURPOSE = "calendar feed"
MOST_IN_FEED = 1000
_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class EventsWanted:
    """Which events; what is "" or None is not asked for. `upcoming` has those that are not over, or only the others.

    `since` and `before` bound when an event takes place: one that lasts into the time counts. Called off ones are left
    out unless `with_cancelled`.
    """

    upcoming: bool | None = None
    type: str = ""
    since: datetime | None = None
    before: datetime | None = None
    with_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calendar it is, and what is in it."""

    company: str
    events: list[CalendarEvent]


def list_event_documents(
    actor: Actor, shape: Shape, wanted: EventsWanted, *, page: int = 1, per_page: int = 25
) -> tuple[int, str]:
    """How many events match, and one page of them joined by commas, those that begin first before the others.

    Who keeps events sees all, everybody else those for everybody and those that it is invited to.

    Shapes may use `my_answer`, what the actor has said, and `going`, how many come.
    """
    parts = {name for name in ("type", "since", "before", "with_cancelled") if getattr(wanted, name)}
    if wanted.upcoming is not None:
        parts.add("upcoming" if wanted.upcoming else "over")
    values = {"company": actor.company_id, "member": actor.membership_id, "offset": (page - 1) * per_page}
    values |= {name: getattr(wanted, name) for name in ("type", "since", "before")}
    statement = _page_statement(shape, frozenset(parts), per_page, sees_all=sees_all_events(actor))
    ((total, rows),) = statement.fetch(values)
    return int(total), str(rows)


def get_event_document(actor: Actor, shape: Shape, event_id: int) -> str:
    """One event as JSON, also one that was called off. Raises NotFound, also where the actor is not invited."""
    values = {"company": actor.company_id, "member": actor.membership_id, "id": event_id}
    row = _one_statement(shape, sees_all=sees_all_events(actor)).fetch_one(values)
    if row is None:
        raise NotFound("event")
    return str(row[0])


def list_next_events(actor: Actor, *, most: int) -> tuple[list[CalendarEvent], str]:
    """Those that are on or to come, what is soonest first, without what was called off.

    With them, where there are any, the name of the time zone of the actor's person.
    """
    rows = CalendarEvent.objects.filter(company_id=actor.company_id, is_cancelled=False, ends_at__gte=Now())
    rows = visible_events(rows, actor.membership_id or 0, sees_all=sees_all_events(actor))
    found = list(rows.annotate(zone=own_time_zone(actor)).order_by("starts_at", "pk")[:most])
    return [*found], (found[0].zone or "") if found else ""


def list_company_events(actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]:
    """The company's events with their ids, the newest made first, those before this one: for who keeps them."""
    actor.require(Permission.EVENTS_WRITE)
    rows = with_going(CalendarEvent.objects.filter(company_id=actor.company_id))
    return named_documents(rows, shape, before=before, limit=limit)


def get_company_event(actor: Actor, shape: Shape, event_id: int) -> str:
    """One of them. Raises NotFound."""
    actor.require(Permission.EVENTS_WRITE)
    rows = with_going(CalendarEvent.objects.filter(company_id=actor.company_id, pk=event_id))
    return named_document(rows, shape, "event")


def get_feed_token(actor: Actor) -> str:
    """The token of the actor's own calendar feed. Raises NotFound where it has none."""
    feed = CalendarFeed.objects.filter(company_id=actor.company_id, member_id=actor.membership_id).first()
    if feed is None:
        raise NotFound("calendar feed")
    return unseal(bytes(feed.sealed_token), FEED_PURPOSE).decode()


def get_feed(token: str) -> Feed:
    """What a calendar program sees at the feed's address: what is to come and was of late, without what was declined.

    Raises NotFound for a token that is no longer good, or whose member, user or company is no longer active.
    """
    if not is_well_formed(token, FEED_PREFIX):
        raise NotFound("calendar")
    row = _feed_statement().fetch_one({"digest": digest(token, FEED_PURPOSE)})
    if row is None:
        raise NotFound("calendar")
    company_id, member_id, company, role, granted = row
    sees_all = Permission.EVENTS_WRITE in permissions_of(Role(role), granted)
    mine = EventAnswer.objects.filter(company_id=company_id, member_id=member_id, answer=EventAnswer.Answer.DECLINED)
    events = CalendarEvent.objects.filter(company_id=company_id, ends_at__gt=Now() - _BACK)
    events = visible_events(events, member_id, sees_all=sees_all).exclude(pk__in=mine.values("event_id"))
    return Feed(company, list(events.order_by("starts_at", "pk")[:MOST_IN_FEED]))


@lru_cache(maxsize=1)
def _feed_statement() -> Statement:
    rows = CalendarFeed.objects.filter(  # any company: looked up by its hash
        digest=Later("digest", BinaryField()),
        member__is_active=True,
        member__user__is_active=True,
        company__is_active=True,
    )
    return compiled(rows.values_list("company_id", "member_id", "company__name", "member__role", "member__permissions"))


def with_going(rows: "QuerySet[CalendarEvent]") -> "QuerySet[CalendarEvent]":
    """Each with `going`, how many come."""
    answers = coming(OuterRef("company_id"), OuterRef("pk"), for_everybody=OuterRef("for_everybody"))
    counted = answers.order_by().values("event_id").annotate(n=Count("member_id")).values("n")
    return rows.annotate(going=Subquery(counted))


def _answered(*, sees_all: bool) -> "QuerySet[CalendarEvent]":
    mine = EventAnswer.objects.filter(
        company_id=OuterRef("company_id"), event_id=OuterRef("pk"), member_id=later_number("member")
    )
    rows = CalendarEvent.objects.filter(company_id=later_number("company"))
    rows = visible_events(rows, later_number("member"), sees_all=sees_all)
    return with_going(rows).annotate(my_answer=Subquery(mine.values("answer")))


@lru_cache(maxsize=128)
def _page_statement(shape: Shape, parts: frozenset[str], per_page: int, *, sees_all: bool) -> Statement:
    conditions = Q() if "with_cancelled" in parts else Q(is_cancelled=False)
    if "upcoming" in parts:
        conditions &= Q(ends_at__gte=Now())
    if "over" in parts:
        conditions &= Q(ends_at__lt=Now())
    if "type" in parts:
        conditions &= Q(type=later_text("type"))
    if "since" in parts:
        conditions &= Q(ends_at__gte=Later("since", DateTimeField()))
    if "before" in parts:
        conditions &= Q(starts_at__lt=Later("before", DateTimeField()))
    counted = CalendarEvent.objects.filter(conditions, company_id=later_number("company")).order_by()
    counted = visible_events(counted, later_number("member"), sees_all=sees_all)
    total = counted.annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    rows = as_documents(_answered(sees_all=sees_all).filter(conditions).order_by("starts_at", "id"), shape)
    return compiled_page(total, rows, prepared=False, limit=per_page, offset=True)


@lru_cache(maxsize=16)
def _one_statement(shape: Shape, *, sees_all: bool) -> Statement:
    return compiled(as_documents(_answered(sees_all=sees_all).filter(id=later_number("id")), shape))
