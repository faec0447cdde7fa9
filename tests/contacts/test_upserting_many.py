"""Many contacts upserted in one call: as one after another would be, in as many statements for 200 as for 20."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portico.access import Actor, Role, operator
from portico.contacts.actions.fields import Definition, replace_custom_fields
from portico.contacts.actions.organizations import add_organization
from portico.contacts.actions.tagging import ids_to_attach
from portico.contacts.actions.upserting import Wanted, upsert_contact
from portico.contacts.actions.upserting_many import Row, upsert_contacts
from portico.contacts.models import Consent, Contact, ContactCount, ContactOrganization, List, OptInRequest, Tag
from portico.contacts.queries.history import list_history
from portico.errors import Invalid, NotFound
from portico.lib import statements
from portico.lib.prepared import run_prepared
from portico.lib.statements import Shape
from tests.make import make_company, make_contact, make_member

FIELDS = (
    "email", "first_name", "city", "consent", "stage", "total_points", "life_time_value", "date_of_birth",
    "custom_values",
)  # fmt: skip
PEOPLE, ORGANIZATIONS = ("#rita", "#sam"), ("#one", "#two")
UNLIKE = {"id", "company_id", "token", "created_at", "updated_at", "consent_changed_at", "owner_id", "organization_id"}
SHAPE = Shape({name: name for name in FIELDS})
Upsert = Callable[[Actor, Sequence[Wanted], Shape], list[Row]]


@dataclass(frozen=True)
class World:
    """A company with a few contacts, tags, organizations and a custom field; `ids` has the ids by the names of each."""

    actor: Actor
    ids: dict[str, int]

    def read(self, row: dict[str, Any]) -> Wanted:
        """With names that begin with # as ids."""
        return Wanted(**{name: self._read(value) for name, value in row.items()})

    def _read(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._read(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._read(one) for one in value]
        return self.ids[value] if isinstance(value, str) and value.startswith("#") else value


def make_world(*, is_rep: bool) -> World:
    company = make_company()
    boss = operator(company.pk)
    rita, sam = make_member(company, "Rita", Role.REP), make_member(company, "Sam", Role.REP)
    replace_custom_fields(
        boss,
        [Definition("number", "Size", slug="size"), Definition("text", "Colour", slug="colour")],
        Shape({"slug": "slug"}),
    )
    ids = {"#rita": rita.pk, "#sam": sam.pk, "#nobody": 10**12, "#tag": ids_to_attach(boss, Tag, ["Known"])[0]}
    for name in ORGANIZATIONS:
        ids[name] = add_organization(boss, {"name": name}, Shape({"name": "name"})).id
    for email, consent in (("ann@p.test", "subscribed"), ("bob@p.test", "pending"), ("cem@p.test", "bounced")):
        make_contact(company, email=email, owner_id=rita.pk, tags=["Old"], first_name="Was", consent=consent)
    make_contact(company, email="dan@p.test")  # a rep does not see him
    rep = replace(boss, role=Role.REP, membership_id=rita.pk)
    return World(rep if is_rep else boss, ids)


def one_by_one(actor: Actor, wanted: Sequence[Wanted], shape: Shape) -> list[Row]:
    """What upsert_contacts is to do."""
    rows: dict[int, Row] = {}
    with transaction.atomic():
        ids_to_attach(actor, Tag, [item for one in wanted for item in one.tags])
        ids_to_attach(actor, List, [item for one in wanted for item in one.lists])
        for place in sorted(range(len(wanted)), key=lambda place: str(wanted[place].fields.get("email") or "").lower()):
            try:
                rows[place] = Row(upsert_contact(actor, wanted[place], shape), None)
            except Invalid as no:
                rows[place] = Row(None, no)
    return [rows[place] for place in range(len(wanted))]


def outcome(world: World, upsert: Upsert, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """What was answered and what is there afterwards, with names for ids."""
    try:
        answered = upsert(world.actor, [world.read(row) for row in rows], SHAPE)
    except NotFound:
        return [NotFound]
    told = [
        (row.done and (row.done.document, row.done.is_new), row.refused and row.refused.problems) for row in answered
    ]
    return [told, *state(world)]


def state(world: World) -> Iterator[Any]:
    company = world.actor.company_id
    people, organizations = ({world.ids[name]: name for name in some} for some in (PEOPLE, ORGANIZATIONS))
    for contact in Contact.objects.filter(company_id=company).order_by("email", "pk"):
        own = {field.attname: getattr(contact, field.attname) for field in Contact._meta.concrete_fields}
        yield {name: value for name, value in own.items() if name not in UNLIKE}
        yield people.get(contact.owner_id or 0), organizations.get(contact.organization_id or 0)
        yield contact.consent_changed_at is not None
        yield sorted(Tag.objects.filter(contacttag__contact=contact).values_list("title", flat=True))
        yield sorted(List.objects.filter(contactlist__contact=contact).values_list("title", flat=True))
        working = ContactOrganization.objects.filter(contact=contact)
        yield sorted(organizations[id] for id in working.values_list("organization_id", flat=True))
        yield OptInRequest.objects.filter(contact=contact).count()
        for event in list_history(replace(world.actor, role=None), contact.pk).events:
            changes = [
                (one.field, people.get(one.old, one.old), people.get(one.new, one.new))
                if one.field == "owner_id"
                else (one.field, one.old, one.new)
                for one in event.changes
                if one.field != "organization_id"
            ]
            yield event.action, sorted(changes, key=repr)
    for label in (Tag, List):
        yield sorted(label.objects.filter(company_id=company).values_list("title", flat=True))
    counts = ContactCount.objects.filter(company_id=company).exclude(kind="owner")
    sums = counts.values("kind", "value").annotate(total=Sum("n")).values_list("kind", "value", "total")
    yield sorted(one for one in sums if one[2])


def rows_of_a_call() -> st.SearchStrategy[list[dict[str, Any]]]:
    emails = st.sampled_from(
        [
            "ann@p.test",
            "Bob@P.test",
            "bob@p.test",
            "cem@p.test",
            "dan@p.test",
            "new@p.test",
            "NEW@p.test",
            "eve@p.test",
            "wrong",
            None,
        ]
    )
    fields = {
        "first_name": st.sampled_from(["", None, "Ann", 'O\'Neil \\ "x"', "a\0b"]),
        "city": st.sampled_from(["Köln", "Bonn"]),
        "consent": st.sampled_from(Consent.values),
        "is_customer": st.booleans(),
        "total_points": st.sampled_from([0, 5, "many"]),
        "life_time_value": st.sampled_from([0, 1.5, "12.345"]),
        "date_of_birth": st.sampled_from(["1990-12-31", "", None]),
        "owner_id": st.sampled_from(["#rita", "#rita", "#sam", "#nobody", None]),
    }
    custom = st.dictionaries(st.sampled_from(["size", "colour", "other"]), st.sampled_from(["12", "red", "", None, 3]))
    labels = st.lists(st.sampled_from(["Old", "old", "Fresh", "fresh!", "#tag", "#nobody", "x"]), max_size=3)
    flags = {name: st.booleans() for name in ("keeps_consent", "asks_new", "asks_pending")}
    rows = st.fixed_dictionaries(
        {"fields": st.fixed_dictionaries({"email": emails}, optional=fields)},
        optional={
            "custom_values": custom, "loose": custom, "tags": labels, "lists": labels, "detach_tags": labels,
            "detach_lists": labels, "organizations": st.lists(st.sampled_from(["#one", "#two", "#nobody"]), max_size=3),
            **flags,
        },
    )  # fmt: skip
    return st.lists(rows, min_size=1, max_size=25)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("is_rep", [False, True])
def test_many_at_once_become_what_they_become_one_by_one(*, is_rep: bool) -> None:
    told: Counter[str] = Counter()

    @given(rows=rows_of_a_call())
    @settings(
        max_examples=12,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def check(rows: list[dict[str, Any]]) -> None:
        many, single = (outcome(make_world(is_rep=is_rep), upsert, rows) for upsert in (upsert_contacts, one_by_one))
        assert many == single
        if many != [NotFound]:
            told.update("refused" if no else "new" if done[1] else "merged" for done, no in many[0])

    check()
    assert min(told[kind] for kind in ("refused", "new", "merged")) > 5


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are run."""
    seen: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        seen.append(sql)
        return execute(sql, *more)

    def note_prepared(opened: Any, name: bytes, sql: bytes, *more: Any) -> Any:
        seen.append(sql.decode())
        return run_prepared(opened, name, sql, *more)

    with patch.object(statements, "run_prepared", note_prepared), connection.execute_wrapper(note):
        yield seen


def test_two_hundred_rows_take_as_many_statements_as_twenty() -> None:
    world = make_world(is_rep=False)

    def statements_for(start: int, rows: int, **more: Any) -> list[str]:
        wanted = [
            world.read({
                "fields": {"email": f"p{number}@p.test", "city": f"City {more} {number}", "owner_id": "#rita"},
                "loose": {"size": number}, "tags": ["Old", f"Tag {number % 7}"], "lists": ["News"],
                "detach_tags": ["Old"], "organizations": ["#two", "#one"], "asks_new": True, **more,
            })
            for number in range(start, start + rows)
        ]  # fmt: skip
        with counted() as seen:
            done = upsert_contacts(world.actor, wanted, SHAPE)
        assert all(row.done for row in done)
        return seen

    statements_for(2000, 10)  # makes the tags
    assert len(statements_for(0, 200)) == len(statements_for(1000, 20)) > 10
    statements_for(2000, 10, lists=["Other"])
    changed = {"asks_pending": True, "lists": ["Other"]}
    assert len(statements_for(0, 200, **changed)) == len(statements_for(1000, 20, **changed)) > 10
