"""What other software delivers to an incoming webhook (wire notes 16): no credentials but the key, and always 200."""

import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.utils import timezone

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.models import Contact, Tag
from portico.contacts.queries.hooks import DELIVERIES
from portico.errors import FAMILY
from portico.identity.models import Throttle
from portico.protocols.fluentcrm import envelope
from tests.make import make_company, make_contact, make_key, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def hook(mia: Crm, status: str = "subscribed", **more: Any) -> str:
    """The address of a new webhook, without the host."""
    made = mia.post("/webhooks", {"name": "Shop", "status": status, **more})
    assert made.status_code == 200, made.text
    address = urlsplit(made.json()["webhook"]["url"])
    return f"{address.path}?{address.query}"


def deliver(mia: Crm, address: str, body: Any = None, **how: Any) -> dict[str, Any]:
    """The envelope. The status is always 200."""
    answer = mia.server.post(address, **({"json": body} if body is not None else {}), **how)
    assert answer.status_code == 200, answer.text
    envelope: dict[str, Any] = answer.json()
    assert list(envelope) == ["success", "data"]
    return envelope


def refusal(mia: Crm, address: str, body: Any = None, **how: Any) -> str:
    found = deliver(mia, address, body, **how)
    assert (found["success"], list(found["data"])[:2]) == (False, ["message", "type"])
    return str(found["data"]["type"])


def shown(mia: Crm, id: int) -> dict[str, Any]:
    contact: dict[str, Any] = mia.get(f"/subscribers/{id}?with[]=subscriber.custom_values").json()["subscriber"]
    return contact


def titles(labels: list[dict[str, Any]]) -> list[str]:
    return [label["title"] for label in labels]


def test_json_and_forms_are_taken_and_a_contact_is_made_once(mia: Crm) -> None:
    address = hook(mia)
    made = deliver(mia, address, {"email": "ann@people.test", "first_name": "Ann"})
    assert made["success"] is True
    assert made["data"] == {"message": "created", "id": made["data"]["id"], "type": "success"}
    again = deliver(mia, address, data={"email": "ANN@people.test", "last_name": "Lee", "tags[]": "Brought"})
    assert again["data"] == {"message": "updated", "id": made["data"]["id"], "type": "success"}
    ann = shown(mia, made["data"]["id"])
    assert (ann["first_name"], ann["last_name"], titles(ann["tags"])) == ("Ann", "Lee", ["Brought"])


def test_names_come_in_three_ways(mia: Crm) -> None:
    address = hook(mia)
    for body in (
        {"email": "a@people.test", "full_name": "Ann Lee"},
        {"email": "b@people.test", "names": {"first_name": "Ann", "last_name": "Lee"}},
        {"email": "c@people.test", "first_name": "Ann", "last_name": "Lee", "names": {"first_name": "Not"}},
    ):
        contact = shown(mia, deliver(mia, address, body)["data"]["id"])
        assert (contact["first_name"], contact["last_name"]) == ("Ann", "Lee")


def test_tags_and_lists_that_come_along_replace_those_of_the_webhook(mia: Crm) -> None:
    vip, gold, news = mia.add_tag("VIP"), mia.add_tag("Gold"), mia.add_list("News")
    address = hook(mia, tags=[vip], lists=[news])
    plain = shown(mia, deliver(mia, address, {"email": "a@people.test", "tags": []})["data"]["id"])
    assert (titles(plain["tags"]), titles(plain["lists"])) == (["VIP"], ["News"])
    own = shown(mia, deliver(mia, address, {"email": "b@people.test", "tags": [gold, "Never seen"]})["data"]["id"])
    assert (titles(own["tags"]), titles(own["lists"])) == (["Gold", "Never seen"], ["News"])
    less = {
        "email": "b@people.test",
        "tags": [gold],
        "detach_tags": ["Never seen"],
        "detach_lists": [news],
        "lists": [],
    }
    assert titles(shown(mia, deliver(mia, address, less)["data"]["id"])["tags"]) == ["Gold"]


def test_the_status_is_the_webhooks_and_never_the_deliverys(mia: Crm) -> None:
    body = {"email": "ann@people.test", "status": "unsubscribed"}
    id = deliver(mia, hook(mia, "pending"), body)["data"]["id"]
    assert shown(mia, id)["status"] == "pending"
    deliver(mia, hook(mia, "subscribed"), body)
    assert shown(mia, id)["status"] == "subscribed"
    deliver(mia, hook(mia, "pending"), body)
    assert shown(mia, id)["status"] == "subscribed"
    deliver(mia, hook(mia, "unsubscribed"), body)
    assert shown(mia, id)["status"] == "unsubscribed"
    deliver(mia, hook(mia, "transactional"), body)
    assert shown(mia, id)["status"] == "unsubscribed"  # only a webhook that subscribes brings somebody back


def test_custom_fields_stand_beside_the_contacts_own(mia: Crm) -> None:
    mia.put("/custom-fields/contacts", {"fields": [{"field_key": "checkbox", "label": "Sizes", "options": ["S", "M"]}]})
    body = {"email": "ann@people.test", "sizes": "S, M", "no_such_field": {"deep": [1]}}
    contact = shown(mia, deliver(mia, hook(mia), body)["data"]["id"])
    assert contact["custom_values"] == {"sizes": ["S", "M"]}


def test_a_contact_is_found_by_the_hash_that_the_wire_shows_of_it(mia: Crm, company: Company) -> None:
    address, id = hook(mia), mia.add("Ann@people.test")
    make_contact(make_company("other"), email="bob@people.test")
    by_hash = {"_key_by": "hash", "_key_by_value": shown(mia, id)["hash"], "city": "Bonn"}
    assert deliver(mia, address, by_hash)["data"] == {"message": "updated", "id": id, "type": "success"}
    assert (shown(mia, id)["city"], shown(mia, id)["email"]) == ("Bonn", "Ann@people.test")
    for value in (hashlib.md5(b"bob@people.test").hexdigest(), "", "\0", ["x"], None):  # noqa: S324 -- the wire's
        assert refusal(mia, address, {**by_hash, "_key_by_value": value}) == "email_validation_failed"
    assert Contact.objects.filter(company=company).count() == 1


def test_whose_a_contact_is_cannot_be_said_from_outside(mia: Crm, company: Company) -> None:
    from portico.access import Role

    rita = make_member(company, "Rita", Role.REP)
    id = deliver(mia, hook(mia), {"email": "ann@people.test", "contact_owner": rita.pk})["data"]["id"]
    assert shown(mia, id)["contact_owner"] is None


def test_each_refusal_has_its_type_and_changes_nothing(mia: Crm, company: Company) -> None:
    address = hook(mia)
    good = {"email": "ann@people.test"}
    assert refusal(mia, "/?fluentcrm=1&route=contact", good) == "invalid_webhook_url"
    assert refusal(mia, "/?fluentcrm=1&route=contact&hash=", good) == "invalid_webhook_url"
    assert refusal(mia, "/?fluentcrm=1&route=contact&hash[]=x", good) == "invalid_webhook_url"
    for key in ("zzz", "%00", "%ff", "x" * 5000):
        assert refusal(mia, f"/?fluentcrm=1&route=contact&hash={key}", good) == "invalid_webhook_hash"
    for method in ("GET", "PUT", "DELETE"):
        answer = mia.server.call(method, address, json=good)
        assert (answer.status_code, answer.json()["data"]["type"]) == (200, "invalid_request_method")
    for email in ("", "no address", None, ["a@b.test"], 7):
        assert refusal(mia, address, {"email": email}) == "email_validation_failed"
    assert refusal(mia, address, {**good, "city": "x" * 3000}) == "validation_failed"
    assert refusal(mia, address, {**good, "tags": [f"Tag {n}" for n in range(300)]}) == "validation_failed"
    assert refusal(mia, address, data=b"{bad", headers={"Content-Type": "application/json"}) == "validation_failed"
    assert refusal(mia, address, {**good, "note": "x" * 2_000_000}) == "body_too_large"
    assert refusal(mia, address, {**good, "note": "x" * 11_000_000}) == "body_too_large"
    assert Contact.objects.filter(company=company).count() == 0
    assert Tag.objects.filter(company=company).count() == 0


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 10**30, 1e300, "", "\0", "\u202e", [], [[]], {}, {"a": {"b": []}}, "x" * 70000],
    ids=lambda value: repr(value)[:20],
)
def test_no_value_of_any_type_in_any_field_breaks_it(mia: Crm, value: object) -> None:
    address = hook(mia)
    names = (
        "email", "first_name", "names", "tags", "lists", "detach_tags", "custom_values", "total_points", "created_at",
        "date_of_birth", "full_name", "_key_by", "_key_by_value", "contact_type",
    )  # fmt: skip
    for name in names:
        found = deliver(mia, address, {"email": "ann@people.test", name: value})
        assert found["data"]["type"] in {"success", "email_validation_failed", "validation_failed"}, name


def test_what_is_removed_or_of_a_closed_company_takes_nothing_more(mia: Crm, company: Company) -> None:
    address = hook(mia)
    other = Crm(mia.server, make_key(make_company("other")))
    theirs = hook(other)
    id = mia.get("/webhooks").json()["webhooks"][0]["id"]
    mia.delete(f"/webhooks/{id}")
    assert refusal(mia, address, {"email": "ann@people.test"}) == "invalid_webhook_hash"
    Company.objects.filter(pk=other.key.key.company_id).update(is_active=False)
    assert refusal(mia, theirs, {"email": "ann@people.test"}) == "invalid_webhook_hash"
    assert Contact.objects.filter(company_id__in=[company.pk, other.key.key.company_id]).count() == 0


def test_with_the_module_off_the_address_shows_what_it_shows_to_everybody(mia: Crm, company: Company) -> None:
    address, home = hook(mia), mia.server.get("/")
    switch_module(operator(company.pk), module="fluentcrm", on=False)
    off = mia.server.post(address, json={"email": "ann@people.test"})
    assert (off.status_code, off.text) == (home.status_code, home.text)
    assert Contact.objects.filter(company=company).count() == 0


def test_one_webhook_reaches_no_other_company(mia: Crm, company: Company) -> None:
    other = make_company("other")
    tag = Tag.objects.create(company=other, title="Theirs", slug="theirs")
    bob = make_contact(other, email="bob@people.test", first_name="Bob")
    done = deliver(mia, hook(mia), {"email": "bob@people.test", "first_name": "X", "tags": [tag.pk], "id": bob.pk})
    assert done["data"]["message"] == "created"
    assert done["data"]["id"] != bob.pk
    assert shown(mia, done["data"]["id"])["tags"] == []
    assert Contact.objects.get(company=other).first_name == "Bob"
    assert Contact.objects.get(company=company).pk == done["data"]["id"]


def test_the_audit_names_the_webhook(mia: Crm, company: Company) -> None:
    id = deliver(mia, hook(mia), {"email": "ann@people.test"})["data"]["id"]
    entries = AuditEntry.objects.filter(company_id=company.pk, subject="contact", subject_id=id).order_by("id")
    assert [(entry.action, entry.actor, entry.wire) for entry in entries] == [
        ("contact.added", "webhook Shop", "fluentcrm"),
        ("webhook.received", "webhook Shop", "fluentcrm"),
    ]
    webhook = mia.get("/webhooks").json()["webhooks"][0]
    assert entries[1].details == {"webhook": webhook["id"], "is_new": True}
    assert webhook["key"] not in json.dumps([entry.details for entry in entries])


def test_too_many_from_one_address_wait_while_another_webhook_goes_on(mia: Crm) -> None:
    address, other = hook(mia), hook(mia)
    id = mia.get("/webhooks").json()["webhooks"][1]["id"]
    Throttle.objects.create(subject=DELIVERIES.key(f"{id} 127.0.0.1"), since=timezone.now(), tries=DELIVERIES.tries - 1)
    assert deliver(mia, address, {"email": "ann@people.test"})["success"] is True
    assert refusal(mia, address, {"email": "bob@people.test"}) == "too_many_requests"
    assert deliver(mia, other, {"email": "bob@people.test"})["success"] is True


def test_one_contact_delivered_many_times_at_once_is_made_once(mia: Crm, company: Company) -> None:
    address = hook(mia)
    body = {"email": "ann@people.test", "tags": ["Brought along"]}
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda _: deliver(mia, address, body), range(24)))
    assert [one["success"] for one in done] == [True] * 24
    assert [one["data"]["message"] for one in done].count("created") == 1
    assert Contact.objects.filter(company=company).count() == Tag.objects.filter(company=company).count() == 1


def test_deliveries_at_once_that_bring_new_tags_and_name_contacts_by_hash_never_wait_in_a_circle(
    mia: Crm, company: Company
) -> None:
    address = hook(mia)
    ids = [mia.add(f"p{number}@people.test") for number in range(3)]
    hashes = [shown(mia, id)["hash"] for id in ids]

    def body(number: int) -> dict[str, Any]:
        tags = [f"Round {number // 6}", f"Other {number // 4}"][:: 1 if number % 2 else -1]
        by = {"_key_by": "hash", "_key_by_value": hashes[number % 3]}
        return {"tags": tags, **(by if number % 4 < 2 else {"email": f"p{number % 3}@people.test"})}

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda number: deliver(mia, address, body(number)), range(48)))
    assert {one["data"]["type"] for one in done} == {"success"}
    assert {one["data"]["id"] for one in done} == set(ids)
    assert Contact.objects.filter(company=company).count() == 3
    assert Tag.objects.filter(company=company).count() == 8 + 12


def test_without_its_parameters_the_root_address_is_what_it_was(server: Server) -> None:
    home = server.get("/").text
    for query in ("fluentcrm=1", "fluentcrm=1&route=unsubscribe", "fluentcrm=0&route=contact", "route=contact&hash=x"):
        assert server.get(f"/?{query}").text == home


def test_every_way_to_say_no_is_an_envelope() -> None:
    assert set(envelope.ANSWERS) == set(FAMILY)


ASK = """
import django, io, sys
django.setup()
from django.test import RequestFactory
from portico.protocols.fluentcrm.receiving import receive
request = RequestFactory().post(sys.argv[1], REMOTE_ADDR="192.0.2.7", data="{}", content_type="application/json")
request.META |= {"wsgi.url_scheme": sys.argv[2], "wsgi.input": io.BytesIO(b"{}")}
print(receive(request).content.decode())
"""


@pytest.mark.parametrize(("scheme", "type"), [("http", "https_required"), ("https", "email_validation_failed")])
def test_a_key_that_crosses_the_net_in_clear_is_refused(mia: Crm, scheme: str, type: str) -> None:
    asked = [sys.executable, "-c", ASK, hook(mia), scheme]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["data"]["type"] == type, done.stderr
    assert settings.ALLOW_HTTP is False


def test_no_cache_and_no_other_site_may_read_the_answer(mia: Crm) -> None:
    address = hook(mia)
    answer: requests.Response = mia.server.post(address, json={"email": "ann@people.test"})
    assert answer.headers["Cache-Control"].startswith("no-cache")
    assert "Access-Control-Allow-Origin" not in answer.headers
