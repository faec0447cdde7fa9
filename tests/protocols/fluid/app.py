"""A rep's app, as a test holds it: it calls the wire and reads its owner's mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from portico.access import Actor
from portico.companies.models import Company
from portico.identity.actions.sessions import begin_sessions
from portico.identity.models import Membership
from portico.outbox.actions import text_of
from portico.outbox.models import Mail
from portico.protocols.fluid.tokens import jwt_for
from tests.server import Server


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sign-in mail holds."""

    mail: Mail
    code: str
    link: str

    @property
    def path(self) -> str:
        return f"/sign-in/{self.link}"

    @property
    def wrong_code(self) -> str:
        return f"{(int(self.code) + 1) % 10**6:06d}"


class App:
    """`headers` go with what signs in: what the app calls itself, and, behind a proxy, where it is."""

    def __init__(self, server: Server, **headers: str) -> None:
        self.server = server
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def send(self, email: str, **more: str) -> requests.Response:
        asked = {"email": email, **more}
        return self.server.post("/api/authentication/send_mfa", params=asked, headers=self.headers)

    def uuid_for(self, email: str, **more: str) -> str:
        """Ask for a code; answers the uuid."""
        response = self.send(email, **more)
        assert response.status_code == 201, response.text
        return str(response.json()["multi_factor_authentication"]["uuid"])

    def confirm(self, uuid: str, code: str) -> requests.Response:
        body = {"uuid": uuid, "multi_factor_authentication": {"verification_code": code}}
        return self.server.post("/api/authentication/confirm_mfa", json=body, headers=self.headers)

    def resend(self, uuid: str) -> requests.Response:
        return self.server.post("/api/authentication/resend_mfa", params={"uuid": uuid}, headers=self.headers)

    def sign_in(self, email: str) -> dict[str, Any]:
        """Through the whole mail round; answers confirm_mfa's body."""
        uuid = self.uuid_for(email)
        response = self.confirm(uuid, letter_to(email).code)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def press(self, letter: Letter) -> requests.Response:
        """The letter's link opened, and its button pressed; the page itself where there is none."""
        return press(self.server, letter.path)

    def call(self, method: str, path: str, token: str, **how: Any) -> requests.Response:
        return self.server.call(method, path, headers=bearer(token), **how)


def press(server: Server, path: str) -> requests.Response:
    return button_of(server, path)()


def button_of(server: Server, path: str) -> Callable[[], requests.Response]:
    """The page of a link opened: each call presses its button, or answers the page itself where it has none."""
    shown = server.get(path)
    button = re.search(r'name="press" value="(\w+)"', shown.text)
    return (lambda: server.post(path, data={"press": button[1]})) if button else lambda: shown


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def mails_to(email: str) -> list[Mail]:
    return list(Mail.objects.filter(to=email).order_by("id"))


def letter_to(email: str) -> Letter:
    """The last sign-in mail to this address."""
    mail = mails_to(email)[-1]
    text = text_of(mail)
    code, link = re.search(r"^ +(\d{6})$", text, re.MULTILINE), re.search(r"/sign-in/(pul_\w+)", text)
    assert code, text
    assert link, text
    return Letter(mail, code[1], link[1])


def jwt_of(membership: Membership) -> str:
    """A JWT of a new session, without the mail round."""
    actor = Actor(membership.company_id, "test", "fluid", frozenset())
    member = Membership.objects.select_related("user", "company").get(pk=membership.pk)
    return jwt_for(begin_sessions(actor, [member], methods=["passcode"])[0].facts)


def shop_of(company: Company) -> str:
    return f"{company.slug}.127.0.0.1"


def assert_envelope(response: requests.Response, status: int) -> dict[str, Any]:
    """The three keys of every refusal but a bearer's 401; answers the body."""
    assert response.status_code == status, response.text
    body = response.json()
    assert list(body) == ["error_message", "errors", "meta"]
    assert body["error_message"]
    assert list(body["meta"]) == ["request_id", "timestamp"]
    assert body["meta"]["request_id"] == response.headers["X-Request-Id"]
    return dict(body)
