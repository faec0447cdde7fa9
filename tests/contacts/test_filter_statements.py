"""Which statement a filter becomes: a fast one where that knows it, with an index where there is one."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.models import ContactTag, Tag
from portico.contacts.queries.choosing import Chosen, choice, matching
from portico.contacts.queries.contacts import count_chosen, list_contact_documents
from portico.lib.statements import Shape, Statement, compiled
from tests.make import make_company, make_contact, make_contacts, make_member

O = Operator  # noqa: E741 -- many times a line
MANY = 3000


def by(*conditions: Condition) -> Chosen:
    return Chosen(filter=Filter((conditions,)))


@pytest.fixture(scope="module")
def crowd() -> Company:
    company = make_company()
    ids = make_contacts(
        company,
        MANY,
        first_name="'Ann' || n %% 50",
        city="'Town ' || n %% 7",
        email="'ann' || n || '@crowd.test'",
    )
    tag = Tag.objects.create(company=company, title="Few", slug="few")
    ContactTag.objects.bulk_create(ContactTag(company_id=company.pk, contact_id=id, tag=tag) for id in ids[:20])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contact_tag")
    return company


def plan(company: Company, chosen: Chosen) -> str:
    what = choice(operator(company.pk), chosen)
    statement = compiled(matching(what.parts).values_list("id"), prepared=False)
    explain = Statement(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.values, prepared=False)
    return json.dumps(explain.fetch(what.values))


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (Condition("own", "city", O.IS, "town 3"), "contact_search"),
        (Condition("own", "first_name", O.CONTAINS, "nn17"), "contact_search"),
        (Condition("search", "", O.CONTAINS, "ann17"), "contact_search"),
        (Condition("own", "email", O.IS, "ann17@crowd.test"), "contact_email"),
        (Condition("own", "email", O.ANY_OF, ["ann17@crowd.test", "ANN18@crowd.test"]), "contact_email"),
    ],
)
def test_an_index_is_used_where_there_is_one(crowd: Company, condition: Condition, index: str) -> None:
    used = plan(crowd, by(condition))
    assert f'"{index}"' in used
    assert '"Seq Scan"' not in used
    assert count_chosen(operator(crowd.pk), by(condition)) > 0


def test_what_the_fast_statements_know_is_left_to_them(crowd: Company) -> None:
    actor, tag = operator(crowd.pk), Tag.objects.get(company=crowd).pk
    for filtered, plain in (
        (by(Condition("tags", "", O.ANY_OF, [tag])), Chosen(tags=(tag,))),
        (by(Condition("lists", "", O.ANY_OF, [1, 2])), Chosen(lists=(1, 2))),
        (by(Condition("own", "consent", O.ANY_OF, ["pending"])), Chosen(consents=("pending",))),
        (by(), Chosen()),
    ):
        assert choice(actor, filtered).parts == choice(actor, plain).parts
        assert choice(actor, filtered).values == choice(actor, plain).values
    assert choice(actor, by(Condition("own", "owner_id", O.IS, 7))).parts == {"company", "owner"}
    assert count_chosen(actor, by(Condition("tags", "", O.ANY_OF, [tag]))) == 20


def test_both_of_two_tags_is_not_taken_for_the_last() -> None:
    company = make_company()
    both = make_contact(company, tags=["One", "Two"])
    make_contact(company, tags=["One"])
    make_contact(company, tags=["Two"])
    ids = Tag.objects.filter(company=company).values_list("pk", flat=True)
    tags = [Condition("tags", "", O.ANY_OF, [id]) for id in ids]
    page = list_contact_documents(operator(company.pk), Shape({"id": "id"}), by(*tags))
    assert (page.total, json.loads(page.rows)) == (1, {"id": both.pk})


def test_a_filter_never_shows_a_rep_the_contacts_of_another() -> None:
    company = make_company()
    rob, rita = make_member(company, "Rob", Role.REP), make_member(company, "Rita", Role.REP)
    own = make_contact(company, owner_id=rob.pk)
    make_contact(company, owner_id=rita.pk)
    actor = replace(operator(company.pk), role=Role.REP, membership_id=rob.pk)

    def seen(*groups: tuple[Condition, ...]) -> list[Any]:
        page = list_contact_documents(actor, Shape({"id": "id"}), Chosen(filter=Filter(groups)))
        ids = [row["id"] for row in json.loads(f"[{page.rows}]")]
        assert page.total == len(ids)
        return ids

    hers = Condition("own", "owner_id", O.IS, rita.pk)
    assert seen((hers,)) == []
    assert seen((hers,), (Condition("own", "id", O.MORE, 0),)) == [own.pk]
    assert seen() == [own.pk]
