"""Organizations from a CSV file, page by page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from portico.access import Actor, Permission, operator
from portico.companies.models import Company
from portico.contacts.importing.organizations import ImportedPage, OrganizationImport, import_organizations
from portico.contacts.models import Contact, Organization
from portico.errors import Denied, Invalid
from tests.make import make_company, make_contact

COLUMNS = {
    "Firm": "name", "Web": "website", "Staff": "employees_number", "Boss": "owner_email", "Size": "custom:size",
    "Kind": "kind", "Other": "owner_id",
}  # fmt: skip


class Files:
    def __init__(self, company: Company, folder: Path) -> None:
        self.company, self.folder = company, folder

    def load(
        self,
        text: str,
        *,
        page: int = 1,
        actor: Actor | None = None,
        columns: Mapping[str, str] = COLUMNS,
        **options: Any,
    ) -> ImportedPage:
        file = self.folder / "firms.csv"
        file.write_text(text)
        wanted = OrganizationImport(columns, **options)
        return import_organizations(actor or operator(self.company.pk), file, wanted, page=page)

    def rows(self, *names: str) -> list[Any]:
        return list(Organization.objects.filter(company=self.company).order_by("name").values_list(*names))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(make_company(), tmp_path)


def test_rows_become_organizations_and_those_that_cannot_are_skipped(files: Files) -> None:
    ann = make_contact(files.company, email="Ann@people.test")
    done = files.load(
        "Firm,Web,Staff,Boss,Size,Ignored\n"
        "Acme,acme.test,12,ann@people.test,big,x\n"
        ",nameless.test,1,,,\n"
        "Bad site,not a site,1,,,\n"
        "Bad boss,,,nobody,,\n"
        "Other,,,unknown@people.test,,\n"
        "ACME,last.test,13,,,\n"
    )
    assert (done.total, done.saved, done.skipped, done.pages) == (6, 2, 4, 1)
    assert files.rows("name", "website", "employees_number", "owner_id", "custom_values") == [
        ("ACME", "https://last.test", 13, None, {}),
        ("Other", None, 0, None, {}),
    ]
    assert files.load("Firm,Boss,Size\nThird,ANN@people.test,big\n").saved == 1
    assert files.rows("name", "owner_id", "custom_values")[-1] == ("Third", ann.pk, {"size": "big"})
    assert Contact.objects.filter(company=files.company).count() == 1


def test_what_is_there_is_left_alone_or_takes_cells_that_are_not_empty(files: Files) -> None:
    files.load("Firm,Web,Kind,Size\nAcme,acme.test,Vendor,big\n")
    left = files.load("Firm,Web\nacme,new.test\n")
    assert (left.saved, left.skipped) == (0, 1)
    assert files.rows("name", "website") == [("Acme", "https://acme.test")]
    files.load("Firm,Web,Kind\nACME,new.test,\n", updates=True)
    assert files.rows("name", "website", "kind", "custom_values") == [
        ("ACME", "https://new.test", "Vendor", {"size": "big"})
    ]


def test_owners_become_contacts_where_that_is_wanted_and_may_be(files: Files) -> None:
    text = "Firm,Boss\nAcme,boss@people.test\nOther,Boss@people.test\n"
    both = files.load(text, adds_owners=True, updates=True)
    files.load(text, adds_owners=True, updates=True)
    boss = Contact.objects.get(company=files.company)
    assert (both.saved, boss.email, boss.consent) == (2, "boss@people.test", "pending")
    assert files.rows("owner_id") == [(boss.pk,), (boss.pk,)]
    writer = Actor(files.company.pk, "writer", "test", frozenset({Permission.TAGS_WRITE}))
    with pytest.raises(Denied):
        files.load(text, actor=writer, adds_owners=True)
    with pytest.raises(Denied):
        files.load(text, actor=Actor(files.company.pk, "reader", "test", frozenset({Permission.TAGS_READ})))


def test_a_file_is_taken_in_pages_of_a_hundred(files: Files) -> None:
    text = "Firm\n" + "".join(f"Works {number:03}\n" for number in range(205))
    pages = [files.load(text, page=page) for page in (1, 2, 3, 4)]
    assert [(page.total, page.saved, page.skipped, page.pages) for page in pages] == [
        (205, 100, 0, 3), (205, 100, 0, 3), (205, 5, 0, 3), (205, 0, 0, 3),
    ]  # fmt: skip
    assert len(files.rows("name")) == 205


def test_without_a_column_for_the_name_nothing_is_read(files: Files) -> None:
    for columns in ({}, {"Firm": "website"}, {"Other": "name"}):
        with pytest.raises(Invalid):
            files.load("Firm\nAcme\n", columns=columns)
    with pytest.raises(Invalid):
        files.load("")
    assert files.rows("name") == []


def test_another_companys_organizations_and_people_are_not_seen(files: Files) -> None:
    company = make_company("theirs")
    make_contact(company, email="ann@people.test")
    Organization.objects.create(company=company, name="Acme", website="https://theirs.test")
    files.load("Firm,Web,Boss\nAcme,ours.test,ann@people.test\n", updates=True)
    assert files.rows("website", "owner_id") == [("https://ours.test", None)]
    assert Organization.objects.get(company=company).website == "https://theirs.test"
