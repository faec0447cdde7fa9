import json

import pytest
from django.db import connection, transaction

from portico.access import Role, operator
from portico.audit.actions import record
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.reports.data import MOST_COUNTED
from tests.content.files import PDF
from tests.make import make_company, make_contacts, make_member
from tests.outbox.receiver import eventually
from tests.protocols.fluid.sharers import make_medium
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

pytestmark = pytest.mark.usefixtures("database")


def test_what_is_here_is_counted_without_counting_for_ever(acme: Company, owner: Browser) -> None:
    make_contacts(acme, 12_345)
    make_medium(acme)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sales_order (company_id, external_id, number, currency, total)"
            " SELECT %s, n, n, 'USD', 1 FROM generate_series(1, %s) AS n",
            [acme.pk, MOST_COUNTED + 5],
        )
    page = owner.get("/settings/data").text
    assert ">12,345<" in page
    assert ">more than 10,000<" in page
    assert f">1 ({len(PDF)}\xa0bytes)<" in page
    for kept in ("30 days", "24 hours", "for ever"):
        assert kept in page


def test_the_audit_log_is_downloaded_whole_or_since_a_day(acme: Company, owner: Browser, enter: Enter) -> None:
    make_medium(acme, title="Price list")
    other = make_company("other")
    make_medium(other)
    whole = owner.get("/settings/data/audit")
    assert whole.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    entries = [json.loads(line) for line in whole.text.splitlines()]
    ids = list(AuditEntry.objects.filter(company_id=acme.pk).order_by("id").values_list("pk", flat=True))
    assert [entry["id"] for entry in entries] == ids
    assert entries[-1]["action"] == "audit.exported"
    assert {"digest", "erased_at"} <= entries[0].keys()
    assert owner.get("/settings/data/audit?since=2199-01-01").text == ""
    wrong = owner.get("/settings/data/audit?since=yesterday")
    assert wrong.status_code == 422
    assert 'id="error-since"' in wrong.text
    otto = enter(make_member(other, "Otto", Role.ADMIN))
    assert "Price list" not in otto.get("/settings/data/audit").text


def test_a_download_that_nobody_reads_to_its_end_gives_its_place_back(acme: Company, owner: Browser) -> None:
    with transaction.atomic():
        for number in range(3000):
            record(operator(acme.pk), "thing.made", "thing", number, text="x" * 500)

    def left_early() -> bool:
        half = owner.call("GET", "/settings/data/audit", stream=True)
        next(half.iter_content(1000))
        half.close()
        return half.status_code == 200

    for _ in range(12):  # more than there are places
        eventually(left_early)
    eventually(lambda: owner.get("/settings/data/audit").text.count("thing.made") == 3000)
