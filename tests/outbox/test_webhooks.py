"""Webhooks that leave: told by PostgreSQL in the transaction of what happened, delivered by the server's worker."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from standardwebhooks import WebhookVerificationError

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact, delete_contacts
from portico.contacts.persons.erasing import erase_person
from portico.errors import Invalid
from portico.identity.actions.webhook_alerts import tell_of_disabled_endpoints
from portico.outbox.models import Mail, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks import posting
from portico.outbox.webhooks.actions import add_endpoint, forget_deliveries, rotate_secret
from portico.outbox.webhooks.guarding import is_public
from portico.outbox.webhooks.kinds import KIND_OF_ACTION, KINDS
from portico.outbox.webhooks.sending import WAITS, deliver_round
from tests.make import make_company, make_contact, make_key, make_member
from tests.outbox.receiver import Receiver, eventually
from tests.protocols.native.client import Native, assert_problem
from tests.server import Server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().listening() as listening:
        yield listening


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def office(server: Server, company: Company) -> Native:
    return Native(server, make_key(company, [Permission.WEBHOOKS_WRITE]))


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For calls that this process makes itself, as PORTICO_ALLOW_PRIVATE_WEBHOOKS has it in the server's."""
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_WEBHOOKS", True)


def resting(company: Company, url: str = "https://hooks.test/x", **wanted: Any) -> WebhookEndpoint:
    """An endpoint that the server's worker leaves alone."""
    endpoint = add_endpoint(operator(company.pk), url=url, **wanted).endpoint
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rest_until="2100-01-01T00:00Z")
    return endpoint


def told(company: Company) -> list[str]:
    return list(WebhookDelivery.objects.filter(company=company).order_by("id").values_list("kind", flat=True))


def test_what_happens_is_told_with_a_signature_that_any_library_checks(
    company: Company, office: Native, receiver: Receiver
) -> None:
    wanted = ["contact.created", "contact.updated", "contact.deleted"]
    made = office.post("/webhooks", {"url": receiver.url, "events": wanted, "description": "shop"})
    assert (made.status_code, made.json()["events"]) == (201, wanted)
    secret = made.json()["secret"]
    ann = make_contact(company, first_name="Ann")
    change_contact(operator(company.pk), ann.pk, {"first_name": "Anna"})
    delete_contacts(operator(company.pk), [ann.pk])
    eventually(lambda: len(receiver.got) == 3)
    first, second, third = (one.opened(secret) for one in receiver.got)
    assert [one["type"] for one in (first, second, third)] == wanted
    assert first["data"] == {
        "subject": "contact", "id": ann.pk, "ids": [ann.pk], "by": "operator", "wire": "cli",
        "details": {"after": {"email": ann.email, "first_name": "Ann"}},
    }  # fmt: skip
    assert second["data"]["details"]["after"] == {"first_name": "Anna"}
    assert first["timestamp"].endswith("Z")
    with pytest.raises(WebhookVerificationError):
        receiver.got[0].opened("whsec_" + "A" * 43 + "=")
    id = made.json()["id"]
    eventually(lambda: not WebhookDelivery.objects.filter(company=company).exclude(state="delivered").exists())
    rows = office.get(f"/webhooks/{id}/deliveries", params={"limit": 2}).json()
    assert [(one["event"], one["state"]) for one in rows["data"]] == [
        ("contact.deleted", "delivered"), ("contact.updated", "delivered"),
    ]  # fmt: skip
    rest = office.get(f"/webhooks/{id}/deliveries", params={"limit": 2, "cursor": rows["next"]}).json()
    assert rest["data"][0]["attempts"][0]["status"] == 204
    assert receiver.got[0].headers["webhook-id"] == rest["data"][0]["message"]
    assert receiver.got[0].path == "/hooks?x=1"
    replayed = office.post(f"/webhooks/deliveries/{rest['data'][0]['id']}/replay")
    assert replayed.status_code == 202
    eventually(lambda: len(receiver.got) == 4)
    assert receiver.got[3].headers["webhook-id"] == receiver.got[0].headers["webhook-id"]


def test_what_is_taken_back_is_told_to_nobody_and_who_wants_nothing_costs_nothing(company: Company) -> None:
    make_contact(company)
    assert told(company) == []
    resting(company, kinds=["contact.created"])
    with transaction.atomic():
        make_contact(company)
        transaction.set_rollback(True)
    assert told(company) == []
    ann = make_contact(company)
    change_contact(operator(company.pk), ann.pk, {"first_name": "Anna"})  # not asked for
    make_contact(make_company())
    assert told(company) == ["contact.created"]
    resting(company)
    make_contact(company)
    assert told(company) == ["contact.created"] * 3  # each endpoint is told by itself


def test_the_trigger_knows_the_same_kinds(company: Company) -> None:
    migration = import_module("portico.outbox.migrations.0003_webhooks")
    assert migration.KINDS == KIND_OF_ACTION
    resting(company)
    with connection.cursor() as cursor:
        for action in (*KIND_OF_ACTION, "contact.signed_in", "label.added"):
            cursor.execute(
                "INSERT INTO audit_entry (company_id, actor, action, subject, subject_id, wire, details)"
                " VALUES (%s, 'x', %s, 'x', 1, 'x', '{}')",
                [company.pk, action],
            )
    assert told(company)[-len(KIND_OF_ACTION) :] == list(KIND_OF_ACTION.values())
    assert set(told(company)) == set(KINDS)


@pytest.mark.usefixtures("allowed")
def test_what_fails_is_tried_again_later_each_time_and_given_up_at_last(company: Company, receiver: Receiver) -> None:
    endpoint = resting(company, receiver.url, kinds=["contact.created"])
    receiver.answers = [500]
    make_contact(company)
    (delivery,) = WebhookDelivery.objects.filter(company=company)
    waits = []
    Company.objects.filter(pk=company.pk).update(is_active=False)  # so that no worker takes it up beside us
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rest_until=None)
    for tries in range(1, len(WAITS) + 2):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=Now())
        deliver_round(company.pk, endpoint.pk)
        delivery.refresh_from_db()
        assert (delivery.tries, WebhookAttempt.objects.filter(delivery=delivery.pk).count()) == (tries, tries)
        last = WebhookAttempt.objects.filter(delivery=delivery.pk).order_by("-pk")[0]
        waits.append((delivery.next_at - last.at).total_seconds())
        assert delivery.state == ("failed" if tries > len(WAITS) else "waiting")
    for wait, planned in zip(waits, WAITS, strict=False):
        assert 0.7 * planned - 2 <= wait <= 1.2 * planned
    assert WebhookEndpoint.objects.filter(pk=endpoint.pk, failing_since__isnull=False).exists()
    assert {one.opened(_secret(endpoint))["type"] for one in receiver.got} == {"contact.created"}
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1

    receiver.answers = [200]
    WebhookDelivery.objects.filter(pk=delivery.pk).update(state="waiting", tries=0, next_at=Now(), ended_at=None)
    deliver_round(company.pk, endpoint.pk)
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert delivery.state == "delivered"
    assert (endpoint.failing_since, endpoint.failures) == (None, 0)


def _secret(endpoint: WebhookEndpoint) -> str:
    from portico.outbox.webhooks.sending import live_secrets

    return live_secrets(endpoint)[0]


@pytest.mark.usefixtures("allowed")
def test_who_fails_for_days_or_is_gone_is_disabled_and_that_is_mailed_once(
    company: Company, office: Native, receiver: Receiver
) -> None:
    ada = make_member(company, "Ada", Role.ADMIN)
    endpoint = resting(company, receiver.url, kinds=["contact.created"])
    receiver.answers = [410]
    make_contact(company)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rest_until=None)
    deliver_round(company.pk, endpoint.pk)
    eventually(lambda: WebhookEndpoint.objects.get(pk=endpoint.pk).disabled_at is not None)
    make_contact(company)
    assert len(told(company)) == 1  # a disabled one is told nothing
    tell_of_disabled_endpoints()
    tell_of_disabled_endpoints()
    eventually(lambda: Mail.objects.filter(to=ada.user.email).exists())
    assert [mail.subject for mail in Mail.objects.filter(to=ada.user.email)] == ["A webhook endpoint was disabled"]
    receiver.answers = [200]
    assert office.post(f"/webhooks/{endpoint.pk}/enable").json()["disabled_at"] is None
    assert office.post(f"/webhooks/deliveries/{WebhookDelivery.objects.get(company=company).pk}/replay").ok
    eventually(lambda: WebhookDelivery.objects.get(company=company).state == "delivered")

    receiver.answers = [500]
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=Now() - timedelta(days=6))
    make_contact(company)
    eventually(lambda: WebhookEndpoint.objects.get(pk=endpoint.pk).disabled_at is not None)


def test_during_a_rotation_both_secrets_are_good_and_then_only_the_new_one(
    company: Company, receiver: Receiver
) -> None:
    made = add_endpoint(operator(company.pk), url="https://hooks.test/x", kinds=["contact.created"])
    WebhookEndpoint.objects.filter(pk=made.endpoint.pk).update(url=receiver.url)
    new = rotate_secret(operator(company.pk), made.endpoint.pk).secret
    make_contact(company)
    eventually(lambda: len(receiver.got) == 1)
    assert receiver.got[0].opened(made.secret) == receiver.got[0].opened(new)
    newest = rotate_secret(operator(company.pk), made.endpoint.pk, old_good_for=timedelta(0)).secret
    make_contact(company)
    eventually(lambda: len(receiver.got) == 2)
    assert receiver.got[1].opened(newest)
    for old in (made.secret, new):
        with pytest.raises(WebhookVerificationError):
            receiver.got[1].opened(old)


def test_of_an_erased_person_nothing_is_told_any_more(company: Company, receiver: Receiver) -> None:
    endpoint = resting(company, kinds=["contact.created", "contact.erased"])
    secret = _secret(endpoint)
    ann = make_contact(company, first_name="Ann", email="ann.lee@people.test")
    erase_person(operator(company.pk), ann.pk)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=receiver.url, rest_until=None)
    eventually(lambda: len(receiver.got) == 2)
    assert not any(word in one.body for one in receiver.got for word in (b"Ann", b"ann.lee"))
    assert [one.opened(secret)["data"]["id"] for one in receiver.got] == [ann.pk, ann.pk]


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("127.255.255.254", False),
        ("0.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False),
        ("fe80::1", False), ("fe80::1%eth0", False), ("fc00::1", False), ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_only_what_anybody_could_call_is_called(address: str, *, is_allowed: bool) -> None:
    assert is_public(address) is is_allowed


def test_a_name_that_leads_into_a_private_network_is_not_called(receiver: Receiver) -> None:
    port = receiver.url.partition("127.0.0.1:")[2]
    for host in ("127.0.0.1", "localhost", "127.1", "0177.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"):
        answer = posting.post(f"http://{host}:{port}", b"{}", {})
        assert (answer.status, "private network" in answer.failure or "no address" in answer.failure) == (None, True)
    assert receiver.got == []


@pytest.mark.parametrize(
    "url",
    ["http://hooks.test/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.0.0.1:8443"],
)
def test_an_address_that_could_not_be_called_is_no_endpoint(company: Company, url: str) -> None:
    with pytest.raises(Invalid):
        add_endpoint(operator(company.pk), url=url)


@pytest.mark.usefixtures("allowed")
def test_the_checked_address_is_called_and_no_redirect_followed(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [302]
    answer = posting.post(receiver.url.replace("127.0.0.1", "localhost"), b"{}", {"webhook-id": "x"})
    assert (answer.status, answer.is_taken, len(receiver.got)) == (302, False, 1)
    assert receiver.got[0].headers["host"].startswith("localhost:")
    monkeypatch.setattr(posting, "SECONDS", 0.3)
    receiver.may_answer.clear()
    late = posting.post(receiver.url, b"{}", {})
    assert (late.status, "no answer" in late.failure) == (None, True)
    encrypted = receiver.url.replace("http:", "https:")
    assert "encrypted connection" in posting.post(encrypted, b"{}", {}).failure
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hanging = posting.post(f"https://127.0.0.1:{silent.getsockname()[1]}", b"{}", {})
    assert (hanging.status, "no answer" in hanging.failure) == (None, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", ""), ("url", 5), ("url", "ftp://x.test"), ("url", "https://user@x.test"), ("url", "https://x.test/a b"),
        ("url", "https://x.test/\0"), ("url", "https://x.test/ü"), ("url", "https://" + "x" * 3000), ("url", "https://["),
        ("url", "https://x.test:99999"), ("events", ["contact.exploded"]), ("events", "contact.created"),
        ("events", [5]),
        ("description", "x" * 256),
    ],
)  # fmt: skip
def test_an_endpoint_that_cannot_be_is_refused(office: Native, company: Company, field: str, value: Any) -> None:
    body = {"url": "https://hooks.test/x", field: value}
    assert assert_problem(office.post("/webhooks", body), 422, "invalid")["errors"][0]["field"] in {field, "kinds"}
    assert not WebhookEndpoint.objects.filter(company=company).exists()


def test_endpoints_are_kept_by_whoever_may_and_are_not_without_end(
    server: Server, company: Company, office: Native
) -> None:
    for number in range(20):
        assert office.post("/webhooks", {"url": f"https://hooks.test/{number}", "events": ["key.added"]}).ok
    assert_problem(office.post("/webhooks", {"url": "https://hooks.test/x"}), 422, "invalid")
    rows = office.get("/webhooks").json()["data"]
    assert (len(rows), any("secret" in json.dumps(one) for one in rows)) == (20, False)
    id = rows[0]["id"]
    other = Native(server, make_key(company, [Permission.SETTINGS_WRITE]))
    stranger = Native(server, make_key(make_company(), [Permission.WEBHOOKS_WRITE]))
    for method, path in (
        ("GET", f"/webhooks/{id}"), ("DELETE", f"/webhooks/{id}"), ("POST", f"/webhooks/{id}/rotate"),
        ("POST", f"/webhooks/{id}/enable"), ("GET", f"/webhooks/{id}/deliveries"),
    ):  # fmt: skip
        assert_problem(other.call(method, path), 403, "denied")
        assert_problem(stranger.call(method, path), 404, "not-found")
    assert office.get(f"/webhooks/{id}").json() == rows[0]
    assert_problem(office.get(f"/webhooks/{id}/deliveries?state=lost"), 422, "invalid")
    assert office.delete(f"/webhooks/{id}").status_code == 204
    assert len(office.get("/webhooks").json()["data"]) == 19


def test_the_log_is_forgotten_in_time(company: Company) -> None:
    resting(company, kinds=["contact.created"])
    make_contact(company)
    make_contact(company)
    old, new = WebhookDelivery.objects.filter(company=company).order_by("id")
    WebhookDelivery.objects.filter(pk=old.pk).update(state="delivered", ended_at=Now() - timedelta(days=31))
    WebhookDelivery.objects.filter(pk=new.pk).update(state="delivered", ended_at=Now() - timedelta(days=29))
    forget_deliveries()
    assert list(WebhookDelivery.objects.filter(company=company)) == [new]
