"""Every change of a contact with who, when, from where, old and new value."""

from typing import Any

import pytest
from django.db import connection

from portico.access import Role, operator
from portico.audit import queries
from portico.audit.models import NO_CHANGES, AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.members import sign_in_member
from portico.contacts.actions.passwords import set_password
from portico.contacts.queries.history import list_history
from portico.errors import NotFound
from tests.make import make_company, make_contact, make_key, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.protocols.native.client import Native, assert_problem
from tests.server import Server


def changes(event: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(one["field"], one["old"], one["new"]) for one in event["changes"]]


def test_creating_and_changing_are_told_with_old_and_new_values(mia: Native, crm: Crm) -> None:
    vip = crm.add_tag("VIP")
    ann = crm.add("ann@people.test", first_name="Ann", tags=[vip])
    crm.put(f"/subscribers/{ann}", {"first_name": "Anna", "status": "unsubscribed"})
    changed, added = mia.history(ann)
    assert (changed["action"], changed["by"], changed["wire"], changed["contact_id"]) == (
        "contact.changed", "key test", "fluentcrm", ann,
    )  # fmt: skip
    assert changed["at"].endswith("Z")
    assert sorted(changes(changed)) == [
        ("consent", "subscribed", "unsubscribed"),
        ("first_name", "Ann", "Anna"),
    ]
    assert {("email", None, "ann@people.test"), ("first_name", None, "Ann"), ("tag", None, "VIP")} <= set(
        changes(added)
    )
    assert added["changes"] == [one for one in added["changes"] if one["old"] is None]


def test_custom_values_are_told_one_by_one(mia: Native, crm: Crm) -> None:
    fields = [{"label": "Color", "type": "text", "slug": "color"}, {"label": "Size", "type": "text", "slug": "size"}]
    crm.put("/custom-fields/contacts", {"fields": fields})
    ann = crm.add("ann@people.test", custom_values={"color": "red", "size": "L"})
    crm.put(f"/subscribers/{ann}", {"custom_values": {"color": "blue"}})
    changed, added = mia.history(ann)
    assert changes(changed) == [("custom_values.color", "red", "blue")]
    assert {("custom_values.color", None, "red"), ("custom_values.size", None, "L")} <= set(changes(added))


def test_a_bulk_change_is_in_the_history_of_each_with_its_own_old_value(mia: Native, crm: Crm) -> None:
    ann, bob = crm.add("ann@people.test"), crm.add("bob@people.test", status="pending")
    cat = crm.add("cat@people.test", status="unsubscribed")
    people = [ann, bob, cat]
    crm.put("/subscribers/subscribers-property", {"property": "status", "value": "unsubscribed", "subscribers": people})
    assert changes(mia.history(ann)[0]) == [("consent", "subscribed", "unsubscribed")]
    assert changes(mia.history(bob)[0]) == [("consent", "pending", "unsubscribed")]
    assert [event["action"] for event in mia.history(cat)] == ["contact.added"]  # it was so before
    assert AuditEntry.objects.filter(contacts__contains=[ann], action="contact.changed").count() == 1


def test_tags_of_many_are_told_to_each_only_as_far_as_they_are_its_own(mia: Native, crm: Crm) -> None:
    gold, silver = crm.add_tag("Gold"), crm.add_tag("Silver")
    ann, bob = crm.add("ann@people.test", tags=[gold]), crm.add("bob@people.test")
    both = {"type": "tags", "find_by": "id", "subscribers": [ann, bob]}
    crm.post("/subscribers/sync-segments", {**both, "attach": [gold, silver]})
    assert changes(mia.history(ann)[0]) == [("tag", None, "Silver")]
    assert sorted(changes(mia.history(bob)[0])) == [("tag", None, "Gold"), ("tag", None, "Silver")]
    crm.post("/subscribers/sync-segments", {**both, "detach": [silver]})
    crm.delete(f"/tags/{gold}")
    assert changes(mia.history(ann)[0]) == [("tag", "Silver", None)]
    assert ("tag", None, f"tag {gold}") in changes(mia.history(bob)[1])  # gone: its number is left


def test_no_password_is_told_and_no_sign_in(mia: Native, company: Company) -> None:
    ann = make_contact(company)
    set_password(operator(company.pk), ann.pk, "open sesame")
    from portico.access import Actor, Permission
    from portico.lib.statements import Shape

    site = Actor(company.pk, "code site", "activemember", frozenset({Permission.MEMBERS_VERIFY}))
    sign_in_member(site, Shape({"id": "id"}), email=str(ann.email), password="open sesame")
    events = mia.history(ann.pk)
    assert [event["action"] for event in events] == ["contact.password_set", "contact.added"]
    assert "argon2id$" not in str(events)


def test_pages_follow_each_other_by_their_cursor(mia: Native, crm: Crm) -> None:
    ann = crm.add("ann@people.test")
    for number in range(5):
        crm.put(f"/subscribers/{ann}", {"city": f"City {number}"})
    seen, cursor = [], ""
    while True:
        page = mia.get(f"/contacts/{ann}/history", params={"limit": 2, "cursor": cursor}).json()
        seen += page["data"]
        if page["next"] is None:
            break
        assert len(page["data"]) == 2
        cursor = page["next"]
    assert [event["id"] for event in seen] == [event["id"] for event in mia.history(ann)]
    assert len(seen) == 6


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=201", f"limit={'9' * 50}", "cursor=x", "cursor=W10="])
def test_a_bad_page_is_refused(mia: Native, crm: Crm, query: str) -> None:
    ann = crm.add("ann@people.test")
    body = assert_problem(mia.get(f"/contacts/{ann}/history?{query}"), 422, "invalid")
    assert body["errors"][0]["field"] == query.partition("=")[0]


def test_a_deleted_contact_has_its_history_still(mia: Native, company: Company) -> None:
    ann, bob = make_contact(company), make_contact(company)
    delete_contacts(operator(company.pk), [ann.pk, bob.pk])
    assert [event["action"] for event in mia.history(ann.pk)] == ["contact.deleted", "contact.added"]


def test_nobody_sees_the_history_of_what_is_not_its_own(server: Server, mia: Native, company: Company) -> None:
    theirs = make_contact(make_company())
    assert_problem(mia.get(f"/contacts/{theirs.pk}/history"), 404, "not-found")
    assert_problem(mia.get(f"/contacts/{2**50}/history"), 404, "not-found")
    assert_problem(Native(server, make_key(company, [])).get(f"/contacts/{theirs.pk}/history"), 403, "denied")
    rita, sam = make_member(company, "Rita", Role.REP), make_member(company, "Sam", Role.REP)
    ritas = make_contact(company, owner_id=rita.pk)
    as_rep = {m.pk: make_rep_actor(m) for m in (rita, sam)}
    assert list_history(as_rep[rita.pk], ritas.pk).events
    for id in (ritas.pk, theirs.pk):
        with pytest.raises(NotFound):
            list_history(as_rep[sam.pk], id)


def make_rep_actor(member: Any) -> Any:
    from portico.access import Actor, permissions_of

    return Actor(
        member.company_id, "rep", "fluid", permissions_of(Role.REP, []), membership_id=member.pk, role=Role.REP
    )


def test_the_history_of_one_among_many_is_found_by_indexes(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (company_id, actor, action, subject, subject_id, wire, details)"
            " SELECT %s, 'x', 'contact.changed', 'contact', n, 'x', '{}' FROM generate_series(1, 20000) n",
            [company.pk],
        )
        cursor.execute("ANALYZE audit_entry")
        values: dict[str, Any] = {"company": company.pk, "contacts": [7], "id": 2**62, "contact": 0, "limit": 50}
        values |= {"first": NO_CHANGES[0], "second": NO_CHANGES[1]}
        cursor.execute(f"EXPLAIN {queries._HISTORY}", values)  # noqa: SLF001 -- its plan
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "audit_entry_contact" in plan
    assert "Seq Scan on audit_entry" not in plan
