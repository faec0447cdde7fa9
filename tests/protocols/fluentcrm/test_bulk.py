"""Many contacts in one call (wire notes 8.8)."""

from concurrent.futures import ThreadPoolExecutor

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm


def test_one_property_of_several_contacts(company: Company, mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test"), mia.add("bob@people.test")
    prospect = make_contact(company, stage="prospect")
    theirs = make_contact(make_company("other"))

    def put(**body: object) -> int:
        return mia.put(
            "/subscribers/subscribers-property", {"subscribers": [ann, bob, theirs.pk, prospect.pk], **body}
        ).status_code

    assert put(property="status", value="pending") == 200
    assert put(property="avatar", value="https://people.test/ann.png") == 200
    assert put(property="contact_type", value="lead") == 200
    shown = mia.get(f"/subscribers/{ann}").json()["subscriber"]
    assert (shown["status"], shown["photo"]) == ("pending", "https://people.test/ann.png")
    prospect.refresh_from_db()
    theirs.refresh_from_db()
    assert (prospect.stage, prospect.consent) == ("prospect", "pending")
    assert theirs.consent == "subscribed"
    assert put(property="contact_type", value="customer") == 200
    prospect.refresh_from_db()
    assert prospect.stage == "customer"


def test_a_property_or_value_that_is_none_is_refused(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    path = "/subscribers/subscribers-property"
    for body in (
        {"property": "email", "value": "x"},
        {"property": "status", "value": "x"},
        {"property": "contact_type", "value": "prospect"},
        {"property": "company_id", "value": "1"},
    ):
        refused = mia.put(path, {"subscribers": [ann], **body})
        assert (refused.status_code, list(refused.json())) == (422, ["message"]), body
    missing = mia.put(path, {})
    assert (missing.status_code, list(missing.json())) == (422, ["column", "subscriber_ids"])


def test_segments_are_found_by_slug_or_by_id_and_none_is_made(mia: Crm) -> None:
    vip, year = mia.add_tag("VIP"), mia.add_tag("2024")
    ann, bob = mia.add("ann@people.test"), mia.add("bob@people.test")
    body = {"type": "tags", "attach": ["vip", "2024", "unknown-one"], "subscribers": [ann, bob]}
    answer = mia.post("/subscribers/sync-segments", body).json()
    assert list(answer) == ["message", "subscribers"]
    assert answer["message"].endswith("subscribers.")
    assert [[tag["id"] for tag in row["tags"]] for row in answer["subscribers"]] == [[year, vip], [year, vip]]
    by_id = {"type": "tags", "find_by": "id", "attach": [], "detach": [vip, 10**17], "subscribers": [ann]}
    one = mia.post("/subscribers/sync-segments", by_id).json()
    assert one["message"].endswith("subscriber.")
    assert [tag["id"] for tag in one["subscribers"][0]["tags"]] == [year]
    assert mia.get("/tags").json()["tags"]["total"] == 2


def test_segments_need_a_type_and_contacts_of_the_company(mia: Crm) -> None:
    theirs = make_contact(make_company("other"))
    news = mia.add_list("News")
    assert mia.post("/subscribers/sync-segments", {"type": "x", "subscribers": [1]}).status_code == 422
    assert mia.post("/subscribers/sync-segments", {"type": "lists", "subscribers": []}).status_code == 422
    answer = mia.post("/subscribers/sync-segments", {"type": "lists", "attach": ["news"], "subscribers": [theirs.pk]})
    assert answer.json()["subscribers"] == []
    assert mia.get(f"/subscribers?lists[]={news}").json()["total"] == 0


def test_rows_are_added_merged_or_come_back_as_invalid(mia: Crm) -> None:
    ann = mia.add("ann@people.test", status="pending")
    rows = [
        {"email": "new@people.test", "tags": ["Fresh"]},
        {"email": "not-an-email"},
        {"email": "ANN@people.test", "first_name": "Ann", "status": "subscribed"},
        {"email": "bad@people.test", "contact_owner": "x"},
        "nonsense",
        {},
    ]
    answer = mia.post("/subscribers/bulk-add-update", {"contacts": rows, "force_update": "yes"})
    body = answer.json()
    assert list(body) == ["message", "created", "updated", "invalids"]
    assert body["created"] == []
    assert [(row["email"], row["status"]) for row in body["updated"]] == [
        ("new@people.test", "subscribed"),
        ("ann@people.test", "subscribed"),
    ]
    assert body["updated"][1]["id"] == ann
    assert [row.get("email", "") for row in body["invalids"]] == ["not-an-email", "bad@people.test", "", ""]
    assert mia.get("/tags").json()["tags"]["data"][0]["subscribersCount"] == 1


def test_without_force_those_who_are_there_keep_their_status(mia: Crm) -> None:
    mia.add("ann@people.test", status="unsubscribed")
    rows = [{"email": "ann@people.test", "status": "subscribed", "city": "Bonn"}]
    assert mia.post("/subscribers/bulk-add-update", {"contacts": rows}).json()["updated"][0]["status"] == "unsubscribed"
    assert mia.get("/subscribers").json()["subscribers"]["data"][0]["city"] == "Bonn"
    forced = mia.post("/subscribers/bulk-add-update", {"contacts": rows, "force_update": True})
    assert forced.json()["updated"][0]["status"] == "subscribed"


def test_rows_may_be_text_in_a_form_and_must_be_there(mia: Crm) -> None:
    form = mia.call("POST", "/subscribers/bulk-add-update", data={"contacts": '[{"email": "ann@people.test"}]'})
    assert len(form.json()["updated"]) == 1
    wrongs: list[dict[str, object]] = [{}, {"contacts": []}, {"contacts": "[]"}, {"contacts": {"email": "x"}}]
    for wrong in wrongs:
        assert set(mia.post("/subscribers/bulk-add-update", wrong).json()) == {"contacts"}


def test_the_same_contacts_and_tags_from_many_sides_at_once_lose_nothing(company: Company, mia: Crm) -> None:
    emails = [f"person{number}@people.test" for number in range(20)]

    def send(turn: int) -> int:
        order = emails if turn % 2 else emails[::-1]
        rows = [
            {"email": email, "tags": [f"Shared {i}" for i in range(turn % 5)] + [f"Turn {turn}"]} for email in order
        ]
        if turn % 3:
            return mia.post("/subscribers/bulk-add-update", {"contacts": rows}).status_code
        body = {**rows[turn % 20], "status": "subscribed", "__force_update": "yes"}
        return mia.post("/subscribers", body).status_code

    with ThreadPoolExecutor(12) as many:
        assert set(many.map(send, range(24))) == {200}
    assert Contact.objects.filter(company_id=company.pk).count() == 20
    counts = {tag["title"]: tag["subscribersCount"] for tag in mia.get("/tags?per_page=100").json()["tags"]["data"]}
    assert counts["Turn 1"] == counts["Turn 23"] == counts["Shared 0"] == 20
    assert counts["Turn 3"] == 1
