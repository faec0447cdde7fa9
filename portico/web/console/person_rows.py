"""People as rows of a list that is about something else: an organization, a segment, whom to merge with."""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from portico.contacts.queries.contacts import Page
from portico.lib.statements import Shape
from portico.web.console.lists import Column, Pages, pages_of
from portico.web.visits import Visit
from portico.web.words import word

PER_PAGE = 25
PERSON = Shape(
    {
        "id": "id",
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "phone": "phone",
        "city": "city",
        "consent": "consent",
    }
)


def columns() -> tuple[Column, ...]:
    return (
        Column(_("Name"), name_of),
        Column(_("E-mail"), _text("email")),
        Column(_("Phone"), _text("phone")),
        Column(_("City"), _text("city")),
        Column(_("Status"), lambda row: word(row["consent"])),
    )


def _text(name: str) -> Callable[[Any], str]:
    return lambda row: row[name] or ""


def name_of(row: Any) -> str:
    """What a person is called, or by which address one knows it."""
    name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    return name or row["email"] or _("Contact {id}").format(id=row["id"])


def rows_of(page: Page) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(f"[{page.rows}]")
    return rows


def people_pages(visit: Visit, page: Page) -> Pages:
    return pages_of(visit, total=page.total, number=page.number, size=page.size)
