"""All that is held about one person: handed out, and erased."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from portico.access import Permission, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.bulk import set_custom_value_of_contacts, set_field_of_contacts
from portico.contacts.actions.contacts import add_contact, change_contact, delete_contacts
from portico.contacts.actions.passwords import set_password
from portico.contacts.importing.actions import import_contacts
from portico.contacts.importing.reading import opened
from portico.contacts.importing.uploads import Kind, keep_upload, open_upload
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.merging.references import references
from portico.contacts.models import Contact, CustomField, ImportRejected
from portico.contacts.persons.tables import ELSEWHERE, NOTHING, TABLES, Stays
from portico.errors import NotFound
from portico.outbox.actions import send_mail
from portico.outbox.models import Mail
from tests.make import make_company, make_contact, make_key
from tests.protocols.native.client import Native, assert_problem
from tests.protocols.native.test_merging import counted, counts
from tests.server import Server

# What says who Ann is; none of it may be anywhere after she was erased.
PERSON = {
    "email": "ann.kestrel@people.test", "first_name": "Annabel", "last_name": "Kestrel", "phone": "+49 170 5554433",
    "address_line_1": "Heronstreet 7", "city": "Otterville", "postal_code": "98765", "ip": "203.0.113.77",
    "date_of_birth": "1987-06-05", "avatar": "https://x.test/annabel.png", "consent_reason": "asked by Annabel",
}  # fmt: skip
CUSTOM = {"hobby": "falconry", "size": 18703125.5, "pets": ["Badger", "Lynx"]}
EARLIER = {"last_name": "Stoat", "email": "ann.stoat@people.test"}
MERGED = {"first_name": "Anabel", "email": "ann.other@people.test", "city": "Wolverine"}
TRACES = (
    *PERSON.values(), *MERGED.values(), *EARLIER.values(), "5554433", "falconry", "18703125", "Badger", "Lynx",
)  # fmt: skip


@pytest.fixture
def ann(company: Company) -> Contact:
    """With a past: she changed her name, was tagged, has a password, mail, and was two once."""
    by = operator(company.pk)
    made = add_contact(by, {**PERSON, **EARLIER}, custom_values=CUSTOM, tags=["Gold"], lists=["News"])
    change_contact(by, made.pk, {name: PERSON[name] for name in EARLIER}, custom_values={"hobby": "falconry at night"})
    other = add_contact(by, MERGED, custom_values={"size": 18703125.5}, tags=["Silver"])
    merge_contacts(by, winner_id=made.pk, loser_id=other.pk, choices={"city": "loser"})
    set_password(by, made.pk, "open sesame")
    set_field_of_contacts(by, [made.pk, make_contact(company).pk], field="avatar", value="https://x.test/y.png")
    set_field_of_contacts(by, [made.pk, make_contact(company).pk], field="consent", value="pending")
    import_rows(company, f"Email,First Name,City,Birthday\n{PERSON['email'].upper()},Annabel,Otterville,31.31.1987\n")
    send_mail(to=PERSON["email"].upper(), subject="Hello Annabel", text="Dear Annabel", company_id=company.pk)
    return made


def import_rows(company: Company, text: str) -> None:
    """As a command imports a file; what it rejects is kept."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        file.write_text(text)
        import_contacts(operator(company.pk), file)


def archive_of(mia: Native, contact: int) -> dict[str, bytes]:
    answer = mia.get(f"/contacts/{contact}/export")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert f'filename="contact-{contact}.zip"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_archive_has_everything_as_json_and_as_csv(mia: Native, ann: Contact) -> None:
    files = archive_of(mia, ann.pk)
    names = {"contact", "contact_tag", "contact_list", "contact_merge", "history", "import_rejected", "mail"}
    assert names <= {name.partition(".")[0] for name in files}
    assert {one.table for one in references()} <= {name.partition(".")[0] for name in files}
    (contact,) = json.loads(files["contact.json"])
    assert (contact["email"], contact["has_password"]) == (PERSON["email"], True)
    assert contact["custom_values"]["pets"] == CUSTOM["pets"]
    assert {row["tag_title"] for row in json.loads(files["contact_tag.json"])} == {"Gold", "Silver"}
    assert json.loads(files["mail.json"])[0]["subject"] == "Hello Annabel"
    history = files["history.json"].decode()
    assert "Stoat" in history
    assert "contact.password_set" in history
    everything = b"".join(files.values())
    assert b"$argon2" not in everything
    assert b"password_hash" not in everything
    assert json.loads(files["about.json"])["rows"]["contact_tag"] == 2
    for name in names:
        rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode())))
        assert len(rows) == len(json.loads(files[f"{name}.json"]))
    (row,) = csv.DictReader(io.StringIO(files["contact.csv"].decode()))
    assert row["phone"] == f"'{PERSON['phone']}"  # no formula for a spreadsheet


def test_handing_out_is_written_down(mia: Native, ann: Contact) -> None:
    archive_of(mia, ann.pk)
    assert mia.history(ann.pk)[0]["action"] == "contact.exported"


def test_the_head_of_an_archive_is_its_headers_only(mia: Native, ann: Contact) -> None:
    answer = mia.call("HEAD", f"/contacts/{ann.pk}/export")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "application/zip", b"")


def rows_of(company: Company) -> str:
    """All that is anywhere about this company, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            columns = {str(field.column) for field in model._meta.concrete_fields}
            if model.__module__.startswith("portico.") and "company_id" in columns and model._meta.managed:
                cursor.execute(
                    f'SELECT t::text FROM "{model._meta.db_table}" t WHERE company_id = %s',  # noqa: S608
                    [company.pk],
                )
                found += [f"{model._meta.db_table} {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_nothing_of_an_erased_person_is_left_anywhere(mia: Native, company: Company, ann: Contact) -> None:
    before = rows_of(company)
    assert [trace for trace in TRACES if str(trace) not in before] == []
    kept = counts(company)
    answer = mia.delete(f"/contacts/{ann.pk}")
    assert (answer.status_code, answer.json()) == (200, {"id": ann.pk, "pseudonym": f"erased-{ann.pk}"})
    after = rows_of(company)
    assert [trace for trace in TRACES if str(trace) in after] == []
    assert "$argon2" not in after
    assert counts(company) == kept == counted(company)
    assert not Mail.objects.filter(company_id=company.pk, to__iexact=PERSON["email"]).exists()


def test_what_many_were_given_at_once_is_taken_from_the_erased_one_and_left_to_the_others(
    mia: Native, company: Company
) -> None:
    by, picture = operator(company.pk), "https://x.test/ann-and-bob.png"
    CustomField.objects.create(company_id=company.pk, slug="club", label="Club", kind="text", position=0)
    ann, bob = (make_contact(company).pk for _ in range(2))
    set_field_of_contacts(by, [ann, bob], field="avatar", value=picture)
    set_custom_value_of_contacts(by, [ann, bob], slug="club", value="Falconers")
    assert AuditEntry.objects.filter(company_id=company.pk, details__after__avatar=picture).exists()  # said of both
    history = mia.history(bob)
    mia.delete(f"/contacts/{ann}")
    for text in (json.dumps(mia.history(ann)), *map(bytes.decode, archive_of(mia, ann).values())):
        assert picture not in text
        assert "Falconers" not in text
    assert mia.history(bob) == history
    mia.delete(f"/contacts/{bob}")
    assert picture not in rows_of(company)
    assert "Falconers" not in rows_of(company)


def test_rows_of_files_that_imports_keep_lose_the_person_and_nobody_else(mia: Native, company: Company) -> None:
    by, other = operator(company.pk), make_company()
    ann = make_contact(company, email="ann.old@people.test").pk
    change_contact(by, ann, {"email": "ann@people.test"})
    lines = (
        "Email;Name;Note\r\n",
        'x.ann@people.test;Xaver "X;"two\r\nlines"\r\n',
        '"ANN@people.test";"Annabel";"Hi\r\nOtterville"\r\n',
        "ann@people.test.org;Orla;\r\n",
        "z@people.test;Jürgen;writes to ann.old@people.test\r\n",
        "bob@people.test;Bob;\r\n",
    )
    given: tuple[tuple[str, Sequence[str], str, Kind], ...] = (
        ("utf-8", lines, "utf-8", "contacts"), ("latin", lines, "cp1252", "contacts"),
        ("wide", lines, "utf-16", "contacts"), ("others", [*lines[:2], *lines[3:4]], "utf-16", "contacts"),
        ("firms", ["name,owner_email\nAcme,ann@people.test\n"], "utf-8", "organizations"),
    )  # fmt: skip
    files = {name: keep_upload(by, ["".join(some).encode(how)], kind=kind) for name, some, how, kind in given}
    theirs = keep_upload(operator(other.pk), ["".join(lines).encode()])
    import_rows(company, "Email,Birthday\njoann@people.test,x\nann@people.test,x\n")
    assert mia.delete(f"/contacts/{ann}").status_code == 200

    def read(name: str, kind: Kind = "contacts") -> str:
        return open_upload(by, files[name], kind=kind).read_bytes().decode({"latin": "cp1252"}.get(name, "utf-8"))

    for name in ("utf-8", "latin"):
        text = read(name)
        assert [trace for trace in ("ANN", "Annabel", "Otterville", "ann.old", "rgen") if trace in text] == []
        assert [line for line in lines if line in text] == [lines[0], lines[1], lines[3], lines[5]]
        with opened(open_upload(by, files[name])) as file:
            assert [record.line for record in file.records] == [2, 4, 6, 7, 8]
    assert read("firms", "organizations").split() == ["name,owner_email", "Acme,"]
    assert open_upload(by, files["others"])
    with pytest.raises(NotFound):
        open_upload(by, files["wide"])
    assert open_upload(operator(other.pk), theirs).read_bytes() == "".join(lines).encode()
    left = ImportRejected.objects.filter(company=company)
    assert list(left.values_list("cells", flat=True)) == [["joann@people.test", "x"]]


def test_the_audit_of_an_erased_person_can_still_be_read(mia: Native, ann: Contact) -> None:
    before = [event["action"] for event in mia.history(ann.pk)]
    mia.delete(f"/contacts/{ann.pk}")
    events = mia.history(ann.pk)
    assert [event["action"] for event in events] == ["contact.erased", *before]
    told = {(one["field"], str(one["old"]), str(one["new"])) for event in events for one in event["changes"]}
    name = f"erased-{ann.pk}"
    assert {("last_name", "None", name), ("consent", "subscribed", "pending"), ("tag", "None", "Gold")} <= told
    assert events[0]["details"] == {"pseudonym": name}


def test_what_is_left_is_an_archived_contact_without_a_name(mia: Native, ann: Contact) -> None:
    mia.delete(f"/contacts/{ann.pk}")
    shown = mia.get(f"/contacts/{ann.pk}").json()
    assert (shown["email"], shown["first_name"], shown["last_name"]) == (None, f"erased-{ann.pk}", None)
    assert shown["archived_at"]
    assert (shown["consent"], [tag["title"] for tag in shown["tags"]]) == ("pending", ["Gold", "Silver"])
    assert shown["token"] != ann.token
    again = mia.delete(f"/contacts/{ann.pk}")
    assert again.json()["pseudonym"] == f"erased-{ann.pk}"
    assert make_contact(ann.company, email=PERSON["email"])  # the address is free


def test_others_keep_their_part_of_what_happened_to_many(mia: Native, company: Company, ann: Contact) -> None:
    by, other = operator(company.pk), make_contact(company, avatar="https://x.test/other.png")
    change_contact(by, ann.pk, {"avatar": "https://x.test/annabel.png"})
    set_field_of_contacts(by, [ann.pk, other.pk], field="avatar", value="https://x.test/z.png")
    mia.delete(f"/contacts/{ann.pk}")
    (change,) = mia.history(other.pk)[0]["changes"]
    assert (change["old"], change["new"]) == ("https://x.test/other.png", "https://x.test/z.png")


def test_a_merge_with_an_erased_person_cannot_be_undone(mia: Native, ann: Contact) -> None:
    merge = mia.history(ann.pk)
    number = next(event["details"]["merge"] for event in merge if event["action"] == "contact.merged")
    mia.delete(f"/contacts/{ann.pk}")
    assert_problem(mia.post("/contacts/unmerge", {"merge": number}), 410, "gone")


def test_who_was_part_of_another_for_a_while_is_erased_from_its_history(mia: Native, company: Company) -> None:
    one = make_contact(company, last_name="Own")
    two = make_contact(company, phone="+49 170 5554433", last_name="Kestrel")
    merge = mia.post("/contacts/merge", {"winner": one.pk, "loser": two.pk, "fields": {"last_name": "loser"}}).json()
    assert_problem(mia.delete(f"/contacts/{two.pk}"), 409, "conflict")
    mia.post("/contacts/unmerge", {"merge": merge["merge"]})
    assert mia.delete(f"/contacts/{two.pk}").status_code == 200
    left = rows_of(company)
    assert [trace for trace in ("5554433", "Kestrel") if trace in left] == []
    assert mia.get(f"/contacts/{one.pk}").json()["last_name"] == "Own"
    assert mia.history(one.pk)[-1]["changes"][0]["new"] in {"Own", one.email}


def test_of_a_deleted_contact_the_audit_is_erased(mia: Native, company: Company) -> None:
    bob = make_contact(company, email="bob.badger@people.test")
    delete_contacts(operator(company.pk), [bob.pk])
    assert mia.delete(f"/contacts/{bob.pk}").status_code == 200
    assert "badger" not in str(list(AuditEntry.objects.filter(company_id=company.pk).values()))
    assert_problem(mia.get(f"/contacts/{bob.pk}/export"), 404, "not-found")


def test_only_who_may_does_either_and_only_in_its_own_company(server: Server, mia: Native, company: Company) -> None:
    ann, theirs = make_contact(company), make_contact(make_company())
    reader = Native(server, make_key(company, [Permission.CONTACTS_READ]))
    for method, path in (("GET", "/export"), ("DELETE", "")):
        assert_problem(reader.call(method, f"/contacts/{ann.pk}{path}"), 403, "denied")
        for id in (theirs.pk, 2**50, 10**18 - 1):
            assert_problem(mia.call(method, f"/contacts/{id}{path}"), 404, "not-found")
    assert Contact.objects.get(pk=ann.pk).email == ann.email
    assert Contact.objects.get(pk=theirs.pk).email == theirs.email


def portico_models() -> dict[str, type[models.Model]]:
    return {m._meta.label: m for m in apps.get_models() if m.__module__.startswith("portico.")}


def test_of_every_table_it_is_said_what_of_a_person_it_holds() -> None:
    """One that is missing here: add a line to portico/contacts/persons/tables.py."""
    said = [*TABLES, *ELSEWHERE, *NOTHING]
    assert set(said) == set(portico_models())
    assert len(said) == len(set(said))


def test_of_every_table_of_a_contact_every_field_is_named() -> None:
    """One that is missing here: name it in its table's line of portico/contacts/persons/tables.py."""
    for label, what in TABLES.items():
        if isinstance(what, Stays):
            fields = [f for f in portico_models()[label]._meta.concrete_fields if not getattr(f, "generated", False)]
            assert what.with_fields | set(what.emptied) == {field.name for field in fields}, label
            assert not what.with_fields & set(what.emptied), label


def test_every_table_that_leads_to_a_contact_is_erased_with_it() -> None:
    assert {one.model._meta.label for one in references()} | {"contacts.Contact"} == set(TABLES)
    assert {one.column for one in references()} <= {"contact_id", "winner_id", "owner_id"}


def test_details_of_any_kind_lose_their_words() -> None:
    from portico.contacts.persons.tables import without_person

    details: dict[str, Any] = {
        "before": {"email": "a@x.test", "consent": "pending", "owner_id": 3, "city": None, "phone": ""},
        "after": {"custom_values": {"age": 40, "name": "Ann", "no": None}},
        "deeper": [{"x": ["Ann", 1]}],
    }
    assert without_person(details, "erased-1") == {
        "before": {"email": "erased-1", "consent": "pending", "owner_id": 3, "city": None, "phone": ""},
        "after": {"custom_values": {"age": "erased-1", "name": "erased-1", "no": "erased-1"}},
        "deeper": [{"x": ["erased-1", 1]}],
    }
