"""Exchanges recorded from a FluentCRM 2.9.84, replayed: status, keys in order, JSON types, null or not, Allow.

A recording holds only these facts. `{contact}`, `{tag 1}` and the like stand for what a replay finds or makes; a text
that begins with = must come as it is; the key * stands for any; an array is told by its first item, an empty one not
at all.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from portico.access import Actor, Permission, operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.models import List, Tag
from tests.make import make_contact, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

FOLDER = Path(__file__).parent / "recordings"
RECORDINGS = {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}
SAMPLE = {
    "prefix": "Mrs", "first_name": "Anna", "last_name": "Sample", "time_zone": "Europe/Berlin",
    "address_line_1": "1 Main Street", "address_line_2": "", "postal_code": "00001",
    "city": "Osaka", "state": "", "country": "JP", "ip": "10.0.0.1",
    "phone": "+491", "source": "import", "date_of_birth": "1987-05-19",
}  # fmt: skip
PLAIN = {"first_name": "Ann", "last_name": "Lee Roe", "city": "Berlin", "country": "DE", "phone": "+49 30 1"}
FIELDS = RECORDINGS["seq-cf-put"]["request"]["json"]
# Recorded with every contact that the site had; one of these came with less.
PLAIN_ONES = {"seq-contact-put-flat", "seq-contact-show-unsub", "seq-contact-with-company", "seq-contact-advanced"}
# Recorded with organizations switched on; the others without.
WITH_ORGANIZATIONS = {
    "seq-companies-empty", "seq-companies-list", "seq-company-attach", "seq-company-create", "seq-company-create-bad",
    "seq-company-delete", "seq-company-note", "seq-company-show", "seq-contact-with-company",
}  # fmt: skip
WITH_FIELDS = {
    "seq-cf-get-after", "seq-options-many", "seq-contact-create-full", "seq-contact-put-flat", "seq-webhooks",
}  # fmt: skip
WITH_A_NOTE = {"notes", "seq-notes-list", "seq-note-delete"}
# Beside what was recorded stands the manual page's flat envelope.
WITH_MORE_KEYS = {"list", "search", "seq-contact-advanced"}
# Recorded with "GET, POST": what makes these comes with the mail engine.
READ_ONLY_YET = {"seq-forms": "GET", "seq-funnels": "GET"}


def write_note(mia: Crm, contact: int) -> int:
    note = {"title": "Called", "description": "x", "type": "call"}
    return int(mia.post(f"/subscribers/{contact}/notes", {"note": note}).json()["note"]["id"])


def prepare_parts(name: str, by: Actor, mia: Crm, contact: int, on_list: int) -> dict[str, Any]:
    """What single recordings had beside contacts, tags and lists."""
    known: dict[str, Any] = {}
    if name in WITH_FIELDS:
        assert mia.put("/custom-fields/contacts", FIELDS).status_code == 200
    if name in {"seq-webhook-delete", "seq-webhook-receive"}:
        hook = mia.post("/webhooks", {"name": "Shop", "status": "subscribed"}).json()["webhooks"][0]
        known |= {"hook": hook["id"], "key": hook["key"]}
    if name in WITH_ORGANIZATIONS - {"seq-companies-empty"}:
        fields = {"name": "Acme", "website": "https://acme.test", "type": "Vendor", "intended_contact_id": contact}
        known["organization"] = mia.post("/companies", fields).json()["company"]["id"]
    if name in {"seq-contact-with-company", "seq-company-attach"}:
        assert mia.put(f"/companies/{known['organization']}", {"name": "Acme", "industry": "Retail"}).ok
    if name in {"seq-contact-show-unsub", "seq-contact-with-company"}:
        assert mia.put(f"/subscribers/{contact}", {"status": "unsubscribed", "detach_lists": [on_list]}).ok
    prepare_small_things(name, by, mia)
    return known


def prepare_small_things(name: str, by: Actor, mia: Crm) -> None:
    if name == "seq-tag-create-dup":
        mia.add_tag("VIP")
    if name == "seq-tags-search":
        mia.post("/tags", {"title": "VIP two"})
    if name == "seq-contact-bulk-cf":
        mia.put("/custom-fields/contacts", {"fields": [{"field_key": "number", "label": "Score", "slug": "score"}]})
    if name == "seq-contact-tracking-off":
        switch_module(by, module="event-tracking", on=False)


def prepare(name: str, company: Company, mia: Crm) -> dict[str, Any]:
    """What the recording's site had, made for it; answers what the placeholders stand for."""
    by = operator(company.pk)
    if name not in WITH_ORGANIZATIONS:
        switch_module(by, module="organizations", on=False)
    tags = Tag.objects.bulk_create(
        Tag(company=company, title=f"Tag {n}", slug=f"tag-{n}", description="x") for n in range(1, 21)
    )
    lists = List.objects.bulk_create(
        List(company=company, title=f"List {n}", slug=f"list-{n}", description="x") for n in range(1, 6)
    )
    fields: dict[str, Any] = PLAIN if name in PLAIN_ONES else SAMPLE
    people = [make_contact(company, **fields) for _ in range(11)]
    ids = [person.pk for person in people]
    # A tag that a contact brought along has no description.
    label_contacts(by, ids, attach_tags=["Fresh" if name in PLAIN_ONES else tags[0].pk], attach_lists=[lists[0].pk])
    contact = people[-1]
    known = prepare_parts(name, by, mia, contact.pk, lists[0].pk)
    return {
        **known,
        "contact": contact.pk,
        "note": write_note(mia, contact.pk) if name in WITH_A_NOTE else None,
        "middle": people[5].pk,
        "email": contact.email,
        "nobody": 999_999_999,
        **{f"tag {n}": tag.pk for n, tag in enumerate(tags, 1)},
        **{f"list {n}": one.pk for n, one in enumerate(lists, 1)},
    }


def filled(value: Any, known: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if isinstance(value, str):
        whole = re.fullmatch(r"{([\w ]+)}", value)
        if whole:
            return known[whole[1]]
        return re.sub(r"{([a-z]+(?: \d+)?)}", lambda found: str(known[found[1]]), value)
    return value


def send(
    server: Server, request: dict[str, Any], auth: tuple[str, str] | None, known: dict[str, Any]
) -> requests.Response:
    how: dict[str, Any] = {"auth": auth}
    if "raw" in request:
        how |= {"data": filled(request["raw"], known).encode(), "headers": {"Content-Type": request["type"]}}
    elif "form" in request:
        how["data"] = filled(request["form"], known)
    elif "json" in request:
        how["json"] = filled(request["json"], known)
    return server.call(request["method"], filled(request["path"], known), **how)


def compare(found: Any, expected: Any, where: str, *, more: bool = False) -> None:
    if isinstance(expected, dict) and "*" in expected:
        assert isinstance(found, dict), where
        assert found, where
        for key, item in found.items():
            compare(item, expected["*"], f"{where}.{key}")
    elif isinstance(expected, dict):
        assert isinstance(found, dict), where
        keys = list(found)[: len(expected)] if more else list(found)
        assert keys == list(expected), where
        for key, item in expected.items():
            compare(found[key], item, f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), where
        if expected:
            assert found, f"{where} is empty"
            compare(found[0], expected[0], f"{where}[0]")
    elif expected.startswith("="):
        assert found == expected[1:], where
    else:
        names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
        assert names.get(type(found), type(found).__name__) == expected, where


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recorded_call_is_answered_in_the_recorded_form(
    server: Server, company: Company, mia: Crm, name: str
) -> None:
    request, answer = RECORDINGS[name]["request"], RECORDINGS[name]["answer"]
    known = prepare(name, company, mia)
    auth: tuple[str, str] | None = mia.auth
    if "user" in request:
        nobody = make_key(company, {Permission.FORMS_WRITE})
        auth = (nobody.username, nobody.password) if request["user"] else None
    response = send(server, request, auth, known)
    assert response.status_code == answer["status"], response.text
    assert response.headers.get("Allow") == READ_ONLY_YET.get(name, answer.get("allow"))
    compare(response.json(), answer["body"], "body", more=name in WITH_MORE_KEYS)
