"""What happened to a person, what is held about it, and its end, from the command line."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click

from portico.cli.base import Failure, Said, command, company_option, table
from portico.cli.contacts import contact, find_id, operator_of


def add_to(_main: click.Group) -> None:
    """The commands are the contact group's."""


@command(contact, "history")
@click.argument("who", metavar="EMAIL|ID")
@company_option
@click.option("--last", default=50, show_default=True, type=click.IntRange(1, 200), help="How many events.")
def history(who: str, slug: str, *, last: int) -> Said:
    """Show what happened to a contact: when, by whom, from where, old and new values. Newest first.

    \b
    portico contact history ann@people.test --company acme
    """
    from dataclasses import asdict

    from portico.contacts.queries.history import list_history

    actor = operator_of(slug)
    events = [asdict(one) for one in list_history(actor, find_id(actor, who), limit=last).events]
    rows = [{**one, "at": f"{one['at']:%Y-%m-%d %H:%M:%S}", "what": _changes(one["changes"])} for one in events]
    shown = table(rows, ["at", "by", "wire", "action", "what"], empty="Nothing has happened.")
    return Said(events, shown.text)


def _changes(changes: list[dict[str, Any]]) -> str:
    return "; ".join(f"{one['field']}: {_said(one['old'])} -> {_said(one['new'])}" for one in changes)


def _said(value: Any) -> str:
    return "-" if value in (None, "") else str(value)


@command(contact, "sign-ins")
@click.argument("who", metavar="EMAIL|ID")
@company_option
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 200), help="How many.")
def sign_ins(who: str, slug: str, *, last: int) -> Said:
    """Show when a contact has signed in, through which site and from where. Newest first.

    \b
    portico contact sign-ins ann@people.test --company acme
    """
    from dataclasses import asdict

    from portico.contacts.queries.sign_ins import list_sign_ins

    actor = operator_of(slug)
    found = [asdict(one) for one in list_sign_ins(actor, find_id(actor, who), limit=last)]
    rows = [
        {**one, "at": f"{one['at']:%Y-%m-%d %H:%M:%S}", "what": "had to wait" if one["is_limited"] else "signed in"}
        for one in found
    ]
    return Said(found, table(rows, ["at", "what", "by", "wire", "address"], empty="Has not signed in.").text)


@command(contact, "export")
@click.argument("who", metavar="EMAIL|ID")
@company_option
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The archive, a zip, to write."
)
def export(who: str, slug: str, out: Path) -> Said:
    """Write everything that is held about a contact into one archive: JSON and CSV for each table.

    \b
    portico contact export ann@people.test --company acme --out ann.zip
    """
    from portico.contacts.persons.exporting import export_person

    actor = operator_of(slug)
    contact_id = find_id(actor, who)
    # Readable to nobody else, and there only when it is whole.
    try:
        file = NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False)  # noqa: SIM115 -- closed below
    except OSError as no:
        raise Failure(f"Cannot write to {out.parent}: {no.strerror}.") from None
    try:
        with file:
            export_person(actor, contact_id, file)
        os.replace(file.name, out)  # noqa: PTH105 -- a name, not a path
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise
    return Said({"id": contact_id, "file": str(out)}, f"All about contact {contact_id} is in {out}.")


@command(contact, "erase")
@click.argument("who", metavar="EMAIL|ID")
@company_option
@click.option("--yes", is_flag=True, help="Needed: nothing brings the person back.")
def erase(who: str, slug: str, *, yes: bool) -> Said:
    """Erase a person for good: everything that says who it is, also from the history.

    \b
    portico contact erase ann@people.test --company acme --yes

    What stays is an archived contact without a name, with its status, tags and lists, so that numbers stay right. A
    contact that was deleted is named by its id.
    """
    from portico.contacts.persons.erasing import erase_person

    if not yes:
        raise click.UsageError("Say --yes: nothing brings the person back.")
    actor = operator_of(slug)
    gone = erase_person(actor, find_id(actor, who))
    return Said({"id": gone.id, "pseudonym": gone.pseudonym}, f"Contact {gone.id} is {gone.pseudonym} now.")
