"""POST and PUT /subscribers, deleting (wire notes 8.6 to 8.8)."""

import pytest

from portico.access import Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.models import Contact, ContactCount, ContactTag, List, Tag
from tests.make import make_company, make_contact, make_member
from tests.protocols.fluentcrm.client import Crm


def test_a_new_contact_is_answered_whole_and_with_the_tags_and_lists_of_the_call(mia: Crm) -> None:
    vip, news = mia.add_tag("VIP"), mia.add_list("News")
    body = mia.post(
        "/subscribers",
        {"email": "ann@people.test", "status": "pending", "full_name": "Ann Lee Roe", "tags": [vip], "lists": [news]},
    ).json()
    assert list(body) == ["message", "contact", "action_type"]
    assert body["action_type"] == "created"
    contact = body["contact"]
    assert (contact["first_name"], contact["last_name"], contact["status"]) == ("Ann", "Lee Roe", "pending")
    assert [tag["title"] for tag in contact["tags"]] == ["VIP"]
    assert contact["lists"][0]["pivot"]["subscriber_id"] == str(contact["id"])
    assert "tags" not in mia.post("/subscribers", {"email": "bob@people.test", "status": "pending"}).json()["contact"]


def test_a_new_contact_is_counted_and_written_down_by_whom(company: Company, mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    id = mia.add("ann@people.test", tags=[vip])
    assert mia.get("/tags").json()["tags"]["data"][0]["subscribersCount"] == 1
    assert mia.get("/subscribers").json()["total"] == 1
    rows = ContactCount.objects.filter(company_id=company.pk, kind="tag", ref=vip)
    assert sum(row.n for row in rows) == 1
    entry = AuditEntry.objects.get(company_id=company.pk, action="contact.added", subject_id=id)
    assert (entry.actor, entry.wire, entry.details["tags"]) == ("key test", "fluentcrm", [vip])


def test_names_make_tags_and_lists_and_find_those_there_are(company: Company, mia: Crm) -> None:
    vip = mia.add_tag("Very important")
    mia.add("ann@people.test", tags=["very-important", "Brand new", "xy"], lists=["News letter", str(2**62), -1])
    assert set(Tag.objects.filter(company_id=company.pk).values_list("title", flat=True)) == {
        "Very important",
        "Brand new",
    }
    assert List.objects.get(company_id=company.pk).title == "News letter"
    assert ContactTag.objects.filter(company_id=company.pk, tag_id=vip).count() == 1


def test_tags_of_another_company_are_left_out(mia: Crm) -> None:
    theirs = Tag.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    body = mia.post("/subscribers", {"email": "ann@people.test", "status": "pending", "tags": [theirs.pk]}).json()
    assert body["contact"]["tags"] == []
    assert mia.emails(f"tags[]={theirs.pk}") == []


def test_what_is_missing_or_wrong_is_named_by_field_and_rule(mia: Crm) -> None:
    nothing = mia.post("/subscribers", {})
    assert nothing.status_code == 422
    assert {field: set(rules) for field, rules in nothing.json().items()} == {
        "email": {"required"},
        "status": {"required"},
    }
    bad = mia.post("/subscribers", {"email": "not-an-email"}).json()
    assert {field: set(rules) for field, rules in bad.items()} == {"email": {"email"}, "status": {"required"}}
    empty = mia.post("/subscribers", {"email": "", "status": "pending"}).json()
    assert {field: set(rules) for field, rules in empty.items()} == {"email": {"required", "email"}}
    assert Contact.objects.filter(company_id=mia.key.key.company_id).count() == 0


def test_an_address_that_is_taken_is_refused_whatever_its_case(mia: Crm) -> None:
    mia.add("ann@people.test")
    answer = mia.post("/subscribers", {"email": "ANN@people.test", "status": "pending", "tags": ["Left over"]})
    assert answer.status_code == 422
    assert set(answer.json()["email"]) == {"unique"}
    assert mia.get("/tags").json()["tags"]["total"] == 0


def test_the_same_address_in_another_company_is_another_contact(mia: Crm) -> None:
    make_contact(make_company("other"), email="ann@people.test")
    mia.add("ann@people.test")


def test_a_status_that_is_none_is_dropped(mia: Crm) -> None:
    id = mia.add("ann@people.test", status="no-such-status")
    assert mia.get(f"/subscribers/{id}").json()["subscriber"]["status"] == "subscribed"
    mia.put(f"/subscribers/{id}", {"status": "no-such-status", "city": "Bonn"})
    assert mia.get(f"/subscribers/{id}").json()["subscriber"]["status"] == "subscribed"


@pytest.mark.parametrize("word", ["no", "true", "1", "YES", ""])
def test_only_the_word_yes_forces(mia: Crm, word: str) -> None:
    mia.add("ann@people.test")
    again = {"email": "ann@people.test", "status": "pending", "__force_update": word}
    assert mia.post("/subscribers", again).status_code == 422


def upsert(mia: Crm, **fields: object) -> dict[str, object]:
    body = mia.post(
        "/subscribers", {"email": "ann@people.test", "status": "subscribed", "__force_update": "yes", **fields}
    )
    assert body.status_code == 200, body.text
    assert body.json()["action_type"] == "updated"
    contact: dict[str, object] = body.json()["contact"]
    return contact


def test_merging_never_overwrites_with_nothing_and_only_adds_tags(mia: Crm) -> None:
    vip, old = mia.add_tag("VIP"), mia.add_tag("Old")
    mia.add("ann@people.test", first_name="Ann", city="Bonn", tags=[old], total_points=7)
    merged = upsert(mia, first_name="", city=None, last_name="Lee", tags=[vip], total_points=0)
    assert (merged["first_name"], merged["city"], merged["last_name"]) == ("Ann", "Bonn", "Lee")
    assert merged["total_points"] == "7"
    assert [tag["id"] for tag in merged["tags"]] == [old, vip]  # type: ignore[attr-defined]  # JSON
    assert [tag["id"] for tag in upsert(mia, detach_tags=[old])["tags"]] == [vip]  # type: ignore[attr-defined]  # JSON
    assert "tags" not in upsert(mia)


def test_the_subscribed_stay_subscribed_unless_unsubscribed_and_others_take_what_is_asked(mia: Crm) -> None:
    mia.add("ann@people.test")
    assert upsert(mia, status="pending")["status"] == "subscribed"
    assert upsert(mia, status="bounced")["status"] == "subscribed"
    assert upsert(mia, status="unsubscribed")["status"] == "unsubscribed"
    assert upsert(mia, status="pending")["status"] == "pending"
    assert upsert(mia, status="complained")["status"] == "complained"
    assert upsert(mia, status="subscribed")["status"] == "subscribed"


def test_writing_lead_keeps_a_prospect_and_takes_back_a_customer(company: Company, mia: Crm) -> None:
    ann = make_contact(company, email="ann@people.test", stage="prospect")
    upsert(mia, contact_type="lead")
    ann.refresh_from_db()
    assert ann.stage == "prospect"
    assert upsert(mia, contact_type="customer")["contact_type"] == "customer"
    assert mia.put(f"/subscribers/{ann.pk}", {"contact_type": "lead"}).json()["contact"]["contact_type"] == "lead"
    ann.refresh_from_db()
    assert ann.stage == "lead"


def test_custom_values_come_as_a_map_or_beside_the_fields_and_are_merged(mia: Crm) -> None:
    fields = [
        {"field_key": "text", "label": "Colour"},
        {"field_key": "checkbox", "label": "Sizes", "options": ["S", "M"]},
    ]
    mia.put("/custom-fields/contacts", {"fields": fields})
    id = mia.add("ann@people.test", colour="red", sizes="S, M", never_heard_of="x")

    def values() -> object:
        return mia.get(f"/subscribers/{id}?with[]=subscriber.custom_values").json()["subscriber"]["custom_values"]

    assert values() == {"colour": "red", "sizes": ["S", "M"]}
    upsert(mia, custom_values={"colour": "blue"}, sizes="L")
    assert values() == {"colour": "blue", "sizes": ["S", "M"]}
    answer = mia.put(f"/subscribers/{id}", {"custom_values": {"colour": "", "sizes": ["L"]}}).json()
    assert answer["values"] == {"colour": "", "sizes": ["L"]}
    assert answer["isDirty"] is False
    assert values() == {"sizes": ["L"]}


def test_changing_writes_empty_texts_and_ignores_tags(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    id = mia.add("ann@people.test", first_name="Ann", city="Bonn")
    body = mia.put(f"/subscribers/{id}", {"first_name": "", "tags": [vip], "created_at": "2001-01-01 00:00:00"}).json()
    assert list(body) == ["message", "contact", "isDirty", "values"]
    assert (body["contact"]["first_name"], body["contact"]["city"], body["isDirty"]) == ("", "Bonn", True)
    assert body["values"] == []
    assert not body["contact"]["created_at"].startswith("2001")
    assert mia.get(f"/subscribers/{id}").json()["subscriber"]["tags"] == []
    assert mia.put(f"/subscribers/{id}", {"city": "Bonn"}).json()["isDirty"] is False


def test_changing_attaches_and_detaches_and_shows_what_it_touched(mia: Crm) -> None:
    vip, news = mia.add_tag("VIP"), mia.add_list("News")
    id = mia.add("ann@people.test", lists=[news])
    contact = mia.put(f"/subscribers/{id}", {"attach_tags": [vip, "Made here"], "detach_lists": [news]}).json()[
        "contact"
    ]
    assert [tag["title"] for tag in contact["tags"]] == ["Made here", "VIP"]
    assert contact["lists"] == []


def test_fields_of_a_change_may_stand_under_subscriber_also_as_text_in_a_form(mia: Crm) -> None:
    id = mia.add("ann@people.test")
    assert mia.put(f"/subscribers/{id}", {"subscriber": {"city": "Bonn"}}).json()["contact"]["city"] == "Bonn"
    form = mia.call("PUT", f"/subscribers/{id}", data={"subscriber": '{"city": "Köln"}'})
    assert form.json()["contact"]["city"] == "Köln"
    # Text inside a JSON body is not decoded again.
    as_text = mia.put(f"/subscribers/{id}", {"subscriber": '{"city": "Ulm"}'}).json()
    assert (as_text["contact"]["city"], as_text["isDirty"]) == ("Köln", False)


def test_a_change_to_a_bad_or_taken_address_changes_nothing(mia: Crm) -> None:
    mia.add("ann@people.test")
    id = mia.add("bob@people.test")
    for email, rule in (("nonsense", "email"), ("ANN@people.test", "unique"), ("", "email")):
        answer = mia.put(f"/subscribers/{id}", {"email": email, "city": "Ulm"})
        assert answer.status_code == 422
        assert set(answer.json()["email"]) == {rule}
    kept = mia.get(f"/subscribers/{id}").json()["subscriber"]
    assert (kept["email"], kept["city"]) == ("bob@people.test", None)
    assert mia.put(f"/subscribers/{id}", {"email": "BOB@people.test"}).json()["contact"]["email"] == "BOB@people.test"


def test_the_owner_is_somebody_of_the_company_or_nobody(company: Company, mia: Crm) -> None:
    rep = make_member(company, "Rita", Role.REP)
    stranger = make_member(make_company("other"), "Sam", Role.REP)
    id = mia.add("ann@people.test", contact_owner=rep.pk)
    assert mia.get(f"/subscribers/{id}").json()["subscriber"]["contact_owner"] == str(rep.pk)
    for wrong in (stranger.pk, 10**17, "x", -1, [1]):
        refused = mia.put(f"/subscribers/{id}", {"contact_owner": wrong})
        assert refused.status_code == 422, wrong
        assert list(refused.json()) in (["contact_owner"], ["owner_id"]), wrong
        assert (
            mia.post(
                "/subscribers", {"email": "b@people.test", "status": "pending", "contact_owner": wrong}
            ).status_code
            == 422
        )
    assert mia.put(f"/subscribers/{id}", {"contact_owner": ""}).json()["contact"]["contact_owner"] is None


def test_dates_and_numbers_are_checked(mia: Crm) -> None:
    id = mia.add("ann@people.test", date_of_birth="1990-12-31", total_points="5", life_time_value="1.5")
    shown = mia.get(f"/subscribers/{id}").json()["subscriber"]
    assert (shown["date_of_birth"], shown["total_points"], shown["life_time_value"]) == ("1990-12-31", "5", "1.5")
    for name, wrong in (
        ("date_of_birth", "yesterday"),
        ("total_points", "many"),
        ("life_time_value", "1e99"),
        ("city", ["x"]),
    ):
        assert set(mia.put(f"/subscribers/{id}", {name: wrong}).json()) == {name}
    assert mia.put(f"/subscribers/{id}", {"date_of_birth": ""}).json()["contact"]["date_of_birth"] is None


def test_text_is_made_plain(mia: Crm) -> None:
    id = mia.add("ann@people.test", first_name=" <b>Ann</b>\n\t Lee\0 <script>alert(1)</script>", city="1 < 2")
    shown = mia.get(f"/subscribers/{id}").json()["subscriber"]
    assert (shown["first_name"], shown["city"]) == ("Ann Lee", "1 < 2")


def test_too_long_a_text_is_refused(mia: Crm) -> None:
    answer = mia.post("/subscribers", {"email": "ann@people.test", "status": "pending", "city": "x" * 3000})
    assert (answer.status_code, set(answer.json())) == (422, {"city"})


def test_deleting_one_takes_its_tags_with_it_and_a_second_time_it_is_404(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    id = mia.add("ann@people.test", tags=[vip])
    assert mia.delete(f"/subscribers/{id}").status_code == 200
    again = mia.delete(f"/subscribers/{id}")
    assert (again.status_code, list(again.json())) == (404, ["message"])
    assert mia.put(f"/subscribers/{id}", {"city": "x"}).content == again.content
    assert mia.get("/tags").json()["tags"]["data"][0]["subscribersCount"] == 0


def test_deleting_several_leaves_out_the_unknown_and_needs_one_at_least(mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test"), mia.add("bob@people.test")
    theirs = make_contact(make_company("other"))
    assert set(mia.delete("/subscribers", {"subscribers": []}).json()) == {"subscriber_ids"}
    assert mia.delete("/subscribers", {"subscribers": [ann, theirs.pk, 10**17, "x", None]}).status_code == 200
    assert mia.emails() == ["bob@people.test"]
    assert Contact.objects.filter(pk=theirs.pk).exists()
    assert mia.delete(f"/subscribers?subscribers[]={bob}").status_code == 200
    assert mia.emails() == []


def test_another_companys_contact_is_neither_changed_nor_deleted(mia: Crm) -> None:
    theirs = make_contact(make_company("other"), first_name="Kept")
    nobody = mia.put("/subscribers/999999999", {"first_name": "x"})
    assert mia.put(f"/subscribers/{theirs.pk}", {"first_name": "x"}).content == nobody.content
    assert mia.delete(f"/subscribers/{theirs.pk}").content == nobody.content
    theirs.refresh_from_db()
    assert theirs.first_name == "Kept"
