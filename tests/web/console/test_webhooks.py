import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.outbox.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.actions import add_endpoint
from tests.make import make_contact, make_member
from tests.outbox.receiver import Receiver, eventually
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().listening() as listening:
        yield listening


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For calls that this process makes itself, as PORTICO_ALLOW_PRIVATE_WEBHOOKS has it in the server's."""
    monkeypatch.setattr(settings, "ALLOW_PRIVATE_WEBHOOKS", True)


@pytest.fixture
def wanda(acme: Company, enter: Enter) -> Browser:
    """Who keeps webhooks, and nothing else."""
    return enter(make_member(acme, "Wanda", Role.MANAGER, {Permission.WEBHOOKS_WRITE}))


def secret_on(page: str) -> str:
    found = re.search(r'id="secret-1">(whsec_[^<]+)<', page)
    assert found
    return found[1]


def test_an_address_is_added_tried_given_a_new_secret_and_deleted(
    acme: Company, wanda: Browser, receiver: Receiver
) -> None:
    add = "/settings/webhooks/add"
    for wrong in ({"url": "no address", "all": "yes"}, {"url": receiver.url, "all": "no"}):
        refused = wanda.send(add, description="Shop", **wrong)
        assert refused.status_code == 422
        assert re.search(r'id="error-(url|kinds)"', refused.text)
        assert 'value="Shop"' in refused.text
    assert wanda.send(add, url=receiver.url, all="no", kinds="no.such.event").status_code == 422
    made = wanda.send(add, url=receiver.url, all="no", kinds="order.placed", description="Shop")
    assert made.status_code == 200
    first = secret_on(made.text)
    endpoint = WebhookEndpoint.objects.get(company_id=acme.pk)
    path = f"/settings/webhooks/{endpoint.pk}"
    assert endpoint.kinds == ["order.placed"]
    assert first not in wanda.get(path).text
    assert "Shop" in wanda.get("/settings/webhooks").text

    tried = wanda.send(path, press="test")
    delivery = tried.headers["Location"]
    eventually(lambda: "It answered 204." in wanda.get(delivery).text)
    assert receiver.got[0].opened(first)["type"] == "webhook.test"
    assert "http-equiv" not in wanda.get(delivery).text
    assert wanda.send(delivery, press="replay").status_code == 303
    eventually(lambda: len(receiver.got) == 2)
    assert receiver.got[1].headers["webhook-id"] == receiver.got[0].headers["webhook-id"]

    assert wanda.send(f"{path}/rotate", grace="a while").status_code == 422
    second = secret_on(wanda.send(f"{path}/rotate", grace="none").text)
    assert second != first
    wanda.send(path, press="test")
    eventually(lambda: len(receiver.got) == 3)
    receiver.got[2].opened(second)
    assert not AuditEntry.objects.filter(company_id=acme.pk, details__icontains="whsec_").exists()

    host = receiver.url.partition("//")[2].partition("/")[0]
    assert wanda.send(f"{path}/delete", name="wrong").status_code == 422
    assert wanda.send(f"{path}/delete", name=host).status_code == 303
    assert [wanda.get(one).status_code for one in (path, delivery)] == [404, 404]


@pytest.mark.usefixtures("allowed")
def test_the_log_is_narrowed_and_what_was_given_up_goes_out_again(
    acme: Company, wanda: Browser, receiver: Receiver
) -> None:
    endpoint = add_endpoint(operator(acme.pk), url=receiver.url, kinds=["contact.created"]).endpoint
    rows = WebhookEndpoint.objects.filter(company_id=acme.pk)
    rows.update(rest_until="2100-01-01T00:00Z")
    for _ in range(52):
        make_contact(acme)
    rows.update(disabled_at="2026-01-01T00:00Z", failing_since="2025-12-25T00:00Z", told_at="2026-01-01T00:00Z")
    path = f"/settings/webhooks/{endpoint.pk}"
    deliveries = WebhookDelivery.objects.filter(company_id=acme.pk)
    deliveries.filter(pk=deliveries.earliest("pk").pk).update(state="failed", ended_at="2026-01-01T00:00Z")
    page = wanda.get(path).text
    assert page.count("contact.created</a>") == 50
    following = re.search(r'href="(\?before=\d+)" rel="next"', page)
    assert following
    assert wanda.get(f"{path}{following[1]}").text.count("contact.created</a>") == 2
    assert wanda.get(f"{path}?state=failed").text.count("contact.created</a>") == 1
    assert "Nothing is like that" in wanda.get(f"{path}?state=delivered").text
    assert wanda.get(f"{path}?state=%00&before=99999999999999999999").status_code == 200

    refused = wanda.send(path, press="test")
    assert refused.status_code == 409
    assert "enable it first" in refused.text
    assert wanda.send(path, press="replay").status_code == 303
    assert "disabled since 2026-01-01" in wanda.get("/settings/webhooks").text
    assert wanda.send(path, press="enable").status_code == 303
    eventually(lambda: len(receiver.got) == 52)
    eventually(lambda: not deliveries.exclude(state="delivered").exists())
    assert "good" in wanda.get("/settings/webhooks").text
    endpoint.url = f"https://hooks.test/{'x' * 1900}"
    endpoint.save(update_fields=["url"])
    for place in ("/settings/webhooks", f"/settings/deliveries/{deliveries.earliest('pk').pk}"):
        assert "x" * 40 in wanda.get(place).text
        assert "x" * 100 not in wanda.get(place).text
    assert wanda.send(path, press="explode").status_code == 404


def test_who_keeps_no_webhooks_sees_none(viewer: Browser, wanda: Browser) -> None:
    assert "/settings/webhooks" in wanda.get("/console").text
    assert "/settings/webhooks" not in viewer.get("/console").text
    assert "/settings/data" not in wanda.get("/console").text
