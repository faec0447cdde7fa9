"""Filters of every kind, put together at random, against what a plain program makes of the same contacts."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.fields import Definition, replace_custom_fields
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.filtering import preparing
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.filtering.kinds import Text
from portico.contacts.filtering.relations import Rows
from portico.contacts.models import Contact, ContactTag, List, Tag
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import list_contact_documents
from portico.errors import Invalid
from portico.lib.statements import Shape
from tests.make import make_company, make_contact

O = Operator  # noqa: E741 -- many times a line
TODAY = datetime.now(UTC).date()
NAMES = ("Ann", "ann", "Annabel", "Jöst", "JÖST", "100%", "a_b", r"C:\dir", "O'Neil", "", None)
CITIES = ("Bonn", "Köln", "Berlin", "BERLIN MITTE", None)
DATES = tuple(TODAY - timedelta(days=days) for days in (0, 1, 2, 3, 30, 31, 4000))
TEXTS = ("ann", "Jöst", "%", "_", "0%", "a_b", "\\", "'", "bonn", "erlin", "x", "Berlin Mitte", "12", "--; DROP")
CUSTOM: dict[str, tuple[str, tuple[Any, ...]]] = {
    "colour": ("text", ("Red", "red", "", "12", "7.5", None, " 3 ", 12)),
    "size": ("number", (1, 12, "12", "7.5", -3, "many", "", None, 7.5, "1e3")),
    "pets": ("checkbox", (["Cat", "dog"], ["DOG"], [], "cat", ["100%"], None)),
    "since": ("date", ("2026-01-05", "2026-01-06", "soon", "", "2026-01-05 10:00:00", "2020-02-30", None)),
    "called": ("date_time", ("2026-01-05 10:00:00", "2026-01-05T10:00:00Z", "2026-01-05", "2026-01-06 00:00", "")),
}
STAMPS = ("2026-01-05", "2026-01-06", "2026-01-05 10:00:00", str(TODAY), str(TODAY - timedelta(days=2)))
NUMBERS = (12, "7.5", "-3", 0, "12.00", 1)


class Crowd:
    """A company's contacts, in the database and as plain rows."""

    def __init__(self) -> None:
        chance = Random(7)  # noqa: S311 -- to be repeated, not to be secret
        self.company = make_company()
        self.by = operator(self.company.pk)
        wanted = [Definition(kind, slug, slug, options=()) for slug, (kind, _) in CUSTOM.items()]
        replace_custom_fields(self.by, wanted, Shape({"slug": "slug"}))
        self.tags = [Tag.objects.create(company=self.company, title=f"T{n}", slug=f"t{n}").pk for n in range(4)]
        self.lists = [List.objects.create(company=self.company, title=f"L{n}", slug=f"l{n}").pk for n in range(3)]
        self.rows = [self.add(chance) for _ in range(36)]

    def add(self, chance: Random) -> dict[str, Any]:
        row: dict[str, Any] = {
            "first_name": chance.choice(NAMES),
            "city": chance.choice(CITIES),
            "total_points": chance.choice((0, 1, 12, 700)),
            "life_time_value": Decimal(chance.choice(("0", "7.5", "12", "99.99"))),
            "consent": chance.choice(("subscribed", "pending", "bounced")),
            "stage": chance.choice(("lead", "prospect", "customer")),
            "date_of_birth": chance.choice((*DATES, None)),
            "last_activity_at": chance.choice((*map(moment, DATES), moment(TODAY, 10), None)),
        }
        custom = {slug: value for slug, (_, values) in CUSTOM.items() for value in chance.sample((*values, ...), 1)}
        contact = make_contact(self.company, **row)
        custom = {slug: value for slug, value in custom.items() if value is not ...}
        Contact.objects.filter(company=self.company, pk=contact.pk).update(custom_values=custom)
        tags, lists = chance.sample(self.tags, chance.randint(0, 3)), chance.sample(self.lists, chance.randint(0, 2))
        label_contacts(self.by, [contact.pk], attach_tags=tags, attach_lists=lists)
        return {**row, "id": contact.pk, "custom": custom, "tags": set(tags), "lists": set(lists)}


def moment(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def page_of(company: Company, *groups: tuple[Condition, ...], stored: bool = False) -> set[int]:
    chosen = Chosen(filter=Filter(groups, stored=stored))
    page = list_contact_documents(operator(company.pk), Shape({"id": "id"}), chosen, per_page=1000)
    ids = [row["id"] for row in json.loads(f"[{page.rows}]")]
    assert page.total == len(ids) == len(set(ids))
    return set(ids)


# What a plain program says of one value. None: there is nothing to compare, so that only an opposite holds.

OPPOSITE = {O.IS_NOT: O.IS, O.CONTAINS_NOT: O.CONTAINS, O.NONE_OF: O.ANY_OF, O.FILLED: O.EMPTY}


def holds(row: dict[str, Any], condition: Condition) -> bool:
    if condition.subject in {"tags", "lists"}:
        wanted: set[int] = set(condition.value)
        has: set[int] = row[condition.subject]
        return {
            O.ANY_OF: bool(wanted & has),
            O.NONE_OF: not wanted & has,
            O.ALL_OF: wanted <= has,
            O.NOT_ALL_OF: not wanted <= has,
        }[condition.operator]
    if condition.operator in OPPOSITE:
        return not holds(
            row, Condition(condition.subject, condition.name, OPPOSITE[condition.operator], condition.value)
        )
    compare: Callable[[Any, Condition], bool]
    if condition.subject == "custom":
        value = row["custom"].get(condition.name)
        if condition.operator is O.EMPTY:
            return value in (None, "", [])
        kind = CUSTOM[condition.name][0]
        if kind == "checkbox":
            items = value if isinstance(value, list) else [value]
            return any(as_text(item, condition) for item in items if item is not None)
        compare = {"text": as_text, "number": as_number, "date": as_day, "date_time": as_moment}[kind]
        if kind == "text" and condition.operator in {O.LESS, O.MORE}:
            compare = as_number
    else:
        value = row[condition.name]
        if condition.operator is O.EMPTY:
            return value in (None, "")
        compare = {
            Decimal: as_number, int: as_number, datetime: as_moment, date: as_day,
        }.get(type(value), as_text) if condition.name not in {"date_of_birth", "last_activity_at"} else (
            as_day if condition.name == "date_of_birth" else as_moment
        )  # fmt: skip
    return value is not None and compare(value, condition)


def as_text(value: Any, condition: Condition) -> bool:
    text = str(value).lower()
    if condition.operator is O.ANY_OF:
        return text in {one.lower() for one in condition.value}
    wanted = str(condition.value).lower()
    return {O.IS: text == wanted, O.CONTAINS: wanted in text, O.LESS: text < wanted, O.MORE: text > wanted}[
        condition.operator
    ]


def as_number(value: Any, condition: Condition) -> bool:
    if condition.operator is O.CONTAINS:
        text = str(value) if not isinstance(value, Decimal) else f"{value.normalize():f}"
        return str(condition.value) in text
    if not re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*", str(value)):
        return False
    number = Decimal(str(value).strip())
    if condition.operator is O.ANY_OF:
        return number in {Decimal(str(one)) for one in condition.value}
    wanted = Decimal(str(condition.value))
    return {O.IS: number == wanted, O.LESS: number < wanted, O.MORE: number > wanted}[condition.operator]


def as_moment(value: Any, condition: Condition, *, days_only: bool = False) -> bool:
    if isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S")
    else:
        if not re.match(r"\d{4}-\d\d-\d\d", str(value)):
            return False
        text = str(value).replace("T", " ")[:19]
        text += "0000-00-00 00:00:00"[len(text) :]
    if condition.operator is O.CONTAINS:
        return str(condition.value) in (text[:10] if days_only else text)
    cut = 10 if days_only else 19
    if condition.operator is O.ANY_OF:
        wanted = {one[:cut] for one in condition.value}
        return text[:cut] in wanted or text[:10] in wanted
    if condition.operator in {O.DAYS_BEFORE, O.DAYS_WITHIN}:
        first = str(TODAY - timedelta(days=condition.value))
        return text < first if condition.operator is O.DAYS_BEFORE else first <= text[:10] <= str(TODAY)
    size = 10 if condition.operator is O.ON else min(cut, len(condition.value))
    ours, theirs = text[:size], str(condition.value)[:size]
    return {
        O.IS: ours == theirs, O.ON: ours == theirs, O.BEFORE: ours < theirs, O.LESS: ours < theirs,
        O.AFTER: ours > theirs, O.MORE: ours > theirs,
    }[condition.operator]  # fmt: skip


def as_day(value: Any, condition: Condition) -> bool:
    return as_moment(value if not isinstance(value, date) else str(value), condition, days_only=True)


PLAIN = (O.IS, O.IS_NOT, O.CONTAINS, O.CONTAINS_NOT, O.ANY_OF, O.NONE_OF, O.EMPTY, O.FILLED, O.LESS, O.MORE)
DATED = (*PLAIN, O.BEFORE, O.AFTER, O.ON, O.DAYS_BEFORE, O.DAYS_WITHIN)
CHOICES = tuple(one for one in PLAIN if one not in {O.LESS, O.MORE})
POOLS: tuple[tuple[str, str, tuple[Operator, ...], tuple[Any, ...]], ...] = (
    ("own", "first_name", PLAIN, TEXTS),
    ("own", "city", PLAIN, TEXTS),
    ("own", "consent", PLAIN, ("subscribed", "Pending", "ed")),
    ("own", "stage", PLAIN, ("lead", "customer", "o")),
    ("own", "total_points", PLAIN, (0, 12, "1", "700")),
    ("own", "life_time_value", PLAIN, NUMBERS),
    ("own", "date_of_birth", DATED, STAMPS),
    ("own", "last_activity_at", DATED, STAMPS),
    ("custom", "colour", CHOICES, ("red", "e", "12")),
    ("custom", "colour", (O.LESS, O.MORE), NUMBERS),
    ("custom", "size", PLAIN, NUMBERS),
    ("custom", "pets", CHOICES, ("cat", "DOG", "o", "%", "0%")),
    ("custom", "since", DATED, STAMPS),
    ("custom", "called", DATED, STAMPS),
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    labels = draw(st.integers(0, 3)) == 0
    if labels:
        subject = draw(st.sampled_from(("tags", "lists")))
        known = CROWD.tags if subject == "tags" else CROWD.lists
        ids = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
        return Condition(subject, "", draw(st.sampled_from((O.ANY_OF, O.NONE_OF, O.ALL_OF, O.NOT_ALL_OF))), ids)
    subject, name, operators, pool = draw(st.sampled_from(POOLS))
    how = draw(st.sampled_from(operators))
    if how in {O.EMPTY, O.FILLED}:
        return Condition(subject, name, how)
    if how in {O.DAYS_BEFORE, O.DAYS_WITHIN}:
        return Condition(subject, name, how, draw(st.sampled_from((0, 1, 2, 30, 5000))))
    if how in {O.CONTAINS, O.CONTAINS_NOT}:
        pool = tuple(map(str, pool)) if pool is not STAMPS else ("2026", "-01-0", "5 10")
    if how in {O.ANY_OF, O.NONE_OF}:
        return Condition(subject, name, how, draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3)))
    return Condition(subject, name, how, draw(st.sampled_from(pool)))


CROWD: Crowd


@pytest.fixture(scope="module", autouse=True)
def _crowd(database: None) -> None:  # noqa: ARG001 -- must be up first
    global CROWD  # noqa: PLW0603 -- strategies are made before fixtures
    CROWD = Crowd()


@given(groups=st.lists(st.lists(conditions(), max_size=3), max_size=3))
@settings(max_examples=300, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@pytest.mark.timeout(300)
def test_any_filter_finds_what_a_plain_program_finds(groups: list[list[Condition]]) -> None:
    real = [group for group in groups if group]
    expected = {
        row["id"] for row in CROWD.rows
        if not real or any(all(holds(row, one) for one in group) for group in real)
    }  # fmt: skip
    assert page_of(CROWD.company, *map(tuple, groups)) == expected


@pytest.mark.parametrize("key", ["", "tag__slug"])
def test_contacts_are_found_by_rows_of_theirs(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    # Tags have all that events and organizations will have: a row of the contact's, a text in another table, a key.
    monkeypatch.setitem(preparing.SUBJECTS, "tag_title", Rows(ContactTag, "tag__title", Text(), key))
    first, second = CROWD.tags[:2]
    with_first = {row["id"] for row in CROWD.rows if first in row["tags"]}
    with_either = with_first | {row["id"] for row in CROWD.rows if second in row["tags"]}
    everybody = {row["id"] for row in CROWD.rows}
    assert page_of(CROWD.company, (Condition("tag_title", "", O.IS, "t0", of="t0"),)) == with_first
    assert page_of(CROWD.company, (Condition("tag_title", "", O.IS_NOT, "T0", of="t0"),)) == everybody - with_first
    either = Condition("tag_title", "", O.ANY_OF, ["T0", "T1"], of="t0")
    assert page_of(CROWD.company, (either,)) == (with_first if key else with_either)
    with pytest.raises(Invalid, match="Group 1, item 1"):
        page_of(CROWD.company, (Condition("tag_title", "", O.BEFORE, "2026-01-01", of="t0"),))
    for of in ("", "a\0b"):
        without = Condition("tag_title", "", O.IS, "T0", of=of)
        if key:
            with pytest.raises(Invalid, match="value"):
                page_of(CROWD.company, (without,))
        else:
            assert page_of(CROWD.company, (without,)) == with_first


@pytest.mark.parametrize("pool", POOLS, ids=lambda pool: f"{pool[0]} {pool[1]} {pool[2][0]}")
def test_each_operator_alone_finds_what_a_plain_program_finds(pool: Any) -> None:
    subject, name, operators, values = pool
    for how in operators:
        for value in values:
            one = Condition(subject, name, how, value)
            if how in {O.ANY_OF, O.NONE_OF}:
                one = Condition(subject, name, how, [value])
            elif how in {O.CONTAINS, O.CONTAINS_NOT}:
                one = Condition(subject, name, how, str(value))
            elif how in {O.DAYS_BEFORE, O.DAYS_WITHIN}:
                one = Condition(subject, name, how, 30)
            assert page_of(CROWD.company, (one,)) == {row["id"] for row in CROWD.rows if holds(row, one)}, one
