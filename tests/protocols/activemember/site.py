"""A site of the tests' own that signs its members in, as the manual page tells it to."""

from dataclasses import dataclass
from typing import Any

import requests

from portico.access import Actor, operator
from portico.companies.models import Company
from portico.contacts.actions.passwords import set_password
from portico.contacts.models import Contact
from tests.make import make_code, make_company, make_contact
from tests.server import Server

PASSWORD = "correct horse battery"


@dataclass
class Site:
    server: Server
    company: Company
    code: str

    @property
    def operator(self) -> Actor:
        return operator(self.company.pk)

    def member(self, name: str = "ann", *, password: str = PASSWORD, **more: Any) -> Contact:
        contact = make_contact(self.company, email=f"{name}@{self.company.slug}.test", **more)
        set_password(self.operator, contact.pk, password)
        return contact

    def ask(self, user: str | None, password: str = PASSWORD, **more: str) -> requests.Response:
        """One call as a form."""
        form = {"mbr_auth": self.code, "user": user or "", "pass": password, **more}
        return self.server.post("/", data=form)

    def fields(self, user: str | None, password: str = PASSWORD, **more: str) -> Any:
        """What a call with json answers: the member's fields, or False."""
        return self.ask(user, password, json="1", **more).json()


def make_site(server: Server) -> Site:
    company = make_company()
    return Site(server, company, make_code(company))
