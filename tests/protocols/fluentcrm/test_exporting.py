"""Contacts as a CSV file."""

import csv
import io
import socket
import time
from base64 import b64encode
from typing import Any

import pytest
import requests
from django.db import connection

from portico.access import GRANTABLE, Permission
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_company, make_contact, make_contacts, make_key
from tests.protocols.fluentcrm.client import BASE, Crm
from tests.server import Server

PATH = "/subscribers-export"


def rows(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def entries(company: Company) -> list[tuple[str, dict[str, Any]]]:
    found = AuditEntry.objects.filter(company_id=company.pk, action__startswith="contacts.export").order_by("id")
    return list(found.values_list("action", "details"))


def eventually(company: Company, count: int) -> list[tuple[str, dict[str, Any]]]:
    """The entries, once there are so many: the last is written after the last byte has left."""
    end = time.monotonic() + 30
    while time.monotonic() < end and len(entries(company)) < count:
        time.sleep(0.02)
    return entries(company)


def test_everything_about_everybody_oldest_first(mia: Crm, company: Company) -> None:
    colours = {"field_key": "select-multi", "type": "select-multi", "options": ["red", "green"]}
    size = {"field_key": "text", "type": "text"}
    fields = [{**colours, "label": "Colours", "slug": "colours"}, {**size, "label": "Size", "slug": "size"}]
    assert mia.put("/custom-fields/contacts", {"fields": fields}).status_code == 200
    ann = mia.add(
        "ann@people.test", first_name='Ann "A", Lee', address_line_1="Line 1\nLine 2", tags=["VIP", "Alpha"],
        lists=["News"], custom_values={"colours": ["red", "green"], "size": "XL"},
    )  # fmt: skip
    bob = mia.add("bob@people.test", city="", last_name="Müller 😀")
    answer = mia.get(PATH)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="contacts-')
    first, second = rows(answer)
    shown = mia.get(f"/subscribers/{ann}").json()["subscriber"]
    for name in ("email", "first_name", "address_line_1", "status", "contact_type", "created_at", "updated_at"):
        assert first[name] == shown[name], name
    assert (first["id"], second["id"], second["last_name"]) == (str(ann), str(bob), "Müller 😀")
    assert (first["tags"], first["lists"]) == ("Alpha, VIP", "News")
    assert (first["colours"], first["size"]) == ("red, green", "XL")
    assert (second["tags"], second["colours"], second["size"], second["phone"]) == ("", "", "", "")
    assert {"photo", "hash", "password_hash"}.isdisjoint(first)
    assert eventually(company, 2) == [
        ("contacts.export_began", {"columns": list(first)}),
        ("contacts.exported", {"rows": 2, "whole": True}),
    ]


def test_columns_come_as_they_are_asked_for(mia: Crm) -> None:
    mia.add("ann@people.test", first_name="Ann")
    for answer in (
        mia.get(f"{PATH}?columns[]=first_name&columns[]=email&columns[]=first_name"),
        mia.post(PATH, {"columns": ["first_name", "email"]}),
    ):
        assert answer.text == "first_name,email\nAnn,ann@people.test\n"


@pytest.mark.parametrize("columns", [["password_hash"], ["email", "nothing"], [""], [["email"]], [None], ["x" * 9000]])
def test_a_column_that_is_none_is_refused_and_nothing_leaves(mia: Crm, company: Company, columns: list[Any]) -> None:
    refused = mia.post(PATH, {"columns": columns})
    assert (refused.status_code, list(refused.json())) == (422, ["columns"])
    assert entries(company) == []


def test_the_lists_filters_choose(mia: Crm) -> None:
    mia.add("ann@people.test", first_name="Ann", tags=["VIP"])
    mia.add("bob@people.test", first_name="Bob", lists=["News"], status="pending")
    mia.add("cy@people.test", first_name="Cy", tags=["VIP"], lists=["News"])
    for query, names in {
        "tags[]=vip": ["Ann", "Cy"],
        "tags[]=vip&lists[]=news": ["Cy"],
        "statuses[]=pending": ["Bob"],
        "search=bob": ["Bob"],
        "search=nobody": [],
        "tags[]=9999999": [],
        "": ["Ann", "Bob", "Cy"],
    }.items():
        assert [row["first_name"] for row in rows(mia.get(f"{PATH}?{query}"))] == names, query


@pytest.mark.parametrize("sign", list("=+-@\t\r\n"))
def test_what_a_spreadsheet_would_run_is_made_a_text(mia: Crm, company: Company, sign: str) -> None:
    cell = f"{sign}HYPERLINK(1)"
    make_contact(company, email="ann@people.test", tags=["VIP"])
    Contact.objects.filter(company_id=company.pk).update(
        first_name=cell, last_name=f"a{cell}", city=sign, custom_values={"size": cell}
    )
    mia.put(
        "/custom-fields/contacts", {"fields": [{"label": "Size", "type": "text", "field_key": "text", "slug": "size"}]}
    )
    (row,) = rows(mia.get(PATH))
    assert (row["first_name"], row["last_name"], row["city"], row["size"]) == (
        f"'{cell}",
        f"a{cell}",
        f"'{sign}",
        f"'{cell}",
    )


def test_exporting_needs_its_own_permission(server: Server, mia: Crm, company: Company) -> None:
    mia.add("ann@people.test")
    for method in ("GET", "POST"):
        assert server.call(method, BASE + PATH).status_code == 401
        others = Crm(server, make_key(company, GRANTABLE - {Permission.CONTACTS_EXPORT}))
        assert others.call(method, PATH).status_code == 403
        only = Crm(server, make_key(company, {Permission.CONTACTS_EXPORT}))
        assert len(rows(only.call(method, PATH))) == 1


def test_another_companys_contacts_never_leave(mia: Crm) -> None:
    other = make_company()
    theirs = make_contact(other, tags=["Theirs"])
    mia.add("ann@people.test")
    assert [row["email"] for row in rows(mia.get(PATH))] == ["ann@people.test"]
    assert rows(mia.get(f"{PATH}?search={theirs.email}")) == []


def test_head_says_what_would_come_and_writes_nothing_down(mia: Crm, company: Company) -> None:
    mia.add("ann@people.test")
    for _ in range(9):  # more than may run at once: each gives its place back
        head = mia.call("HEAD", PATH)
        assert (head.status_code, head.headers["Content-Type"], head.content) == (200, "text/csv; charset=utf-8", b"")
    assert entries(company) == []


def test_a_key_changes_nothing_because_a_download_is_not_kept(mia: Crm) -> None:
    mia.add("ann@people.test")
    how = {"headers": {"Idempotency-Key": "export"}}
    mia.post(PATH, {"columns": ["email"]}, **how)
    mia.add("bob@people.test")
    assert len(rows(mia.post(PATH, {"columns": ["email"]}, **how))) == 2


def copies_become(count: int) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if copies_running() == count:
            return True
        time.sleep(0.02)
    return False


def copies_running() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%%' AND state = 'active'")
        return int(cursor.fetchone()[0])


class SlowReader:
    """Reads the first bytes of an export and then no more."""

    def __init__(self, mia: Crm) -> None:
        self.line = socket.create_connection(("127.0.0.1", mia.server.port), timeout=30)
        basic = b64encode(f"{mia.key.username}:{mia.key.password}".encode()).decode()
        self.line.sendall(f"GET {BASE}{PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\n\r\n".encode())
        self.head = self.line.recv(300)


@pytest.fixture(scope="module")
def large(server: Server) -> Crm:
    """A company with more to export than lines between processes hold."""
    company = make_company()
    text = "repeat('x', 4000)"  # in columns that are not searched
    make_contacts(company, 4000, email="'p' || n || '@people.test'", avatar=text, source=text)
    return Crm(server, make_key(company))


def test_a_reader_who_goes_away_ends_the_statement(large: Crm) -> None:
    company = Company.objects.get(pk=large.key.key.company_id)
    reader = SlowReader(large)
    assert b" 200 OK" in reader.head
    assert copies_become(1)
    reader.line.close()
    (_, _), (action, details) = eventually(company, 2)
    assert (action, details["whole"]) == ("contacts.exported", False)
    assert details["rows"] < 4000
    assert copies_become(0)


def test_of_too_many_at_once_some_are_told_to_come_later_and_others_go_on(large: Crm) -> None:
    readers = [SlowReader(large) for _ in range(12)]
    try:
        heads = [reader.head for reader in readers]
        assert any(b" 503 " in head for head in heads)
        assert any(b" 200 OK" in head for head in heads)
        for head in heads:
            assert b" 200 OK" in head or (b" 503 " in head and b"retry-after" in head.lower())
        assert large.get("/subscribers?per_page=1").status_code == 200
    finally:
        for reader in readers:
            reader.line.close()
    assert copies_become(0)
    assert len(rows(large.get(f"{PATH}?columns[]=email"))) == 4000
