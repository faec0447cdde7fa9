"""Another software, as a test holds it, and the browser of somebody who signs in to it."""

import os
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]  # it brings no types

from portico.access import Role, operator, stranger
from portico.companies.models import Company
from portico.contacts.actions.passwords import set_password
from portico.contacts.models import Contact
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import Membership
from portico.openid.actions.clients import add_client
from portico.openid.actions.tokens import challenge_of
from portico.openid.models import Client
from portico.openid.scopes import SCOPES
from portico.web.browsers import COOKIE
from tests.make import make_contact, make_member
from tests.server import Server

BACK = "https://shop.example.com/callback?from=portico"
BYE = "https://shop.example.com/bye"
PASSWORD = "correct horse battery"
VERIFIER = "v" * 20 + "-._~0123456789-abcdefghijklmnopqr"
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the tests' server is on this machine


@dataclass
class Software:
    """A client, its secret, and what it asks for."""

    server: Server
    client: Client
    secret: str | None

    def question(self, **more: str | None) -> dict[str, str]:
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": BACK,
            "scope": " ".join(SCOPES),
            "state": "st&te",
            "nonce": "n-once",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **more,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def address(self, **more: str | None) -> str:
        return f"/oauth/authorize?{urlencode(self.question(**more))}"

    def library(self, **more: Any) -> OAuth2Session:
        """A client that others have written."""
        return OAuth2Session(self.client.client_id, self.secret, redirect_uri=BACK, **more)

    def post(self, path: str, auth: Any = None, **form: str | None) -> requests.Response:
        """A call of the client itself, with its secret in the header."""
        by = auth or ((self.client.client_id, self.secret) if self.secret else None)
        given = form if by else {"client_id": self.client.client_id, **form}
        return self.server.post(path, data={k: v for k, v in given.items() if v is not None}, auth=by)

    def redeem(self, code: str, auth: Any = None, **more: str | None) -> requests.Response:
        form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER, **more}
        return self.post("/oauth/token", auth, grant_type="authorization_code", **form)

    def refresh(self, token: str, auth: Any = None, **more: str) -> requests.Response:
        return self.post("/oauth/token", auth, grant_type="refresh_token", refresh_token=token, **more)

    def userinfo(self, token: str) -> requests.Response:
        return self.server.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    def tokens_of(self, browser: "Browser", **more: str) -> dict[str, Any]:
        """All the way: what the token endpoint answers."""
        response = self.redeem(browser.code(self.address(**more)))
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.json()
        return tokens


def make_software(
    server: Server, company: Company, *, people: str = "users contacts", is_public: bool = False, **more: Any
) -> Software:
    new = add_client(
        operator(company.pk),
        name="Corner Shop",
        redirect_uris=[BACK, "https://shop.example.com/other"],
        post_logout_uris=[BYE],
        is_for_users="users" in people,
        is_for_contacts="contacts" in people,
        is_public=is_public,
        **more,
    )
    return Software(server, Client.objects.select_related("company").get(pk=new.client.pk), new.secret)


@dataclass
class Browser:
    """What a person uses: it keeps cookies, and follows nothing by itself."""

    server: Server
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.server.url + path, allow_redirects=False, timeout=60)

    def send(self, page: requests.Response, **fields: str) -> requests.Response:
        """Fill in the page's one form, and press its button."""
        (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        form = {name: unescape(value) for name, value in hidden} | fields
        return self.session.post(self.server.url + action, data=form, allow_redirects=False, timeout=60)

    def sign_in(self, page: requests.Response, email: str | None, password: str = PASSWORD) -> requests.Response:
        return self.send(page, email=email or "", password=password)

    def follow(self, response: requests.Response) -> requests.Response:
        """Through pages that lead on by themselves, to the first that waits for somebody, or away from here."""
        while True:
            onward = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.text)
            to = response.headers.get("Location") if response.status_code == 303 else onward and unescape(onward[1])
            if not to or not to.startswith("/oauth"):
                return response
            response = self.get(to)

    def code(self, address: str) -> str:
        """The code for a question, whatever has to be allowed for it."""
        response = self.follow(self.get(address))
        if response.status_code == 200:
            response = self.send(response, decision="allow")
        return told(response)["code"]


def told(response: requests.Response) -> dict[str, str]:
    """What the client reads where the browser is led."""
    assert response.status_code == 303, response.text
    location = response.headers["Location"]
    assert location.startswith(BACK), location
    answers = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert answers.pop("from") == "portico"
    return answers


def staff_browser(server: Server, membership: Membership, methods: tuple[str, ...] = ("passcode",)) -> Browser:
    """The browser of somebody who has signed in on our own pages."""
    browser = Browser(server)
    _, token = begin_browser_session(stranger(wire="web"), membership, methods=methods)
    browser.session.cookies.set(COOKIE, token, domain="127.0.0.1")
    return browser


def make_anna(company: Company, role: Role = Role.ADMIN) -> Membership:
    return make_member(company, "Anna", role)


def make_bob(company: Company, *, tags: list[int | str] | None = None) -> Contact:
    """A contact with a password."""
    bob = make_contact(company, tags=tags, first_name="Bob", last_name="Buyer")
    set_password(operator(company.pk), bob.pk, PASSWORD)
    return bob


def member_browser(software: Software, contact: Contact) -> Browser:
    """The browser of a contact who has signed in for this client."""
    browser = Browser(software.server)
    page = browser.follow(browser.get(software.address()))
    assert browser.sign_in(page, contact.email).status_code == 303
    return browser
