"""A browser as a test drives it: it keeps cookies, opens pages and sends their forms. Scripts it does not run."""

import html
import re
import time
from typing import Any

import pyotp
import requests

from portico.identity.models import Membership, Session
from portico.outbox.actions import text_of
from portico.outbox.models import Mail
from tests.server import Server

PASSWORD = "quiet otter lamps"
STEP = 30


class Browser:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies = requests.Session()

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        """One request with the browser's cookies; redirects are not followed."""
        how.setdefault("headers", {"Origin": self.server.url} if method == "POST" else {})
        return self.cookies.request(method, self.server.url + path, timeout=60, allow_redirects=False, **how)

    def get(self, path: str) -> requests.Response:
        return self.call("GET", path)

    def send(self, path: str, *, page: str = "", **fields: str) -> requests.Response:
        """Open `page`, or `path` itself, and send a form of it to `path`."""
        return self.call("POST", path, data={"csrfmiddlewaretoken": self.token(page or path), **fields})

    def token(self, page: str) -> str:
        """What the forms of a page carry against forgery."""
        shown = self.get(page).text
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
        assert found, shown
        return found[1]

    def options(self, page: str) -> str:
        """What the page has for the browser's passkeys, as JSON."""
        found = re.search(r'data-options="([^"]*)"', self.get(page).text)
        assert found
        return html.unescape(found[1])

    @property
    def session(self) -> str:
        return self.cookies.cookies.get("portico_session") or ""

    @property
    def is_in(self) -> bool:
        return self.get("/account").status_code == 200

    def sign_in(self, member: Membership, *, next: str = "") -> requests.Response:
        """With the mailed code; answers what came of the code."""
        after = f"?next={next}" if next else ""
        asked = self.send(f"/sign-in{after}", email=member.user.email)
        assert asked.status_code == 303, asked.text
        return self.send(f"/sign-in/code{after}", verification_code=code_to(member.user.email))

    def enter(self, member: Membership) -> "Browser":
        """Signed in; for a test that is about what comes after."""
        assert self.sign_in(member).status_code == 303
        assert self.is_in
        return self

    def add_app(self) -> "App":
        """Set up an authenticator app."""
        assert self.send("/account/app/begin", page="/account/app").status_code == 303
        seed = re.search(r'class="shown"><code>([A-Z2-7 ]+)<', self.get("/account/app").text)
        assert seed
        app = App(seed[1].replace(" ", ""))
        if time.time() % STEP > STEP - 10:  # the code of the half minute before would be too old when it comes
            time.sleep(STEP - time.time() % STEP)
        added = self.send("/account/app", code=app.code(-1))
        assert added.status_code == 200, added.text
        app.recovery_codes = re.findall(r"<li><code>([\w-]+)</code>", added.text)
        return app

    def set_password(self, password: str = PASSWORD) -> None:
        assert self.send("/account/password", password=password).headers.get("Location") == "/account?done=password"


class App:
    """An authenticator app, and the recovery codes that came with it."""

    def __init__(self, seed: str) -> None:
        self.totp = pyotp.TOTP(seed)
        self.recovery_codes: list[str] = []

    def code(self, steps: int = 0) -> str:
        """The code of this half minute, or of one before or after."""
        return self.totp.at(int(time.time()) + steps * STEP)

    @property
    def wrong_code(self) -> str:
        """None of those that are near."""
        near = {self.code(steps) for steps in range(-3, 4)}
        return next(code for code in map("{:06d}".format, range(10)) if code not in near)


def mails_to(email: str) -> list[Mail]:
    return list(Mail.objects.filter(to=email).order_by("id"))


def texts_to(email: str) -> list[str]:
    return [text_of(mail) for mail in mails_to(email)]


def code_to(email: str) -> str:
    """The code of the last sign-in mail."""
    return str(_last(r"^ +(\d{6})$", email))


def link_to(email: str, kind: str = "sign-in/pul_") -> str:
    """The path of the last mail's link."""
    return "/" + str(_last(rf"/({kind}\w+)", email))


def _last(pattern: str, email: str) -> str:
    found = [match[1] for text in texts_to(email) for match in re.finditer(pattern, text, re.MULTILINE)]
    assert found
    return found[-1]


def make_stale(member: Membership) -> None:
    """The member's sessions as they are 16 minutes after the last proof."""
    from datetime import timedelta

    from django.db.models.functions import Now

    rows = Session.objects.filter(company_id=member.company_id, membership_id=member.pk)
    rows.update(proved_at=Now() - timedelta(minutes=16))
