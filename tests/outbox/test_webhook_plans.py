"""How deliveries are found in the log of a company that tells a great deal."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.access import operator
from portico.companies.models import Company
from portico.outbox.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.actions import add_endpoint, replay_failed
from portico.outbox.webhooks.queries import list_deliveries
from tests.make import make_company

MANY = 20_000
FAILED = 5


@pytest.fixture
def told() -> tuple[Company, WebhookEndpoint]:
    """A company with many deliveries, of which only the very first were given up."""
    company = make_company()
    endpoint = add_endpoint(operator(company.pk), url="https://hooks.test/x", kinds=["contact.created"]).endpoint
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO webhook_delivery (company_id, endpoint_id, entry_id, kind, at, state, ended_at)"
            " SELECT %s, %s, n, 'contact.created', now(), CASE WHEN n <= %s THEN 'failed' ELSE 'delivered' END, now()"
            " FROM generate_series(1, %s) AS n",
            [company.pk, endpoint.pk, FAILED, MANY],
        )
        cursor.execute("ANALYZE webhook_delivery")
    return company, endpoint


def plan_of(read: Callable[[], object]) -> str:
    """Of the statement with which this looks for deliveries."""
    with CaptureQueriesContext(connection) as captured:
        read()
    (asked,) = [one["sql"] for one in captured if re.search(r'(FROM|UPDATE) "webhook_delivery"', one["sql"])]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_what_was_given_up_is_found_without_reading_what_was_delivered(told: tuple[Company, WebhookEndpoint]) -> None:
    company, endpoint = told
    actor = operator(company.pk)
    assert len(list_deliveries(actor, endpoint.pk, state="failed")) == FAILED
    for plan in (
        plan_of(lambda: list_deliveries(actor, endpoint.pk, state="failed")),
        plan_of(lambda: list_deliveries(actor, endpoint.pk, state="failed", before=2**62)),
        plan_of(lambda: list_deliveries(actor, state="failed")),
        plan_of(lambda: replay_failed(actor, endpoint.pk)),
    ):
        assert "webhook_delivery_failed" in plan, plan
    assert not WebhookDelivery.objects.filter(company=company, state="failed").exists()
