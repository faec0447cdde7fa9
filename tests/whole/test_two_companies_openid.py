"""Two companies on one server, at the addresses of OpenID Connect. Made from the routes: each must be in the table."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from portico.companies.models import Company
from portico.openid.models import Client, Consent, Grant, MemberSession, RefreshToken
from portico.web.openid.routes import ENDPOINTS, PAGES
from tests.make import make_company
from tests.server import Server
from tests.web.openid.software import (
    BACK,
    BYE,
    PASSWORD,
    VERIFIER,
    Browser,
    Software,
    make_bob,
    make_software,
    member_browser,
)

TABLES = (Client, Consent, Grant, MemberSession, RefreshToken)


@dataclass(frozen=True, slots=True)
class Names:
    """By what the things of a company are named here."""

    client_id: str
    secret: str
    email: str
    code: str
    access_token: str
    id_token: str
    refresh_token: str


NOBODY = Names(
    client_id="client_00000000000000000000",
    secret="pcs_000000000000000000000000000000",
    email="nobody@people.test",
    code="poc_000000000000000000000000000000",
    access_token="eyJh.eyJh.eyJh",
    id_token="eyJh.eyJh.eyJh",
    refresh_token="por_000000000000000000000000000000",
)

# As a client of the first company, with names of the second's: what is sent in the form or the query.
Call = Callable[[Names], dict[str, Any]]
CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    ("GET", ".well-known/openid-configuration"): (),
    ("GET", ".well-known/oauth-authorization-server"): (),
    ("GET", "oauth/jwks"): (),
    ("POST", "oauth/token"): (
        lambda n: {
            "grant_type": "authorization_code", "code": n.code, "redirect_uri": BACK, "code_verifier": VERIFIER,
        },
        lambda n: {"grant_type": "refresh_token", "refresh_token": n.refresh_token},
        lambda n: {"grant_type": "refresh_token", "refresh_token": n.refresh_token, "client_id": n.client_id},
    ),
    ("GET", "oauth/userinfo"): (lambda n: {"access_token": n.refresh_token},),
    ("POST", "oauth/userinfo"): (lambda n: {"access_token": n.refresh_token},),
    ("POST", "oauth/revoke"): (lambda n: {"token": n.refresh_token}, lambda n: {"token": n.access_token}),
    ("POST", "oauth/introspect"): (lambda n: {"token": n.refresh_token}, lambda n: {"token": n.access_token}),
    ("GET", "oauth/authorize"): (lambda _: {"redirect_uri": "https://evil.example/"},),
    ("POST", "oauth/authorize"): (lambda n: {"decision": "allow", "question": f"client_id={n.client_id}"},),
    ("POST", "oauth/again"): (lambda n: {"question": f"client_id={n.client_id}"},),
    ("GET", "oauth/sign-in"): (lambda n: {"client_id": n.client_id, "redirect_uri": "https://evil.example/"},),
    ("POST", "oauth/sign-in"): (lambda n: {"email": n.email, "password": PASSWORD},),
    ("GET", "oauth/logout"): (lambda n: {"post_logout_redirect_uri": BYE, "id_token_hint": n.refresh_token},),
    ("POST", "oauth/logout"): (lambda n: {"decision": "leave", "question": f"id_token_hint={n.refresh_token}"},),
}  # fmt: skip


def test_every_route_is_in_the_table() -> None:
    assert {(route.method, route.path) for route in (*ENDPOINTS, *PAGES)} == set(CALLS)


@dataclass(frozen=True, slots=True)
class World:
    """A client of acme, and everything of beta."""

    ours: Software
    beta: Company
    names: Names

    def everything(self) -> list[list[Any]]:
        return [
            list(model._default_manager.filter(company_id=self.beta.pk).order_by("pk").values()) for model in TABLES
        ]


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    beta = make_company("beta")
    theirs, eve = make_software(server, beta), make_bob(beta)
    browser = member_browser(theirs, eve)
    tokens = theirs.tokens_of(browser)
    code = browser.code(theirs.address())
    kept = (tokens[name] for name in ("access_token", "id_token", "refresh_token"))
    names = Names(theirs.client.client_id, str(theirs.secret), str(eve.email), code, *kept)
    return World(make_software(server, make_company()), beta, names)


def told(response: requests.Response, names: Names) -> tuple[int, str, list[str]]:
    text = response.text
    for name in Names.__slots__:
        text = text.replace(getattr(names, name), "NAME")
    return (
        response.status_code,
        re.sub(r"[0-9a-f-]{36,}|\d+", "0", text),
        sorted(set(response.headers) - {"Content-Length"}),
    )


def calls() -> list[Any]:
    return [
        pytest.param(method, path, call, id=f"{method} {path} {number}")
        for (method, path), several in CALLS.items()
        for number, call in enumerate(several)
    ]


@pytest.mark.parametrize(("method", "path", "call"), calls())
def test_a_client_cannot_tell_the_other_companys_things_from_nothing(
    world: World, method: str, path: str, call: Call
) -> None:
    ours = world.ours
    is_endpoint = bool(ENDPOINTS.allowed(path))
    # A token can also be shown where it is a credential of its own.
    bearer = path == "oauth/userinfo"

    def asked(names: Names) -> tuple[int, str, list[str]]:
        given = call(names)
        how: dict[str, Any] = {"params": given} if method == "GET" else {"data": given}
        if bearer:
            how = {"headers": {"Authorization": f"Bearer {given['access_token']}"}}
        elif is_endpoint:
            how["auth"] = (ours.client.client_id, ours.secret)
        return told(ours.server.call(method, f"/{path}", **how), names)

    before = world.everything()
    of_other, of_nobody = asked(world.names), asked(NOBODY)
    assert of_other == of_nobody
    assert of_other[0] < 500
    assert world.everything() == before


def test_a_foreign_client_is_unknown_to_our_secret(world: World) -> None:
    ours, form = world.ours, {"grant_type": "refresh_token", "refresh_token": world.names.refresh_token}
    answers = {
        ours.server.post("/oauth/token", data=form, auth=auth).text
        for auth in (
            (world.names.client_id, ours.secret),
            (NOBODY.client_id, ours.secret),
            (ours.client.client_id, world.names.secret),
            (ours.client.client_id, NOBODY.secret),
        )
    }
    assert len(answers) == 1


def test_a_foreign_contact_signs_in_to_nothing_of_ours(world: World) -> None:
    browser = Browser(world.ours.server)
    page = browser.follow(browser.get(world.ours.address()))
    before = world.everything()
    answers = [told(browser.sign_in(page, names.email), names) for names in (world.names, NOBODY)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert world.everything() == before
