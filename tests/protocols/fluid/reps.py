"""A rep with its app, for every path there is."""

from typing import Any

import requests

from portico.access import Actor, Permission, Role, stranger
from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.identity.models import Membership
from portico.identity.queries.sessions import get_live_session
from tests.make import make_contact, make_member
from tests.protocols.fluid.app import App, jwt_of
from tests.protocols.fluid.test_tokens import part


class Caller:
    """Somebody of a company; `role` is a rep's unless said."""

    def __init__(
        self,
        app: App,
        company: Company,
        name: str = "Rita",
        *,
        role: Role = Role.REP,
        permissions: tuple[Permission, ...] = (),
    ) -> None:
        self.app, self.company = app, company
        self.member: Membership = make_member(company, name, role, permissions)
        self.token = jwt_of(self.member)

    @property
    def actor(self) -> Actor:
        session = part(self.token, 1)
        return get_live_session(session["company_id"], session["sid"], stranger(wire="fluid")).actor

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        return self.app.call(method, f"/api/{path}", self.token, **how)

    def get(self, path: str, **asked: Any) -> requests.Response:
        return self.call("GET", path, params=asked)

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.call("POST", path, json=body)

    def patch(self, path: str, **body: Any) -> requests.Response:
        return self.call("PATCH", path, json=body)

    def put(self, path: str, **body: Any) -> requests.Response:
        return self.call("PUT", path, json=body)

    def delete(self, path: str) -> requests.Response:
        return self.call("DELETE", path)

    def contact(self, **fields: Any) -> Contact:
        """One of its own."""
        return make_contact(self.company, owner_id=self.member.pk, **fields)


def made(response: requests.Response, status: int = 201) -> dict[str, Any]:
    """The object that was answered."""
    assert response.status_code == status, response.text
    return dict(response.json())


def ids(response: requests.Response) -> list[int]:
    """Of a list, in its order."""
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]
