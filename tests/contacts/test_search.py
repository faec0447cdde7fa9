"""Searching and filtering among many contacts: what is found, in which order, and through which index."""

import json
from typing import Any

import pytest

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.models import Contact, ContactTag, List, Tag
from portico.contacts.queries.choosing import Chosen, choice, matching
from portico.contacts.queries.contacts import Order, Page, list_contact_documents
from portico.contacts.sample import make_sample
from portico.lib.statements import Shape, Statement, compiled
from tests.make import make_company, make_contact, make_member

MANY = 15_000
SHAPE = Shape({"email": "email", "first": "first_name"})


@pytest.fixture(scope="module")
def crowd(database: None) -> Company:  # noqa: ARG001 -- must be up first
    """A company with so many contacts that reading them all would not be chosen."""
    company = make_company("crowd")
    make_member(company, "Rita", Role.REP)
    make_sample(operator(company.pk), contacts=MANY)
    return company


def page(company: Company, chosen: Chosen, **how: Any) -> Page:
    return list_contact_documents(operator(company.pk), SHAPE, chosen, **how)


def found(company: Company, term: str, **more: Any) -> list[str]:
    """E-mail addresses, in order."""
    answer = page(company, Chosen(search=term, **more), order=Order("email", descending=False), per_page=100)
    rows = [row["email"] for row in json.loads(f"[{answer.rows}]")]
    assert answer.total == len(rows)
    return rows


def plan(company: Company, chosen: Chosen, *, newest: int | None = None) -> str:
    """How PostgreSQL would find them: its plan as JSON text."""
    what = choice(operator(company.pk), chosen)
    rows = matching(what.parts)
    statement = compiled((rows.order_by("-id")[:newest] if newest else rows).values_list("id"), prepared=False)
    explain = Statement(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.values, prepared=False)
    return json.dumps(explain.fetch(what.values))


def test_every_searched_column_is_found_in_the_middle_of_words_whatever_the_case() -> None:
    company = make_company()
    columns: dict[str, Any] = {
        "first_name": "Anneliese", "last_name": "O'Brien-Jöst", "email": "office@vienna.test", "phone": "+49 171 555",
        "address_line_1": "Kastanienallee 7", "address_line_2": "Hinterhaus", "postal_code": "A-1010",
        "city": "Straßburg", "state": "Steiermark", "country": "ÖSTERREICH",
    }  # fmt: skip
    make_contact(company, **columns)
    make_contact(company, first_name="Somebody", email="else@people.test")
    for term in (
        "NELIES", "o'brien", "JÖST", "ice@vie", "171 5", "tanienallee 7", "HINTER", "a-10", "ßburg", "eierm", "österr",
        "Anneliese O'Brien", "  office  ",
    ):  # fmt: skip
        assert found(company, term) == ["office@vienna.test"], term
    for term in ("anneliesex", "viennatest", "nobody at all"):
        assert found(company, term) == [], term


def test_signs_that_mean_something_to_like_are_only_signs() -> None:
    company = make_company()
    for email, city in (
        ("percent@people.test", "100%ig"), ("score@people.test", "a_b_c"), ("slash@people.test", r"C:\dir\x"),
        ("quote@people.test", "O'Neil \"Bob\""), ("plain@people.test", "100 and abbbc and Cdir"),
    ):  # fmt: skip
        make_contact(company, email=email, city=city)
    assert found(company, "0%i") == ["percent@people.test"]
    assert found(company, "%%%") == []
    assert found(company, "a_b") == ["score@people.test"]
    assert found(company, "___") == []
    assert found(company, r":\dir\x") == ["slash@people.test"]
    assert found(company, "\\\\\\") == []
    assert found(company, 'o\'neil "bob"') == ["quote@people.test"]


def test_one_or_two_letters_are_found_too_and_nothing_asked_is_everybody() -> None:
    company = make_company()
    for name in ("Xu", "Xavier", "Bo"):
        make_contact(company, first_name=name, email=f"{name.lower()}@people.test")
    assert found(company, "xu") == ["xu@people.test"]
    assert found(company, "x") == ["xavier@people.test", "xu@people.test"]
    assert len(found(company, " ")) == len(found(company, "")) == 3


def test_two_words_find_both_names_and_each_alone() -> None:
    company = make_company()
    for first, last in (("Ann", "Lee"), ("Ann", "Other"), ("Bob", "Lee"), ("Joann", "Brown"), ("Mary", "Major")):
        make_contact(company, first_name=first, last_name=last, email=f"{first}.{last}@people.test".lower())
    assert found(company, "Ann Lee") == [
        "ann.lee@people.test", "ann.other@people.test", "bob.lee@people.test", "joann.brown@people.test",
    ]  # fmt: skip
    assert found(company, "mary major") == ["mary.major@people.test"]


def test_a_status_is_found_by_its_name() -> None:
    company = make_company()
    make_contact(company, email="bounced@people.test", consent="bounced", first_name="Ann")
    make_contact(company, email="fine@people.test")
    assert found(company, "ounce") == ["bounced@people.test"]


def test_a_search_never_answers_another_companys_people(crowd: Company) -> None:
    other = make_company()
    ann = make_contact(other, email="quetzalcoatl@people.test", first_name="Hugo")
    assert found(other, "quetzalcoatl") == [ann.email]
    assert found(crowd, "quetzalcoatl") == []
    assert found(other, "hugo") == [ann.email]
    assert page(crowd, Chosen(search="hugo")).total == Contact.objects.filter(company=crowd, first_name="Hugo").count()


def test_a_rare_term_is_found_through_the_index_and_not_by_reading_everybody(crowd: Company) -> None:
    rare = make_contact(crowd, email="zwölfkämpfer@people.test", first_name="Zwölfkämpfer")
    for chosen in (Chosen(search="wölfkäm"), Chosen(person="wölfkäm"), Chosen(search="zwölfk ämpfer")):
        used = plan(crowd, chosen)
        assert '"contact_search"' in used, chosen
        assert '"Seq Scan"' not in used, chosen
    assert found(crowd, "WÖLFKÄM") == [rare.email]


def test_the_newest_with_a_tag_come_from_the_index_of_that_tag(crowd: Company) -> None:
    tag = Tag.objects.get(company=crowd, title="Tag 3")
    members = ContactTag.objects.filter(company=crowd, tag=tag)
    assert members.count() > MANY / 30
    assert page(crowd, Chosen(tags=(tag.pk,))).total == members.count()
    used = plan(crowd, Chosen(tags=(tag.pk,)), newest=10)
    assert '"contact_tag_tag"' in used
    assert '"Sort"' not in used


def test_filters_all_have_to_match(crowd: Company) -> None:
    tag, news = Tag.objects.get(company=crowd, title="Tag 3"), List.objects.get(company=crowd, title="Newsletter")
    both = Contact.objects.filter(
        company=crowd, contacttag__tag=tag, contactlist__list=news, consent__in=["pending", "bounced"]
    )
    answer = page(crowd, Chosen(tags=(tag.pk,), lists=(news.pk,), consents=("pending", "bounced")))
    assert answer.total == both.count() > 0
    assert page(crowd, Chosen(tags=())).total == 0


def test_totals_of_everything_a_tag_a_list_and_a_status_are_exact_and_read_no_contact(crowd: Company) -> None:
    everybody = Contact.objects.filter(company=crowd)
    assert page(crowd, Chosen()).total == everybody.count()
    for consent in ("subscribed", "bounced", "spammed"):
        assert page(crowd, Chosen(consents=(consent,))).total == everybody.filter(consent=consent).count() > 0
    for title in ("Newsletter", "Product news"):
        label = List.objects.get(company=crowd, title=title)
        assert page(crowd, Chosen(lists=(label.pk,))).total == everybody.filter(contactlist__list=label).count() > 0


def test_pages_are_ordered_and_do_not_overlap(crowd: Company) -> None:
    def emails(number: int, **order: Any) -> list[str]:
        answer = page(crowd, Chosen(consents=("spammed",)), order=Order(**order), page=number, per_page=50)
        return [row["email"] for row in json.loads(f"[{answer.rows}]")]

    of_all = Contact.objects.filter(company=crowd, consent="spammed")
    newest = [emails(number) for number in (1, 2, 3)]
    assert sum(newest, []) == list(of_all.order_by("-id").values_list("email", flat=True)[:150])  # noqa: RUF017 -- three
    by_address = emails(1, field="email", descending=False) + emails(2, field="email", descending=False)
    assert by_address == sorted(by_address)
    last = -(-of_all.count() // 50)
    assert len(emails(last)) == of_all.count() - (last - 1) * 50
    assert emails(last + 1) == []


def test_names_are_ordered_without_regard_to_case() -> None:
    company = make_company()
    for name in ("bob", "Ann", "CLEO", "ann"):
        make_contact(company, first_name=name)
    rows = json.loads(f"[{page(company, Chosen(), order=Order('first_name', descending=False)).rows}]")
    assert [row["first"] for row in rows] == ["Ann", "ann", "bob", "CLEO"]
