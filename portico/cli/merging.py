"""Contacts that are one person: found, merged, taken apart, from the command line."""

from typing import TYPE_CHECKING

import click

from portico.cli.base import Said, command, company_option, table
from portico.cli.contacts import contact, find_id, operator_of

if TYPE_CHECKING:
    from portico.contacts.merging.duplicates import Group


def add_to(_main: click.Group) -> None:
    """The commands are the contact group's."""


@command(contact, "duplicates")
@company_option
@click.option("--last", "most", default=100, show_default=True, type=click.IntRange(1), help="At most so many groups.")
def duplicates(slug: str, most: int) -> Said:
    """List contacts that are likely one person.

    \b
    portico contact duplicates --company acme

    One mailbox differently written, the same phone number, or the same name and birthday.
    """
    from portico.contacts.merging.duplicates import list_duplicates

    actor, place = operator_of(slug), None
    groups: list[Group] = []
    while len(groups) < most:
        page = list_duplicates(actor, after=place)
        groups += page.groups
        place = page.next
        if place is None:
            break
    rows = [
        {"reason": group.reason, "count": group.count, "contacts": [f"{one.pk} {one}" for one in group.contacts]}
        for group in groups[:most]
    ]
    return table(rows, ["reason", "count", "contacts"], empty="No duplicates.")


@command(contact, "merge")
@click.argument("winner", metavar="WINNER")
@click.argument("loser", metavar="LOSER")
@company_option
@click.option("--take", multiple=True, metavar="FIELD", help="This field of LOSER wins, like email; repeat it.")
@click.option(
    "--keep", multiple=True, metavar="FIELD", help="This field of WINNER wins, also if it is empty; repeat it."
)
@click.option("--preview", is_flag=True, help="Only say what would come of it.")
def merge(winner: str, loser: str, slug: str, *, take: tuple[str, ...], keep: tuple[str, ...], preview: bool) -> Said:
    """Make two contacts one, by e-mail address or id. WINNER keeps its id and gets all that LOSER had.

    \b
    portico contact merge ann@people.test a.nn@people.test --company acme --take phone
    portico contact merge 12 15 --company acme --preview

    It can be undone for 30 days: see portico contact unmerge.
    """
    from portico.contacts.merging.actions import merge_contacts

    if set(take) & set(keep):
        raise click.UsageError("A field wins on one side only.")
    choices = dict.fromkeys(take, "loser") | dict.fromkeys(keep, "winner")
    actor = operator_of(slug)
    winner_id, loser_id = find_id(actor, winner), find_id(actor, loser)
    if preview:
        return _preview(slug, winner_id, loser_id, choices)
    made = merge_contacts(actor, winner_id=winner_id, loser_id=loser_id, choices=choices)
    value = {"merge": made.id, "winner": made.winner_id, "loser": made.loser_id}
    undo = f"portico contact unmerge {made.id} --company {slug}"
    return Said(value, f"Contact {loser_id} is part of contact {winner_id} now. To undo it: {undo}")


def _preview(slug: str, winner_id: int, loser_id: int, choices: dict[str, str]) -> Said:
    from dataclasses import asdict

    from portico.contacts.merging.preview import preview_merge

    made = preview_merge(operator_of(slug), winner_id=winner_id, loser_id=loser_id, choices=choices)
    fields = [asdict(one) for one in made.fields]
    shown = table(fields, ["field", "winner", "loser", "result"], empty="The two differ in no field.")
    moved = [f"{count} of {name}" for name, count in made.rows.items()]
    text = f"{shown.text}\nComes along: {', '.join(moved) or 'nothing'}."
    return Said({"fields": fields, "rows": made.rows}, text)


@command(contact, "unmerge")
@click.argument("number", metavar="MERGE", type=int)
@company_option
def unmerge(number: int, slug: str) -> Said:
    """Undo a merge, by the number that merging has said.

    \b
    portico contact unmerge 3 --company acme
    """
    from portico.contacts.merging.actions import unmerge_contacts

    made = unmerge_contacts(operator_of(slug), number)
    value = {"merge": made.id, "winner": made.winner_id, "loser": made.loser_id}
    return Said(value, f"Contacts {made.winner_id} and {made.loser_id} are two again.")
