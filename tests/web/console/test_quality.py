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


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("is_full", [False, True])
def test_every_screen_is_cheap_small_and_well_formed(
    acme: Company, owner: Browser, monkeypatch: pytest.MonkeyPatch, language: str, *, is_full: bool
) -> None:
    client = Client(headers={"Accept-Language": language})
    client.cookies[COOKIE] = owner.session
    wrong = []
    for path in [*screens(filled(acme) if is_full else None), site_of(owner, acme), password_page_of(acme)]:
        with counted(monkeypatch) as asked:
            answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == (404 if path == "/nothing-here" else 200), path
        wrong += [
            f"{path}: {text}"
            for text, is_so in (
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
            if is_so
        ]
    assert wrong == []


def leaves_out(page: str) -> bool:
    """Whether a heading is more than one level below the one before it. The navigation's stand apart."""
    levels = [int(level) for level in re.findall(r"<h([1-6])", page[page.find("<main") :])]
    return any(after > before + 1 for before, after in zip([0, *levels], levels, strict=False))
