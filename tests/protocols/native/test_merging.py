"""Two contacts that are one person: found, previewed, merged, taken apart."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portico.access import Permission, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import add_contact, change_contact, delete_contacts
from portico.contacts.merging.actions import KEPT_FOR, forget_merges
from portico.contacts.models import Contact, ContactCount, ContactList, ContactMerge, ContactTag, Tag
from tests.make import make_company, make_contact, make_key
from tests.protocols.native.client import Native, assert_problem
from tests.server import Server


def row(contact_id: int) -> dict[str, Any]:
    return dict(Contact.objects.values().get(pk=contact_id))


def tags_of(contact_id: int) -> set[str]:
    return set(ContactTag.objects.filter(contact_id=contact_id).values_list("tag__title", flat=True))


def counts(company: Company) -> dict[tuple[str, int, str], int]:
    """The maintained ones by tag and list, which have to be what counting says."""
    kept: dict[tuple[str, int, str], int] = {}
    for one in ContactCount.objects.filter(company_id=company.pk).exclude(kind__in=["owner", "day"]):
        place = (one.kind, one.ref, one.value)
        kept[place] = kept.get(place, 0) + one.n
    return {place: n for place, n in kept.items() if n}


def counted(company: Company) -> dict[tuple[str, int, str], int]:
    found: dict[tuple[str, int, str], int] = {}
    for contact in Contact.objects.filter(company_id=company.pk):
        labels = [("tag", one.tag_id) for one in ContactTag.objects.filter(contact_id=contact.pk)]
        labels += [("list", one.list_id) for one in ContactList.objects.filter(contact_id=contact.pk)]
        for kind, ref in [("all", 0), *labels]:
            found[kind, ref, contact.consent] = found.get((kind, ref, contact.consent), 0) + 1
    return found


@pytest.fixture
def ann(company: Company) -> Contact:
    fields = {"email": "ann.lee@gmail.com", "first_name": "Ann", "city": "Rome", "total_points": 3, "phone": ""}
    return add_contact(
        operator(company.pk), fields, custom_values={"color": "red"}, tags=["Gold", "Old"], lists=["News"]
    )


@pytest.fixture
def ann_again(company: Company) -> Contact:
    fields = {
        "email": "annlee+shop@googlemail.com", "first_name": "Anne", "last_name": "Lee", "total_points": 4,
        "life_time_value": "12.50", "consent": "unsubscribed", "stage": "customer", "phone": "+49 170 1234567",
    }  # fmt: skip
    custom = {"color": "blue", "size": 1.5}
    return add_contact(operator(company.pk), fields, custom_values=custom, tags=["Gold", "New"], lists=["News"])


def merge(mia: Native, winner: Contact, loser: Contact, **fields: str) -> int:
    answer = mia.post("/contacts/merge", {"winner": winner.pk, "loser": loser.pk, "fields": fields})
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["merge", "winner", "loser"]
    return int(answer.json()["merge"])


def test_the_winner_gets_all_that_it_does_not_have_itself(
    mia: Native, company: Company, ann: Contact, ann_again: Contact
) -> None:
    merge(mia, ann, ann_again)
    one = row(ann.pk)
    assert (one["email"], one["first_name"], one["last_name"], one["city"]) == (
        "ann.lee@gmail.com", "Ann", "Lee", "Rome",
    )  # fmt: skip
    assert (one["total_points"], one["life_time_value"], one["stage"]) == (7, Decimal("12.50"), "customer")
    assert (one["consent"], one["phone"]) == ("unsubscribed", "+49 170 1234567")
    assert one["custom_values"] == {"color": "red", "size": 1.5}
    assert tags_of(ann.pk) == {"Gold", "Old", "New"}
    assert not Contact.objects.filter(pk=ann_again.pk).exists()
    assert counts(company) == counted(company)


def test_who_wins_in_a_field_can_be_chosen(mia: Native, ann: Contact, ann_again: Contact) -> None:
    merge(
        mia, ann, ann_again,
        email="loser", first_name="loser", consent="winner", custom_values="loser", phone="winner",
        total_points="loser",
    )  # fmt: skip
    one = row(ann.pk)
    assert (one["email"], one["first_name"], one["consent"]) == ("annlee+shop@googlemail.com", "Anne", "subscribed")
    assert (one["custom_values"], one["phone"], one["total_points"]) == ({"color": "blue", "size": 1.5}, "", 4)


def test_a_preview_says_what_merging_then_makes(mia: Native, ann: Contact, ann_again: Contact) -> None:
    before = [row(ann.pk), row(ann_again.pk)]
    wanted = {"winner": ann.pk, "loser": ann_again.pk, "fields": {"first_name": "loser"}}
    told = mia.post("/contacts/merge/preview", wanted).json()
    assert [row(ann.pk), row(ann_again.pk)] == before
    assert told["rows"] == {"contact_list": 1, "contact_tag": 2}
    fields = {one["field"]: one for one in told["fields"]}
    assert fields["first_name"] == {"field": "first_name", "winner": "Ann", "loser": "Anne", "result": "Anne"}
    assert fields["life_time_value"]["result"] == "12.50"
    merge(mia, ann, ann_again, first_name="loser")
    for name in ("first_name", "last_name", "consent", "total_points", "custom_values"):
        assert row(ann.pk)[name] == fields[name]["result"]


def test_undoing_restores_both_exactly(mia: Native, company: Company, ann: Contact, ann_again: Contact) -> None:
    number = 2**53 + 1  # more than a double holds
    Contact.objects.filter(pk=ann_again.pk).update(
        life_time_value=Decimal("12345678901234.56"), custom_values={"n": number, "f": 0.1, "t": "2"}
    )
    before, numbers = [row(ann.pk), row(ann_again.pk)], counts(company)
    joined = list(ContactTag.objects.filter(company_id=company.pk).order_by("pk").values())
    undone = mia.post("/contacts/unmerge", {"merge": merge(mia, ann, ann_again, email="loser")})
    assert undone.status_code == 200, undone.text
    after = [row(ann.pk), row(ann_again.pk)]
    for one in (before[0], after[0]):
        del one["updated_at"]
    assert after == before
    assert list(ContactTag.objects.filter(company_id=company.pk).order_by("pk").values()) == joined
    assert counts(company) == counted(company) == numbers
    (kept,) = ContactMerge.objects.filter(company_id=company.pk)
    assert kept.kept is None


def test_undoing_leaves_what_was_changed_since(mia: Native, company: Company, ann: Contact, ann_again: Contact) -> None:
    number = merge(mia, ann, ann_again)
    by = operator(company.pk)
    change_contact(by, ann.pk, {"last_name": "Lee-Ray"}, attach_tags=["Since"], detach_tags=["New"])
    Tag.objects.filter(company_id=company.pk, title="Old").delete()
    assert mia.post("/contacts/unmerge", {"merge": number}).status_code == 200
    assert (row(ann.pk)["last_name"], row(ann_again.pk)["last_name"]) == ("Lee-Ray", "Lee")
    assert (tags_of(ann.pk), tags_of(ann_again.pk)) == ({"Gold", "Since"}, {"Gold", "New"})
    assert counts(company) == counted(company)


def test_merges_of_one_contact_are_undone_last_first(
    mia: Native, company: Company, ann: Contact, ann_again: Contact
) -> None:
    cat = make_contact(company, tags=["Cat"])
    first = merge(mia, ann_again, cat)
    second = merge(mia, ann, ann_again)
    assert tags_of(ann.pk) == {"Gold", "Old", "New", "Cat"}
    # The history of all three is one now.
    assert {event["contact_id"] for event in mia.history(ann.pk)} == {ann.pk, ann_again.pk, cat.pk}
    assert_problem(mia.post("/contacts/unmerge", {"merge": first}), 409, "conflict")
    assert mia.post("/contacts/unmerge", {"merge": second}).status_code == 200
    assert mia.post("/contacts/unmerge", {"merge": first}).status_code == 200
    assert (tags_of(ann.pk), tags_of(cat.pk)) == ({"Gold", "Old"}, {"Cat"})
    assert {event["contact_id"] for event in mia.history(ann.pk)} == {ann.pk}
    assert_problem(mia.post("/contacts/unmerge", {"merge": first}), 409, "conflict")


def test_history_tells_of_the_merge(mia: Native, ann: Contact, ann_again: Contact) -> None:
    number = merge(mia, ann, ann_again)
    merged = next(event for event in mia.history(ann.pk) if event["action"] == "contact.merged")
    assert (merged["by"], merged["wire"], merged["details"]) == (
        "key test", "native", {"loser": ann_again.pk, "merge": number},
    )  # fmt: skip
    assert {"field": "last_name", "old": None, "new": "Lee"} in merged["changes"]
    assert mia.history(ann_again.pk)[0]["action"] == "contact.merged_away"


def test_an_address_that_is_taken_meanwhile_keeps_a_merge_from_being_undone(
    mia: Native, company: Company, ann: Contact, ann_again: Contact
) -> None:
    number = merge(mia, ann, ann_again)
    third = make_contact(company, email=str(ann_again.email).upper())
    assert_problem(mia.post("/contacts/unmerge", {"merge": number}), 409, "conflict")
    assert (row(ann.pk)["last_name"], ContactMerge.objects.get(pk=number).undone_at) == ("Lee", None)
    delete_contacts(operator(company.pk), [third.pk])
    assert mia.post("/contacts/unmerge", {"merge": number}).status_code == 200


def test_after_thirty_days_it_is_too_late_and_nothing_is_kept(
    mia: Native, company: Company, ann: Contact, ann_again: Contact
) -> None:
    old, new = merge(mia, ann, ann_again), merge(mia, make_contact(company), make_contact(company))
    ContactMerge.objects.filter(pk=old).update(merged_at=timezone.now() - KEPT_FOR)
    assert_problem(mia.post("/contacts/unmerge", {"merge": old}), 410, "gone")
    forget_merges()
    assert [ContactMerge.objects.get(pk=one).kept is None for one in (old, new)] == [True, False]
    assert "annlee+shop" not in str(ContactMerge.objects.values_list().get(pk=old))


def test_what_was_merged_or_never_was_is_told_apart(mia: Native, company: Company, ann: Contact) -> None:
    other = make_contact(company)
    merge(mia, ann, other)
    again = {"winner": ann.pk, "loser": other.pk}
    assert_problem(mia.post("/contacts/merge", again), 409, "conflict")
    assert_problem(mia.post("/contacts/merge", {"winner": other.pk, "loser": ann.pk}), 409, "conflict")
    assert_problem(mia.post("/contacts/merge", {"winner": ann.pk, "loser": 2**50}), 404, "not-found")
    theirs = make_contact(make_company())
    assert_problem(mia.post("/contacts/merge", {"winner": ann.pk, "loser": theirs.pk}), 404, "not-found")
    assert Contact.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "winner"),
        ({"winner": 1}, "loser"),
        ({"winner": "1", "loser": 2}, "winner"),
        ({"winner": True, "loser": 2}, "winner"),
        ({"winner": 1.5, "loser": 2}, "winner"),
        ({"winner": 1, "loser": 1}, "loser"),
        ({"winner": 1, "loser": 2, "fields": []}, "fields"),
        ({"winner": 1, "loser": 2, "fields": {"email": 1}}, "fields"),
        ({"winner": 1, "loser": 2, "fields": {"email": "both"}}, "fields"),
        ({"winner": 1, "loser": 2, "fields": {"id": "loser"}}, "fields"),
        ({"winner": 1, "loser": 2, "fields": {"\0": "loser"}}, "fields"),
    ],
)
@pytest.mark.parametrize("path", ["/contacts/merge", "/contacts/merge/preview"])
def test_what_makes_no_sense_is_refused_field_by_field(mia: Native, path: str, body: Any, field: str) -> None:
    problem = assert_problem(mia.post(path, body), 422, "invalid")
    assert [one["field"] for one in problem["errors"]] == [field]


@pytest.mark.parametrize("number", [0, -1, 2**63, 2**70, 2**40])
def test_numbers_that_nobody_has_are_not_found(mia: Native, number: int) -> None:
    status = 422 if number == 2**70 else 404  # beyond JSON's whole numbers
    for path, body in (
        ("/contacts/merge", {"winner": number, "loser": 2**41}),
        ("/contacts/unmerge", {"merge": number}),
    ):
        assert mia.post(path, body).status_code == status


def test_only_who_may_delete_contacts_may_merge_them(server: Server, company: Company, ann: Contact) -> None:
    other = make_contact(company)
    reader = Native(server, make_key(company, [Permission.CONTACTS_READ, Permission.CONTACTS_WRITE]))
    deleter = Native(server, make_key(company, [Permission.CONTACTS_DELETE], name="Del"))
    body = {"winner": ann.pk, "loser": other.pk}
    assert reader.post("/contacts/merge/preview", body).status_code == 200
    for who in (reader, deleter):
        assert_problem(who.post("/contacts/merge", body), 403, "denied")
        assert_problem(who.post("/contacts/unmerge", {"merge": 1}), 403, "denied")
    assert Contact.objects.filter(pk=other.pk).exists()


def duplicates(mia: Native, limit: int = 20) -> list[tuple[str, set[int]]]:
    groups, cursor = [], ""
    for _ in range(50):
        page = mia.get("/contacts/duplicates", params={"limit": limit, "cursor": cursor}).json()
        assert len(page["data"]) <= limit
        groups += [(one["reason"], {contact["id"] for contact in one["contacts"]}) for one in page["data"]]
        if page["next"] is None:
            return groups
        cursor = page["next"]
    raise AssertionError


def test_likely_duplicates_are_found_by_mailbox_phone_and_name(mia: Native, company: Company) -> None:
    def add(email: str, **fields: Any) -> int:
        return int(make_contact(company, email=email, **fields).pk)

    gmail = {add("ann.lee@gmail.com"), add("annlee@gmail.com"), add("AnnLee+x@googlemail.com")}
    plus = {add("bob@people.test"), add("bob+news@people.test")}
    add("b.ob@people.test")  # dots count elsewhere
    phone = {add("c1@people.test", phone="+49 (170) 123-4567"), add("c2@people.test", phone="0170/1234567")}
    add("c3@people.test", phone="12345")
    add("c4@people.test", phone="1 23 45")
    born = {"date_of_birth": "1990-12-31"}
    name = {
        add("d1@people.test", first_name="Dora", last_name="Day", **born),
        add("d2@people.test", first_name=" dora", last_name="DAY ", **born),
    }
    add("d3@people.test", first_name="Dora", last_name="Day", date_of_birth="1990-12-30")
    add("d4@people.test", first_name="Dora", last_name="Day")
    make_contact(make_company(), email="annlee+y@gmail.com", phone="0170/1234567")
    expected = [("email", gmail), ("email", plus), ("phone", phone), ("name_and_birthday", name)]
    assert duplicates(mia) == expected
    assert duplicates(mia, limit=1) == expected


def test_a_group_larger_than_one_look_is_passed(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from portico.contacts.merging import duplicates as searching

    monkeypatch.setattr(searching, "_LOOKED_AT", 4)
    for number in range(9):
        make_contact(company, phone=f"0170 555000{number // 6}")  # six, then three
    for number in range(5):
        make_contact(company, phone=f"0170 44400{number}0")
    found, place = [], None
    for _ in range(50):
        page = searching.list_duplicates(operator(company.pk), after=place)
        found += [group.count for group in page.groups]
        place = page.next
        if place is None:
            break
    assert found == [4, 3]  # of six, as many as were looked at


@pytest.mark.parametrize(
    "condition",
    [
        "NOT (contact_mail_key(email) = lower(email)) AND contact_mail_key(email) > 'x'",
        "phone > '' AND contact_phone_key(phone) > '1'",
        "date_of_birth IS NOT NULL AND contact_name_key(first_name, last_name, date_of_birth) > 'x'",
    ],
)
def test_duplicates_come_from_an_index(company: Company, condition: str) -> None:
    key = condition.rpartition(" AND ")[2].rpartition(" > ")[0]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT id FROM contact WHERE company_id = {company.pk} AND {condition} ORDER BY {key}, id LIMIT 9"  # noqa: S608
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "_key on contact" in plan
    assert "Sort" not in plan
