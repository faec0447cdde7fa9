"""Incoming webhooks as settings (wire notes 16). What is delivered to them is in test_deliveries.py."""

import re
from concurrent.futures import ThreadPoolExecutor

from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.hooks import MOST_WEBHOOKS
from portico.contacts.models import IncomingWebhook, Tag
from portico.contacts.queries.hooks import KEY_PURPOSE
from portico.lib.secrets import seal
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def names(mia: Crm, query: str = "") -> list[str]:
    return [row["value"]["name"] for row in mia.get(f"/webhooks?{query}").json()["webhooks"]]


def test_a_new_webhook_has_an_address_that_stays_to_be_seen(mia: Crm) -> None:
    vip, news = mia.add_tag("VIP"), mia.add_list("News")
    made = mia.post("/webhooks", {"name": "Shop", "status": "subscribed", "tags": [vip], "lists": [news]}).json()
    assert list(made) == ["id", "webhook", "webhooks", "message"]
    key = made["webhooks"][0]["key"]
    assert re.fullmatch(UUID, key)
    assert made["webhook"] == {
        "name": "Shop",
        "status": "subscribed",
        "tags": [vip],
        "lists": [news],
        "url": made["webhook"]["url"],
    }
    assert made["webhook"]["url"].endswith(f"/?fluentcrm=1&route=contact&hash={key}")
    assert mia.get("/webhooks").json()["webhooks"] == made["webhooks"]


def test_the_key_is_not_to_be_read_in_the_database(mia: Crm) -> None:
    made = mia.post("/webhooks", {"name": "Shop", "status": "pending"}).json()
    row = IncomingWebhook.objects.get(company_id=mia.key.key.company_id)
    key = made["webhooks"][0]["key"].encode()
    assert key not in bytes(row.sealed_key) + bytes(row.digest)
    entries = AuditEntry.objects.filter(company_id=row.company_id, action="webhook.added")
    assert [(entry.subject_id, entry.details) for entry in entries] == [(row.pk, {"name": "Shop"})]


def test_webhooks_are_listed_newest_first_with_what_deliveries_may_name(mia: Crm) -> None:
    mia.add_tag("VIP")
    mia.add_list("News")
    acme = mia.post("/companies", {"name": "Acme"}).json()["company"]["id"]
    mia.put("/custom-fields/contacts", {"fields": [{"field_key": "text", "label": "Colour"}]})
    for name in ("Shop", "Forum", "Workshop"):
        mia.post("/webhooks", {"name": name, "status": "pending"})
    assert names(mia) == ["Workshop", "Forum", "Shop"]
    assert names(mia, "search=SHOP") == ["Workshop", "Shop"]
    assert names(mia, "search=%25") == []
    body = mia.get("/webhooks").json()
    assert list(body) == ["webhooks", "fields", "custom_fields", "lists", "tags", "companies"]
    assert body["companies"] == [{"id": acme, "name": "Acme"}]
    assert {"key": "email", "field": "E-mail address"} in body["fields"]
    assert body["custom_fields"] == [{"key": "colour", "field": "Colour"}]
    assert [row["title"] for row in (*body["lists"], *body["tags"])] == ["News", "VIP"]


def test_a_name_and_one_of_four_statuses_are_needed(mia: Crm) -> None:
    refused = mia.post("/webhooks", {})
    assert (refused.status_code, {field: set(rules) for field, rules in refused.json().items()}) == (
        422,
        {"name": {"required"}, "status": {"required"}},
    )
    for status in ("bounced", "nonsense", ["pending"], 7):
        assert set(mia.post("/webhooks", {"name": "x", "status": status}).json()) == {"status"}
    assert set(mia.post("/webhooks", {"name": "x" * 300, "status": "pending"}).json()) == {"name"}
    assert set(mia.post("/webhooks", {"name": "x", "status": "pending", "tags": ["t"] * 300}).json()) == {"tags"}
    assert names(mia) == []


def test_changing_one_keeps_its_address_and_empties_what_is_not_sent(mia: Crm) -> None:
    vip = mia.add_tag("VIP")
    made = mia.post("/webhooks", {"name": "Shop", "status": "pending", "tags": [vip], "companies": [5]}).json()
    before = made["webhooks"][0]
    assert before["value"]["companies"] == [5]
    path = f"/webhooks/{made['id']}"
    (after,) = mia.put(path, {"status": "unsubscribed", "url": "https://evil.test", "id": 1, "hash": "x"}).json()[
        "webhooks"
    ]
    assert (after["id"], after["key"], after["value"]["url"]) == (made["id"], before["key"], before["value"]["url"])
    assert (after["value"]["name"], after["value"]["status"], after["value"]["tags"]) == ("Shop", "unsubscribed", [])
    assert set(mia.put(path, {"name": ""}).json()) == {"name"}
    assert mia.put("/webhooks/999999999", {"name": "x"}).status_code == 404


def test_removing_one_twice_is_no_mistake(mia: Crm) -> None:
    id = mia.post("/webhooks", {"name": "Shop", "status": "pending"}).json()["id"]
    for _ in range(2):
        gone = mia.delete(f"/webhooks/{id}")
        assert (gone.status_code, gone.json()["webhooks"]) == (200, [])


def test_another_companys_webhooks_and_tags_are_as_if_they_were_not_there(server: Server, mia: Crm) -> None:
    other = make_company("other")
    eve = Crm(server, make_key(other))
    theirs = Tag.objects.create(company=other, title="Theirs", slug="theirs")
    id = eve.post("/webhooks", {"name": "Theirs", "status": "pending"}).json()["id"]
    assert mia.put(f"/webhooks/{id}", {"name": "Mine"}).status_code == 404
    assert mia.delete(f"/webhooks/{id}").json()["webhooks"] == []
    assert names(mia) == []
    made = mia.post("/webhooks", {"name": "Mine", "status": "pending", "tags": [theirs.pk, "theirs"]}).json()
    assert made["webhook"]["tags"] == []
    assert names(eve) == ["Theirs"]


def test_many_who_add_at_once_do_not_get_past_the_bound(mia: Crm, company: Company) -> None:
    row = {"company": company, "name": "x", "consent": "pending", "sealed_key": seal(b"x", KEY_PURPOSE)}
    IncomingWebhook.objects.bulk_create(
        IncomingWebhook(**row, digest=f"{company.pk} {number}".encode()) for number in range(MOST_WEBHOOKS - 3)
    )
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: mia.post("/webhooks", {"name": f"W{n}", "status": "pending"}), range(8)))
    assert sorted(one.status_code for one in done) == [200] * 3 + [422] * 5
    assert IncomingWebhook.objects.filter(company=company).count() == MOST_WEBHOOKS


def test_no_text_messages_are_sent_from_here(mia: Crm) -> None:
    assert mia.get("/webhooks/sms").json()["sms_webhooks"] == []
