"""The work of a company's reps: orders, shares and views in proportion to its contacts, and what is asked of them."""

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.cases import Case
from benchmarks.load import script_of, wrk
from benchmarks.report import Report
from benchmarks.world import Company

if TYPE_CHECKING:
    from benchmarks.world import World
    from portico.access import Actor

CONTACTS_PER_REP, VIEWS_PER_CONTACT, MEDIA = 1000, 5, 5
OF_EACH = 25  # tasks, notes, groups, libraries, events and trainings of the rep whose lists are measured
_FEWEST_REPS = 10
_AT_ONCE = 200_000
_PERSON = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"
_MACHINE = "bench-bot/1.0"
_ORDERS = """
INSERT INTO sales_order (company_id, external_id, number, contact_id, currency, total, placed_at)
SELECT company_id, 'bench-' || id, 'B-' || id, id, 'USD', 1000 + id %% 90000, now() - id %% 360 * interval '1 day'
FROM contact WHERE company_id = %s ON CONFLICT DO NOTHING
"""
# Every rep has its part of the people; whoever made the company's data has all of them.
_SPREAD = """
UPDATE contact SET owner_id = one.id FROM (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM membership WHERE company_id = %s AND role = 'rep'
) AS one
WHERE contact.company_id = %s AND contact.owner_id IS DISTINCT FROM one.id
    AND one.k = contact.id %% (SELECT count(*) FROM membership WHERE company_id = %s AND role = 'rep')
"""
_SHARES = """
INSERT INTO share (company_id, sharer_id, medium_id, kind, code)
SELECT medium.company_id, membership.id, medium.id, 'link', substr(md5(random()::text), 1, 16)
FROM medium JOIN membership ON membership.company_id = medium.company_id AND membership.role = 'rep'
WHERE medium.company_id = %s
"""
# Half of them of sites, half of shares; over a year, evenly among the reps.
_VIEWS = """
INSERT INTO page_view (company_id, member_id, share_id, medium_id, visitor, is_first, at)
SELECT one.company_id, one.sharer_id, CASE WHEN n %% 2 = 0 THEN one.id END, CASE WHEN n %% 2 = 0 THEN one.medium_id END,
    decode(md5(n::text), 'hex'), n %% 3 = 0, now() - n %% 8640 * interval '1 hour'
FROM generate_series(%s::bigint, %s::bigint) AS n JOIN (
    SELECT *, row_number() OVER (ORDER BY id) - 1 AS k FROM share WHERE company_id = %s
) AS one ON one.k = n / 2 %% (SELECT count(*) FROM share WHERE company_id = %s)
"""


def rep_cases(company: Company) -> list[Case]:
    """What a rep's app asks when it is opened."""
    bearer = {"Authorization": f"Bearer {company.jwt}"}
    lists = ("tasks", "orders", "media", "libraries", "shares", "activities", "notes", "groups", "events", "trainings")
    return [Case(f"rep {name}", f"/api/{name}?per_page=10", 0.4, bearer) for name in lists]


def fill_app(world: "World", company: Company) -> None:
    """Give whose lists are measured a page and more of everything; what is there already is kept."""
    from portico.access import operator
    from portico.companies.models import Company as CompanyRow
    from portico.content.actions.authoring import add_training
    from portico.selling.actions.planning import plan_event

    if _asked(world, company, "tasks"):
        return
    contact = _asked(world, company, "contacts?per_page=1")[0]["id"]
    actor = operator(CompanyRow.objects.get(slug=company.slug).pk)
    for number in range(OF_EACH):
        start = datetime.now(UTC) + timedelta(days=number + 30)
        due = f"{start:%Y-%m-%d}"
        for path, body in (
            ("tasks", {"task": {"title": f"Call back {number}", "due_date": due, "contact_id": contact}}),
            ("notes", {"note": {"body": f"Asked for an offer, call {number}", "contact_id": contact}}),
            ("groups", {"group": {"name": f"Group {number}", "color": "#336699"}}),
            ("libraries", {"library": {"title": f"Films {number}"}}),
        ):
            _asked(world, company, path, body)
        plan_event(actor, {"title": f"Meeting {number}", "starts_at": start.isoformat(), "ends_at": start.isoformat()})
        add_training(actor, {"title": f"Lesson {number}", "modules": [{"title": "Begin"}]})


def fill(company: Company) -> None:
    """Give the company its reps, orders, shares and views; what is there already is kept."""
    from django.db import connection

    from portico.access import operator
    from portico.companies.models import Company as CompanyRow
    from portico.contacts.models import Contact
    from portico.content.actions.counts import fold_counts
    from portico.content.models import PageView, Share
    from portico.selling.models import Order

    id = CompanyRow.objects.get(slug=company.slug).pk
    _add_people(operator(id), max(_FEWEST_REPS, company.contacts // CONTACTS_PER_REP))
    with connection.cursor() as cursor:
        if len(Contact.objects.filter(company_id=id, owner__isnull=False).values("owner").distinct()[:2]) == 1:
            cursor.execute(_SPREAD, [id, id, id])
            cursor.execute("VACUUM (FULL, ANALYZE) contact")  # as if they had been theirs from the beginning
        if not Order.objects.filter(company_id=id).exists():
            cursor.execute(_ORDERS, [id])
        if not Share.objects.filter(company_id=id).exists():
            for number in range(MEDIA):
                _add_medium(operator(id), f"Film {number}", b"")
            cursor.execute(_SHARES, [id])
        wanted = company.contacts * VIEWS_PER_CONTACT
        for first in range(PageView.objects.filter(company_id=id).count(), wanted, _AT_ONCE):
            cursor.execute(_VIEWS, [first, min(first + _AT_ONCE, wanted) - 1, id, id])
            fold_counts()
        cursor.execute("ANALYZE sales_order, share, page_view")


def _add_people(actor: "Actor", count: int) -> None:
    from portico.access import Role
    from portico.identity.actions.people import add_member
    from portico.identity.models import Membership

    for number in range(Membership.objects.filter(company_id=actor.company_id, role=Role.REP).count(), count):
        add_member(actor, email=f"rep-{number}@{actor.company_id}.test", role=Role.REP, name=f"Rep {number}")


def _add_medium(actor: "Actor", title: str, padding: bytes) -> int:
    from portico.content.actions.media import Sent, add_medium
    from portico.content.files.store import Incoming

    with Incoming() as incoming:
        incoming.write(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" + padding + b"\ntrailer\n<<>>\n%%EOF\n")
        return add_medium(actor, Sent(incoming.done(), "file"), {"title": title}, of_company=True).pk


def measure(world: "World", company: Company, seconds: float, report: Report) -> None:
    """What is compared with each other, not with a bare statement."""
    _year_beside_day(world, company, seconds, report)
    _page_beside_file(world, company, seconds, report)


def _year_beside_day(world: "World", company: Company, seconds: float, report: Report) -> None:
    today = datetime.now(UTC).date()
    rates = [
        _rate(world, _analytics(company, f"?start_date={today - timedelta(days=days)}&end_date={today}"), seconds)
        for days in (0, 365)
    ]
    report.fact(
        f"analytics among {company.contacts * VIEWS_PER_CONTACT:,} views",
        f"a day {rates[0]:,.0f}/s, a year {rates[1]:,.0f}/s: {rates[0] / rates[1]:.1f} of a day (wanted: at most 3)",
    )


def _analytics(company: Company, query: str) -> Case:
    return Case("analytics", f"/api/analytics{query}", 0, {"Authorization": f"Bearer {company.jwt}"})


def _page_beside_file(world: "World", company: Company, seconds: float, report: Report) -> None:
    from portico.access import operator
    from portico.companies.models import Company as CompanyRow

    page = urlsplit(_asked(world, company, "me")["mysite_url"]).path
    with urllib.request.urlopen(world.url + page) as response:  # noqa: S310 -- http
        size = len(response.read())
    id = _add_medium(operator(CompanyRow.objects.get(slug=company.slug).pk), "As large as a page", b"x" * (size - 50))
    file = urlsplit(_asked(world, company, f"media/{id}")["pdf_url"])
    seen, unseen = (_rate(world, Case("page", page, 0, {"User-Agent": who}), seconds) for who in (_PERSON, _MACHINE))
    static = _rate(world, Case("file", f"{file.path}?{file.query}", 0), seconds)
    report.fact(
        f"a rep's page of {size:,} bytes",
        f"{seen:,.0f}/s beside a file's {static:,.0f}/s: {seen / static:.2f} of it (wanted: 0.30); "
        f"counting takes {max(0, 1 - seen / unseen):.2f} of its time (wanted: under 0.20)",
    )


def _asked(world: "World", company: Company, path: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {company.jwt}", "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{world.url}/api/{path}", sent, headers)  # noqa: S310 -- http
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 -- same
        return json.loads(response.read())


def _rate(world: "World", case: Case, seconds: float) -> float:
    took = wrk(world.url + case.path, core=world.load_core, connections=8, seconds=seconds, script=script_of(case, ""))
    if not took.rate:
        raise RuntimeError(f"no {case.name} was answered")
    return took.rate
