"""Who may come in, and how this wire says no."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from portico.access import Permission, Role, operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.errors import FAMILY, Busy, Conflict, Invalid, NotFound, Problem, TooMany
from portico.identity.actions.credentials import NewKey, revoke_key
from portico.identity.models import ApiKey, Membership
from portico.protocols.native import errors
from portico.protocols.native.routes import ROUTES
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import BASE as CRM
from tests.protocols.native.client import BASE, Native, assert_problem
from tests.server import Server


def filled(path: str, contact: int) -> str:
    return "/" + re.sub(r"<int:\w+>", str(contact), path)


def test_every_refusal_has_its_row() -> None:
    assert set(FAMILY) <= set(errors.ANSWERS)
    statuses = {
        NotFound: 404, Conflict: 409, Invalid: 422, TooMany: 429, Busy: 503,
    }  # fmt: skip
    made = {NotFound: NotFound("x"), Conflict: Conflict("x"), Invalid: Invalid(Problem("a", "b", "c.")), Busy: Busy(2)}
    made[TooMany] = TooMany(7)
    for kind, status in statuses.items():
        answer = errors.ANSWERS[kind](made[kind])
        assert (answer.status_code, json.loads(answer.content)["status"]) == (status, status)
    assert errors.ANSWERS[TooMany](TooMany(7))["Retry-After"] == "7"
    assert "1234" in json.loads(errors.bug("1234").content)["detail"]


@pytest.fixture(scope="module")
def first(database: None) -> Contact:  # noqa: ARG001 -- must be up first
    """Somebody whom nobody without a permission may change."""
    return make_contact(make_company())


@pytest.fixture(scope="module")
def password(first: Contact) -> str:
    """Of a key that may do everything, in the wrong place."""
    return make_key(first.company).password


@pytest.fixture(scope="module")
def all_but(first: Contact) -> Callable[[Permission], NewKey]:
    """A key with permissions of which this is none."""
    some = frozenset({Permission.CONTACTS_READ, Permission.TAGS_WRITE})
    key_with = cache(lambda permissions: make_key(first.company, permissions))
    return lambda permission: key_with(some - {permission})


@pytest.mark.parametrize("route", list(ROUTES), ids=lambda route: f"{route.method} {route.path}")
def test_no_route_without_a_key_and_none_without_its_permission(
    server: Server, first: Contact, password: str, all_but: Callable[[Permission], NewKey], route: Any
) -> None:
    path = filled(route.path, first.pk)
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer ptk_0123456789abcdefghijklmn012345"},
        {"Authorization": f"Basic {password}"},
    ):
        answer = server.call(route.method, BASE + path, headers=headers)
        assert_problem(answer, 401, "not-signed-in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert isinstance(route.demand, Permission)
    assert_problem(Native(server, all_but(route.demand)).call(route.method, path), 403, "denied")


def test_a_key_without_its_user_name_is_good_here_only(server: Server, mia: Native, company: Company) -> None:
    contact = make_contact(company)
    assert mia.get(f"/contacts/{contact.pk}").status_code == 200
    # The other wire wants the name, also while the key is remembered from this call.
    for name in ("", "x"):
        assert server.get(f"{CRM}/subscribers", auth=(name, mia.key.password)).status_code == 401


def test_a_revoked_key_and_one_of_an_administrator_open_nothing(server: Server, mia: Native, company: Company) -> None:
    contact = make_contact(company)
    by = operator(company.pk)
    revoke_key(by, mia.key.key.pk)
    assert_problem(mia.get(f"/contacts/{contact.pk}"), 401, "not-signed-in")
    key = make_key(company, name="Ada")
    Membership.objects.filter(pk=key.key.membership_id).update(role=Role.ADMIN)
    assert_problem(Native(server, key).get(f"/contacts/{contact.pk}"), 403, "denied")


def test_it_needs_no_module_and_its_use_is_noted(server: Server, company: Company) -> None:
    contact, key = make_contact(company), make_key(company)
    switch_module(operator(company.pk), module="fluentcrm", on=False)
    assert Native(server, key).get(f"/contacts/{contact.pk}").status_code == 200
    assert ApiKey.objects.get(pk=key.key.pk).name == "test"


def test_another_companys_contact_is_as_if_it_never_was(mia: Native) -> None:
    theirs = make_contact(make_company())
    found, never = mia.get(f"/contacts/{theirs.pk}"), mia.get(f"/contacts/{2**50}")
    bodies = [{**answer.json(), "request_id": ""} for answer in (found, never)]
    assert (found.status_code, bodies[0]) == (404, bodies[1])


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b'{"winner": \xff}', b'"x"', b"[" * 3000])
def test_a_body_that_is_no_object_cannot_be_read(mia: Native, body: bytes) -> None:
    assert_problem(mia.call("POST", "/contacts/merge", data=body), 400, "unreadable")


def test_what_is_not_served_says_so(mia: Native) -> None:
    assert_problem(mia.get("/nothing"), 404, "not-found")
    assert_problem(mia.get(""), 404, "not-found")
    answer = mia.call("PATCH", "/contacts/1")
    assert_problem(answer, 405, "wrong-method")
    assert answer.headers["Allow"] == "GET, DELETE"
    assert_problem(mia.call("POST", "/contacts/merge", data=b" " * (11 * 2**20)), 413, "too-large")


def test_a_head_has_no_body(mia: Native, company: Company) -> None:
    answer = mia.call("HEAD", f"/contacts/{make_contact(company).pk}")
    assert (answer.status_code, answer.content) == (200, b"")


def test_over_plain_http_from_elsewhere_no_key_is_taken(mia: Native, company: Company) -> None:
    """Asked of the door itself: a test has no other machine."""
    from django.test import RequestFactory

    from portico.protocols.native.entry import api

    path = f"contacts/{make_contact(company).pk}"
    headers = {"Authorization": f"Bearer {mia.key.password}"}
    far = RequestFactory().get("/x", REMOTE_ADDR="203.0.113.9", headers=headers)
    near = RequestFactory().get("/x", REMOTE_ADDR="127.0.0.1", headers=headers)
    assert (api(far, path).status_code, api(near, path).status_code) == (403, 200)
