"""Builders: what a test needs to exist, made through the core's own actions in a company of the test's own."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.db import connection

from portico.access import GRANTABLE, Actor, Permission, Role, operator
from portico.companies.actions import add_company, switch_modules
from portico.companies.models import MODULES, Company
from portico.contacts.actions.contacts import add_contact
from portico.contacts.models import Contact
from portico.identity.actions.credentials import NewKey, add_code, add_key
from portico.identity.actions.people import add_member
from portico.identity.models import Membership


def make_company(slug: str = "acme") -> Company:
    """A company with every module on; its slug is unique."""
    company = add_company(slug=f"{slug}-{uuid4().hex[:8]}", name=slug.title())
    return switch_modules(operator(company.pk), dict.fromkeys(MODULES, True))


def make_member(
    company: Company, name: str, role: Role, permissions: Collection[Permission] = (), *, email: str | None = None
) -> Membership:
    """A person of this first name; the address is unique unless given."""
    address = email or f"{name.lower()}-{uuid4().hex[:8]}@{company.slug}.test"
    return add_member(operator(company.pk), email=address, role=role, name=f"{name} Example", permissions=permissions)


def make_key(company: Company, permissions: Collection[Permission] = GRANTABLE, *, name: str = "Mia") -> NewKey:
    """The API key of a new manager with these permissions."""
    manager = make_member(company, name, Role.MANAGER, permissions)
    return add_key(operator(company.pk), email=manager.user.email, name="test")


def make_code(company: Company) -> str:
    """A security code, clear."""
    return add_code(operator(company.pk), name="site")[1]


def make_contact(
    company: Company, *, by: Actor | None = None, tags: list[int | str] | None = None, **fields: Any
) -> Contact:
    """A contact; the address is unique unless given."""
    fields.setdefault("email", f"{uuid4().hex[:12]}@people.test")
    return add_contact(by or operator(company.pk), fields, tags=tags or [])


def make_contacts(company: Company, many: int, **columns: str) -> list[int]:
    """Many contacts at once, and their ids. `columns` gives the SQL of a field, in which n counts from 0."""
    names, values = "".join(f", {name}" for name in columns), "".join(f", {value}" for value in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contact (company_id{names}) SELECT %s{values} FROM generate_series(0, %s) AS n RETURNING id",  # noqa: S608 -- written in tests
            [company.pk, many - 1],
        )
        ids = [id for (id,) in cursor.fetchall()]
        # Or the next statements, and the checks of foreign keys, are planned for the table as it was.
        cursor.execute("ANALYZE contact")
    return ids
