"""What holds for every screen, empty or full, in every language: few statements, small, and well formed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portico.companies.models import Company
from portico.lib.statements import Statement
from portico.web.browsers import COOKIE
from tests.make import make_contacts
from tests.web.browser import Browser
from tests.web.console.screens import password_page_of, screens, site_of
from tests.web.console.spoken import untranslated
from tests.web.console.things import Things, make_things

MOST_STATEMENTS = 12
MOST_BYTES = 100_000
FORBIDDEN = re.compile(r"<script(?! src=\"/assets/)|<style|\sstyle=|\son[a-z]+=|javascript:|src=\"(?:https?:)?//")


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run in this block, Django's and our compiled ones, which do not pass through Django."""
    asked: list[str] = []
    fetch = Statement.fetch

    def noted(statement: Statement, values: Any) -> Any:
        asked.append(statement.sql)
        return fetch(statement, values)

    with monkeypatch.context() as patched, CaptureQueriesContext(connection) as captured:
        patched.setattr(Statement, "fetch", noted)
        yield asked
    asked += [query["sql"] for query in captured.captured_queries]


def filled(company: Company) -> Things:
    """One of everything, and more contacts than a page shows."""
    make_contacts(
        company,
        60,
        email="'many' || n || '@acme.test'",
        first_name="'Person with quite a long name ' || n",
        last_name="'Öztürk-Müller'",
    )
    return make_things(company)


@pytest.mark.parametrize("is_full", [False, True])
def test_every_screen_is_cheap_small_well_formed_and_in_the_readers_language(
    acme: Company, owner: Browser, monkeypatch: pytest.MonkeyPatch, *, is_full: bool
) -> None:
    client = Client()
    client.cookies[COOKIE] = owner.session
    wrong = []
    for path in [*screens(filled(acme) if is_full else None), site_of(owner, acme), password_page_of(acme)]:
        shown: dict[str, str] = {}
        for language, _ in settings.LANGUAGES:
            with counted(monkeypatch) as asked:
                answer = client.get(path, headers={"Accept-Language": language})
            assert answer.status_code == (404 if path == "/nothing-here" else 200), path
            shown[language] = answer.content.decode()
            wrong += [f"{path} ({language}): {text}" for text in wrong_with(shown[language], language, asked)]
        english = shown.pop(settings.LANGUAGE_CODE)
        for language, page in shown.items():
            wrong += [f"{path}: not in {language}: {text}" for text in untranslated(english, page, language)]
    assert not wrong, "\n".join(wrong)


def wrong_with(page: str, language: str, asked: list[str]) -> list[str]:
    """What is wrong with this page, which has asked the database all this."""
    found = (
        (f"{len(asked)} statements: {asked}", len(asked) > MOST_STATEMENTS),
        (f"{len(page)} bytes", len(page.encode()) > MOST_BYTES),
        ("not in the language", f'<html lang="{language}">' not in page),
        ("not one h1", page.count("<h1") != 1),
        ("no title", re.search(r"<title>\s*\S", page) is None),
        ("not one main", page.count("<main") != 1),
        ("holds what no page may", FORBIDDEN.search(page) is not None),
        ("a heading leaves a level out", leaves_out(page)),
        ("a column without scope", re.search(r"<th(?![^>]*scope=)[ >]", page) is not None),
    )
    return [text for text, is_so in found if is_so]


def leaves_out(page: str) -> bool:
    """Whether a heading is more than one level below the one before it. The navigation's stand apart."""
    levels = [int(level) for level in re.findall(r"<h([1-6])", page[page.find("<main") :])]
    return any(after > before + 1 for before, after in zip([0, *levels], levels, strict=False))
