"""What somebody sees when it does not work: a page of ours, what to do, and the number of the request."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse

from portico.access import Role
from portico.companies.models import Company
from portico.errors import Busy, TooMany
from portico.http.boundary import current_request_id
from portico.web import errors
from tests.make import make_member
from tests.server import Server
from tests.web.browser import Browser


def assert_of_ours(text: str, request_id: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in text
    assert text.count("<h1") == 1
    assert '<link rel="stylesheet" href="/assets/portico.css">' in text
    assert f"<code>{request_id}</code>" in text


def test_refusals_over_http_name_their_request(server: Server, acme: Company, browser: Browser) -> None:
    browser.enter(make_member(acme, "Ann", Role.ADMIN))
    too_large = {"csrfmiddlewaretoken": "x", "title": "x" * 40_000}
    for answer, status, title in (
        (browser.get("/contacts/999999999999"), 404, "There is no such page"),
        (server.get("/no/such/place"), 404, "There is no such page"),
        (browser.call("POST", "/tags/add", data={"title": "x"}), 403, "You may not do this"),
        (browser.call("POST", "/tags/add", data=too_large), 413, "This is too large"),
        (browser.call("POST", "/tags/add", json={"title": "x"}), 422, "Something is missing"),
    ):
        assert answer.status_code == status
        assert_of_ours(answer.text, answer.headers["X-Request-Id"], title)
        assert not re.search(r"<script|style=", answer.text)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("made", "status", "title"),
    [
        (lambda: errors.ANSWERS[TooMany](TooMany(7)), 429, "Too many tries"),
        (lambda: errors.ANSWERS[Busy](Busy()), 503, "The server is busy"),
        (lambda: errors.bug("a-number"), 500, "Something went wrong here"),
    ],
)
def test_what_seldom_happens_looks_the_same(made: Callable[[], HttpResponse], status: int, title: str) -> None:
    current_request_id.set("a-number")
    answer = made()
    assert answer.status_code == status
    assert_of_ours(answer.content.decode(), "a-number", title)
    assert ("Retry-After" in answer) == (status in {429, 503})
