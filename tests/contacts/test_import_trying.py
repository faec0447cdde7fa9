"""What is known of a file before it is imported: the guess, the dry run; and uploads while they are kept."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.importing.guessing import Guess, look_at
from portico.contacts.importing.options import Options
from portico.contacts.importing.trying import Forecast, try_import
from portico.contacts.importing.uploads import drop_old_uploads, drop_upload, keep_upload, open_upload
from portico.contacts.models import CustomField, ImportBatch, List, Tag
from portico.errors import Conflict, Invalid, NotFound
from tests.contacts.importing import Imports, rows
from tests.make import make_company, make_contact


def guessed(imported: Imports, content: str | bytes, **options: Any) -> Guess:
    imported.file.write_bytes(content.encode() if isinstance(content, str) else content)
    return look_at(operator(imported.company.pk), imported.file, Options(**options))


def tried(imported: Imports, content: str, **options: Any) -> Forecast:
    imported.file.write_text(content)
    return try_import(operator(imported.company.pk), imported.file, Options(**options))


def counts(found: Any) -> tuple[int, ...]:
    return found.created, found.updated, found.unchanged, found.skipped, found.rejected


def test_a_dry_run_says_what_the_import_then_does_and_writes_nothing(imported: Imports) -> None:
    make_contact(imported.company, email="ann@people.test", city="Rome", tags=["Gold"])
    make_contact(imported.company, email="bob@people.test", city="Rome")
    make_contact(imported.company, email="cid@people.test", city="Rome", tags=["Gold"])
    make_contact(imported.company, email="dan@people.test", consent="unsubscribed")
    text = rows(
        "Email,City,Tags,Lists,Status,Birthday,Birthday of dog",
        "ann@people.test,Rome,Gold,,,,",
        "bob@people.test,Rome,Gold,,,,",
        "CID@people.test,Oslo,,,,,",
        "dan@people.test,,,,subscribed,,",
        "eva@people.test,,New,News,,,",
        "eva@PEOPLE.test,,,,,,",
        "fay@people.test,,,,,31.31.2000,",
        "bad,,,,,,",
        "gus@people.test",
    )
    before = AuditEntry.objects.filter(company_id=imported.company.pk).count()
    forecast = tried(imported, text)
    assert counts(forecast) == (1, 2, 2, 0, 4)
    assert forecast.rejected_by == {"duplicate": 1, "date_of_birth": 1, "email": 1, "cells": 1}
    assert (forecast.new_tags, forecast.new_lists) == (["New"], ["News"])
    assert forecast.ignored_columns == ["Birthday of dog"]
    assert len(imported.emails()) == 4
    assert list(Tag.objects.filter(company=imported.company).values_list("title", flat=True)) == ["Gold"]
    assert not List.objects.filter(company=imported.company).exists()
    assert not ImportBatch.objects.filter(company=imported.company).exists()
    assert AuditEntry.objects.filter(company_id=imported.company.pk).count() == before
    assert counts(imported(text)) == counts(forecast)


def test_a_dry_run_that_leaves_existing_alone_counts_them(imported: Imports) -> None:
    make_contact(imported.company, email="ann@people.test")
    text = rows("Email,City", "ann@people.test,Oslo", "bob@people.test,Oslo")
    forecast = tried(imported, text, skip_existing=True)
    assert counts(forecast) == (1, 0, 0, 1, 0)
    assert counts(imported(text, skip_existing=True)) == counts(forecast)


def test_the_guess_knows_fields_custom_fields_and_a_column_of_addresses(imported: Imports) -> None:
    CustomField.objects.create(company=imported.company, slug="shoe", label="Shoe size", kind="number", position=1)
    found = guessed(imported, "Wer;Surname;Shoe size;Whatever\nann@people.test;Lee;42;x\nbob@people.test;Roe;43;y\n")
    assert (found.delimiter, found.fields) == (";", ["email", "last_name", "custom_values.shoe", None])
    german = guessed(
        imported, "Vorname;Nachname;E-Mail;PLZ;Ort;Telefon\nJörg;Lee;joerg@people.test;50667;Köln;0221 1\n"
    )
    assert german.fields == ["first_name", "last_name", "email", "postal_code", "city", "phone"]
    assert imported("Wer;Surname;Shoe size\nann@people.test;Lee;42\n", columns={"Wer": "email"}).created == 1


def test_a_file_without_header_is_told_by_the_address_in_its_first_row(imported: Imports) -> None:
    text = "ann@people.test,Ann\nbob@people.test,Bob\n"
    found = guessed(imported, text)
    assert (found.header, found.fields) == (["Column 1", "Column 2"], ["email", None])
    by_hand = {**found.columns(), "Column 2": "first_name"}
    assert imported(text, columns=by_hand).created == 2
    assert imported.contact("ann@people.test").first_name == "Ann"


def test_columns_named_by_hand_win_and_have_to_be_there(imported: Imports) -> None:
    text = "Email,Phone\nann@people.test,Rome\n"
    assert guessed(imported, text, columns={"PHONE": "city"}).fields == ["email", "city"]
    assert guessed(imported, text, columns={"phone": ""}).fields == ["email", None]
    with pytest.raises(Invalid):
        guessed(imported, text, columns={"Fax": "city"})
    with pytest.raises(Conflict):
        guessed(imported, "Email,Email\na,b\n")


def test_an_upload_is_found_only_by_its_own_company_kind_and_name() -> None:
    actor, eve = operator(make_company().pk), operator(make_company().pk)
    name = keep_upload(actor, [b"Email\n", b"ann@people.test\n"])
    path = open_upload(actor, name)
    assert path.read_bytes() == b"Email\nann@people.test\n"
    assert [one.stat().st_mode & 0o777 for one in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    strange = (
        f"../{actor.company_id}/{name}", f"./{name}", str(path), f"{name}\n", name.upper(), "", ".", "..", "\0",
        name.replace("contacts", "organizations"), name.removesuffix(".csv"), "x" * 5000,
    )  # fmt: skip
    for wrong in strange:
        with pytest.raises(NotFound):
            open_upload(actor, wrong)
    with pytest.raises(NotFound):
        open_upload(eve, name)
    with pytest.raises(NotFound):
        open_upload(actor, name, kind="organizations")
    drop_upload(eve, name)
    assert path.exists()
    drop_upload(actor, name)
    drop_upload(actor, name)
    assert not path.exists()


def test_an_upload_that_breaks_off_or_grows_too_large_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    company: Company = make_company()
    actor = operator(company.pk)

    def breaking_off() -> Any:
        yield b"Email\n"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        keep_upload(actor, breaking_off())
    monkeypatch.setattr(settings, "UPLOAD_BYTES", 10)
    with pytest.raises(Invalid):
        keep_upload(actor, [b"x" * 6, b"x" * 6])
    assert list(Path(settings.DATA_FOLDER, "uploads", str(company.pk)).iterdir()) == []


def test_uploads_go_after_a_day_but_those_still_needed() -> None:
    actor = operator(make_company().pk)
    old, needed, new = (keep_upload(actor, [b"Email\n"]) for _ in range(3))
    for name in (old, needed):
        os.utime(open_upload(actor, name), (time.time() - 90_000,) * 2)
    drop_old_uploads({(actor.company_id, needed)})
    with pytest.raises(NotFound):
        open_upload(actor, old)
    assert open_upload(actor, needed)
    assert open_upload(actor, new)
