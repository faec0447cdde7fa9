"""The organization that a file says somebody works at."""

import subprocess
import sys

import pytest

from portico.access import Permission, operator
from portico.companies.actions import switch_module
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.organizations import add_organization, delete_organizations
from portico.contacts.actions.working import attach_organizations, detach_organizations
from portico.contacts.importing.actions import Options, import_contacts
from portico.contacts.importing.trying import try_import
from portico.contacts.importing.undoing import undo_import
from portico.contacts.models import ContactOrganization, CustomField, ImportBatch, Organization
from portico.contacts.queries.history import Change, list_history
from portico.errors import Denied, Invalid
from portico.lib.statements import Shape
from tests.contacts.importing import Imports, rows
from tests.contacts.test_working_at_once import nowhere_first, wrongly_first
from tests.make import make_company, make_contact

SHAPE = Shape({"id": "id"})
FILE = rows(
    "Email,Company",
    "ann@people.test,acme works",
    "bob@people.test,New Firm",
    "cid@people.test,NEW FIRM",
    "dot@people.test,",
    f"eve@people.test,{'x' * 256}",
)


def works(imported: Imports) -> dict[str, tuple[str | None, list[str]]]:
    """By address: where it works first, and everywhere."""
    found = {}
    for email in imported.emails():
        contact = imported.contact(email)
        joins = ContactOrganization.objects.filter(company=imported.company, contact=contact).order_by("organization")
        first = contact.organization
        found[email.partition("@")[0]] = (first.name if first else None, [join.organization.name for join in joins])
    return found


def test_it_is_found_by_its_name_or_made_comes_first_and_goes_when_it_is_undone(imported: Imports) -> None:
    company, actor = imported.company, operator(imported.company.pk)
    old, acme = (add_organization(actor, {"name": name}, SHAPE).id for name in ("Old", "Acme Works"))
    Organization.objects.create(company=make_company(), name="New Firm")
    ann = make_contact(company, email="ann@people.test").pk
    attach_organizations(actor, [ann], [old])
    assert imported(FILE).rejected == 1
    assert imported.reasons()[6].startswith("Company:")
    assert works(imported) == {
        "ann": ("Acme Works", ["Old", "Acme Works"]),
        "bob": ("New Firm", ["New Firm"]),
        "cid": ("New Firm", ["New Firm"]),
        "dot": (None, []),
    }
    assert list_history(actor, ann).events[0].changes == [Change("organization", None, "Acme Works")]
    assert list_history(actor, ann).events[1].changes == [Change("organization_id", old, acme)]
    assert imported(FILE).unchanged == 4
    last, first = ImportBatch.objects.filter(company=company).order_by("-pk")
    undo_import(actor, last.pk)
    assert works(imported)["ann"] == ("Acme Works", ["Old", "Acme Works"])
    undo_import(actor, first.pk)
    assert works(imported) == {"ann": ("Old", ["Old"])}
    assert Organization.objects.filter(company=company).count() == 3
    assert list_history(actor, ann).events[0].changes == [Change("organization", "Acme Works", None)]


def test_what_became_of_it_since_is_respected_when_it_is_undone(imported: Imports) -> None:
    company, actor = imported.company, operator(imported.company.pk)
    old, acme, late = (add_organization(actor, {"name": name}, SHAPE).id for name in ("Old", "Acme", "Late"))
    left, fired, moved, fresh = (make_contact(company, email=f"{n}@people.test").pk for n in ("l", "f", "m", "n"))
    attach_organizations(actor, [left, fired, moved], [old])
    imported(rows("Email,Organization", *(f"{name}@people.test,Acme" for name in "lfmn")))
    detach_organizations(actor, [left], [old])
    delete_organizations(actor, [late])
    late = add_organization(actor, {"name": "Late"}, SHAPE).id
    attach_organizations(actor, [left, fresh], [late])
    change_contact(actor, moved, {}, organization_id=late)
    undo_import(actor, ImportBatch.objects.get(company=company).pk)
    assert works(imported) == {
        "l": ("Late", ["Late"]),
        "f": ("Old", ["Old"]),
        "m": ("Late", ["Old", "Late"]),
        "n": ("Late", ["Late"]),
    }
    assert Organization.objects.filter(pk=acme).exists()


def test_a_dry_run_says_which_would_be_made_and_makes_none(imported: Imports) -> None:
    make_contact(imported.company, email="ann@people.test")
    imported.file.write_text(FILE)
    forecast = try_import(operator(imported.company.pk), imported.file)
    assert (forecast.created, forecast.updated, forecast.rejected) == (3, 1, 1)
    assert forecast.new_organizations == ["acme works", "New Firm"]
    assert not Organization.objects.filter(company=imported.company).exists()


def test_without_the_module_the_column_is_none_and_a_field_of_that_name_comes_first(imported: Imports) -> None:
    company = imported.company
    switch_module(operator(company.pk), module="organizations", on=False)
    assert imported(rows("Email,Company", "ann@people.test,Acme")).ignored_columns == ["Company"]
    with pytest.raises(Invalid):
        imported(rows("Email,Firm", "ann@people.test,Acme"), columns={"Firm": "organization"})
    switch_module(operator(company.pk), module="organizations", on=True)
    CustomField.objects.create(company=company, slug="firm", label="Company", kind="text", position=1)
    imported(rows("Email,Company,Organization", "ann@people.test,Own,Acme"))
    assert imported.contact("ann@people.test").custom_values == {"firm": "Own"}
    assert works(imported) == {"ann": ("Acme", ["Acme"])}


def test_who_may_not_sort_cannot_make_one_and_nothing_of_the_file_is_loaded(imported: Imports) -> None:
    from dataclasses import replace

    imported.file.write_text(FILE)
    actor = replace(operator(imported.company.pk), permissions=frozenset({Permission.CONTACTS_WRITE}))
    with pytest.raises(Denied):
        import_contacts(actor, imported.file, Options())
    assert imported.emails() == []


def test_two_files_that_name_new_ones_at_once_make_each_once(imported: Imports) -> None:
    company = imported.company
    command = [sys.executable, "-m", "portico", "contact", "import", "--company", company.slug]
    running = []
    for turn in (1, -1):
        file = imported.file.with_name(f"{turn}.csv")
        lines = [
            f"p{number}@people.test,Firm {number % 50 if turn == 1 else 49 - number % 50}" for number in range(1_000)
        ]
        file.write_text(rows("Email,Company", *lines[::turn]))
        running.append(subprocess.Popen([*command, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
    assert [one.communicate()[1].count(b"Traceback") for one in running] == [0, 0]
    assert [one.returncode for one in running] == [0, 0]
    assert Organization.objects.filter(company=company).count() == 50
    assert len(imported.emails()) == 1_000
    assert (wrongly_first(company), nowhere_first(company)) == (0, 0)
