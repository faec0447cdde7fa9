"""A CSV file imported into a company, and what came of it."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.importing.actions import Options, import_contacts
from portico.contacts.importing.report import Summary
from portico.contacts.models import Contact, ContactCount


class Imports:
    """Imports into one company, files in one folder."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self.file = folder / "people.csv"

    def __call__(self, content: str | bytes, **options: Any) -> Summary:
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_contacts(operator(self.company.pk), self.file, Options(**options))

    def contact(self, email: str) -> Contact:
        return Contact.objects.get(company=self.company, email=email)

    def emails(self) -> list[str]:
        """In order of ids."""
        rows = Contact.objects.filter(company=self.company).order_by("pk")
        return [str(email) for email in rows.values_list("email", flat=True)]

    def rejected(self) -> list[dict[str, str]]:
        """The report: line, reason and the row as it was."""
        with self.file.with_name("people.rejected.csv").open(encoding="utf-8-sig", newline="") as report:
            return list(csv.DictReader(report))

    def reasons(self) -> dict[int, str]:
        return {int(row["line"]): row["reason"] for row in self.rejected()}

    def count(self, kind: str, ref: int = 0) -> int:
        rows = ContactCount.objects.filter(company_id=self.company.pk, kind=kind, ref=ref)
        return sum(rows.values_list("n", flat=True))


def rows(header: str, *lines: str) -> str:
    return "\n".join([header, *lines, ""])


def titles(labels: Iterable[Any]) -> list[str]:
    return sorted(label.title for label in labels)
