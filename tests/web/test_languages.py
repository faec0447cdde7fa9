"""A page speaks the language of its reader: chosen, or asked for by the browser; and says all that is said in it."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation

from portico.access import Role, operator
from portico.companies.models import Company
from portico.identity.models import User
from portico.lib.catalogues import compile_catalogues, compiled_folder
from portico.selling.actions.orders import save_order
from portico.web.core_texts import from_core
from tests import catalogue
from tests.make import make_contact, make_member
from tests.server import Server
from tests.web.browser import Browser, link_to, mails_to, texts_to

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def language_of(page: str) -> str:
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found, page
    return found[1]


def test_all_that_is_said_is_said_in_every_language_with_the_same_values() -> None:
    files = catalogue.catalogues()
    assert set(files) == {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    for language, path in files.items():
        fresh = catalogue.renewed(path, language)
        assert list(catalogue.wrong(fresh)) == []
        assert catalogue.as_text(fresh) == path.read_bytes(), "python -m tests.catalogue --write"


def test_a_text_without_translation_or_with_other_values_is_found() -> None:
    made = Catalog(locale="de")
    made.add("Type %(name)s", "Geben Sie %(nome)s ein")
    made.add("Nothing.", "")
    made.add(("%(n)s day", "%(n)s days"), ("%(n)s Tag", "Tage"))
    made.add("Kept %(name)s", "%(name)s behalten")
    assert list(catalogue.wrong(made)) == [
        "other values: Type %(name)s", "no translation: Nothing.", "other values: %(n)s day",
    ]  # fmt: skip


def test_whoever_has_chosen_nothing_reads_what_the_browser_asks_for(server: Server) -> None:
    for path in ("/", "/sign-in", "/forgot", "/nothing-here", "/contacts/0/nothing"):
        assert language_of(server.get(path, headers=GERMAN).text) == "de", path
        assert language_of(server.get(path).text) == "en", path
        assert language_of(server.get(path, headers={"Accept-Language": "tlh,xx;q=0.9"}).text) == "en", path
    assert "Code zusenden" in server.get("/sign-in", headers=GERMAN).text
    assert "Diese Seite gibt es nicht" in server.get("/nothing-here", headers=GERMAN).text


def test_a_choice_stays_in_the_browser_and_with_the_person(server: Server, acme: Company) -> None:
    member = make_member(acme, "Anna", Role.ADMIN)
    browser = Browser(server).enter(member)
    assert 'href="/language?next=/account"' in browser.get("/account").text
    assert browser.send("/language?next=/contacts", language="tlh").status_code == 422
    chosen = browser.send("/language?next=/contacts", language="de")
    assert chosen.headers["Location"] == "/contacts"
    assert User.objects.get(pk=member.user_id).language == "de"
    assert "Die Personen, die die Firma kennt" in browser.get("/contacts").text

    elsewhere = Browser(server)
    assert language_of(elsewhere.get("/sign-in").text) == "en"
    assert language_of(elsewhere.enter(member).get("/account").text) == "de"
    assert browser.send("/sign-out").status_code == 303
    assert language_of(browser.get("/sign-in").text) == "de"
    assert browser.send("/language", language="en").headers["Location"] == "/account"
    assert language_of(browser.get("/sign-in").text) == "en"
    assert User.objects.get(pk=member.user_id).language == "de"


def test_where_the_choice_leads_back_to_is_ours_and_never_a_secret_address(server: Server) -> None:
    browser = Browser(server)
    assert browser.send("/language?next=//evil.test", language="de").headers["Location"] == "/account"
    shown = browser.get("/reset/prl_secret").text
    assert 'href="/language"' in shown
    assert "prl_secret" not in shown


def test_the_core_says_no_in_the_readers_language(server: Server, acme: Company) -> None:
    browser = Browser(server).enter(make_member(acme, "Anna", Role.ADMIN))
    make_contact(acme, email="anna@acme.test")
    assert browser.send("/language", language="de").status_code == 303
    taken = browser.send("/contacts/add", email="ANNA@acme.test", consent="subscribed")
    assert "Ein anderer Kontakt dieser Firma hat diese E-Mail-Adresse schon." in taken.text
    wrong = browser.send("/contacts/add", email="no address", consent="subscribed")
    assert "Das ist keine E-Mail-Adresse." in wrong.text
    assert "Diesen Kontakt gibt es nicht." in browser.get("/contacts/999999999").text
    # Wires answer in English, whatever anybody asks for.
    assert "Rest API" in browser.get("/settings/rest-api").text
    refused = server.get("/wp-json/fluent-crm/v2/subscribers", headers=GERMAN)
    assert refused.json()["message"] == server.get("/wp-json/fluent-crm/v2/subscribers").json()["message"]


def test_days_amounts_names_and_words_are_written_as_the_reader_writes_them(server: Server, acme: Company) -> None:
    actor, browser = operator(acme.pk), Browser(server).enter(make_member(acme, "Anna", Role.ADMIN))
    contact = make_contact(acme, date_of_birth="1990-12-31", total_points=12345, consent="pending")
    save_order(actor, {"external_id": "1", "currency": "EUR", "total": "1234.50"})
    assert browser.send("/language", language="de").status_code == 303
    page = browser.get(f"/contacts/{contact.pk}").text
    for text in ("31.12.1990", "12.345", "ausstehend", f"{contact.created_at:%d.%m.%Y}", "Kommandozeile"):
        assert text in page, text
    assert "1.234,50 EUR" in browser.get("/orders").text
    assert "<h2>Mai 2026</h2>" in browser.get("/calendar?month=2026-05").text
    log = browser.get("/settings/audit?action=order.placed").text
    assert "Bestellung aufgegeben" in log
    assert "Was: Bestellung aufgegeben" in log
    assert "Kontakte exportieren" in browser.get("/settings/managers/add").text


def test_the_mail_that_a_page_sends_is_in_the_pages_language(server: Server, acme: Company) -> None:
    member = make_member(acme, "Anna", Role.ADMIN)
    browser = Browser(server)
    browser.send("/language", language="de")
    browser.enter(member)
    assert mails_to(member.user.email)[-1].subject == "Ihr Anmeldecode für Portico"
    assert browser.send("/forgot", email=member.user.email).status_code == 303
    assert "Der Link gilt eine Stunde lang" in texts_to(member.user.email)[-1]
    assert Browser(server).get(link_to(member.user.email, "reset/prl_")).status_code == 200


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("A password has at least 15 characters. With a second factor 8 are enough.",
         "Ein Passwort hat mindestens 15 Zeichen. Mit einem zweiten Faktor genügen 8."),
        ("a%b (c) is no e-mail address.", "a%b (c) ist keine E-Mail-Adresse."),
        ("There is no such unicorn.", "Das gibt es nicht: unicorn."),
        ("Nobody has ever said this.", "Nobody has ever said this."),
        ("", ""),
        ("x is " * 10_000, "x is " * 10_000),
    ],
)  # fmt: skip
def test_sentences_with_values_are_known_by_their_form(english: str, german: str) -> None:
    with translation.override("de"):
        assert from_core(english) == german
    assert from_core(english) == english


def test_pages_without_any_session_speak_it_too(server: Server) -> None:
    english, german = server.get("/docs"), server.get("/", headers=GERMAN)
    assert language_of(english.text) == "en"
    assert "Das ist ein Kontakt- und Identitätsserver" in german.text


COMPILING = """
import sys
from pathlib import Path
from portico.lib.catalogues import compile_catalogues
compile_catalogues(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_catalogues_are_compiled_once_whole_and_by_any_number_of_processes_at_once(tmp_path: Path) -> None:
    sources = settings.CATALOGUES
    compiled = compiled_folder(sources, tmp_path)

    def start(_: int) -> int:
        arguments = [sys.executable, "-c", COMPILING, str(sources), str(compiled)]
        return subprocess.run(arguments, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False).returncode

    with ThreadPoolExecutor(4) as at_once:
        assert list(at_once.map(start, range(4))) == [0] * 4
    (made,) = [path for path in compiled.rglob("*") if path.is_file()]
    assert made.name == "django.mo"
    before = made.stat().st_mtime_ns
    compile_catalogues(sources, compiled)
    assert made.stat().st_mtime_ns == before


def test_another_text_is_another_place_so_that_nothing_outdated_is_read(tmp_path: Path) -> None:
    file = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a"\nmsgstr "b"\n')
    first = compiled_folder(tmp_path / "locale", tmp_path)
    file.write_text(file.read_text().replace('"b"', '"c"'))
    assert compiled_folder(tmp_path / "locale", tmp_path) != first
