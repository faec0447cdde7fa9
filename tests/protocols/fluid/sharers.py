"""A rep with its app, and what it puts up there."""

from collections.abc import Callable
from typing import Any

import requests

from portico.access import Actor, Role, operator, stranger
from portico.companies.models import Company
from portico.content.actions.media import Sent, add_medium
from portico.content.files.store import Incoming
from portico.content.models import Medium
from portico.identity.queries.sessions import get_live_session
from tests.content.files import PDF, picture
from tests.make import make_member
from tests.protocols.fluid.app import App, jwt_of
from tests.protocols.fluid.test_tokens import part


class Rep:
    def __init__(self, app: App, company: Company, name: str = "Rita", role: Role = Role.REP) -> None:
        self.app, self.company = app, company
        self.member = make_member(company, name, role)
        self.token = jwt_of(self.member)

    @property
    def actor(self) -> Actor:
        session = part(self.token, 1)
        return get_live_session(session["company_id"], session["sid"], stranger(wire="fluid")).actor

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.app.call(method, f"/api/{path}", self.token, **how)

    def get(self, path: str, **asked: Any) -> requests.Response:
        return self.call("GET", path, params=asked)

    def upload(self, content: bytes | None = None, name: str = "red.png", **fields: Any) -> requests.Response:
        return self.call("POST", "media", files={"file": (name, content or picture())}, data=fields)

    def uploaded(self, content: bytes | None = None, **fields: Any) -> dict[str, Any]:
        answer = self.upload(content, **fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


def make_medium(company: Company, content: bytes = PDF, **fields: Any) -> Medium:
    """A medium of the company."""
    return _added(operator(company.pk), content, of_company=True, **{"title": "Price list", **fields})


def _added(actor: Actor, content: bytes, *, of_company: bool, **fields: Any) -> Medium:
    with Incoming() as incoming:
        incoming.write(content)
        return add_medium(actor, Sent(incoming.done(), "file"), fields, of_company=of_company)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what a job or a writer does in its own time. Raises AssertionError after half a minute."""
    import time

    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.1)
