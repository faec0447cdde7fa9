"""Segments: filters that are kept under a name."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Failure, Said, command, company_option, table
from portico.cli.contacts import operator_of

if TYPE_CHECKING:
    from portico.contacts.filtering.conditions import Filter
    from portico.contacts.queries.segments import Known


def add_to(main: click.Group) -> None:
    main.add_command(segment)


@click.group()
def segment() -> None:
    """Segments: who matches a filter now."""


_filter = click.argument("filter", metavar="FILTER|@FILE")


@command(segment, "list")
@company_option
def list_(slug: str) -> Said:
    """Show a company's segments, each with how many contacts are in it now.

    \b
    portico segment list --company acme
    """
    from portico.contacts.queries.segments import list_segments

    rows = [{**_value(known), "contacts": count} for known, count in list_segments(operator_of(slug))]
    return table(rows, ["id", "title", "contacts"], empty="There is no segment.")


@command(segment, "show")
@click.argument("id", type=click.IntRange(1))
@company_option
def show(id: int, slug: str) -> Said:
    """Show a segment's filter, as `portico segment add` takes it.

    \b
    portico segment show 3 --company acme
    """
    from portico.contacts.queries.segments import get_segment

    known = get_segment(operator_of(slug), id=id)
    value = _value(known)
    lines = [f"Segment {known.id} is {known.title}.", json.dumps(value["filter"], ensure_ascii=False, indent=2)]
    return Said(value, "\n".join([*lines, *([f"It matches nobody: {known.problem}"] if known.problem else [])]))


@command(segment, "add")
@click.argument("title")
@_filter
@company_option
@click.option("--description")
def add(title: str, filter: str, slug: str, *, description: str | None) -> Said:
    """Keep a filter under a name.

    \b
    portico segment add Rome '[[{"subject": "own", "name": "city", "operator": "is", "value": "Rome"}]]' --company acme
    portico segment add Rome @filter.json --company acme

    A filter is a JSON list of groups, of which one has to hold; each is a list of conditions, which all have to hold.
    A condition has subject, operator, value and, where the subject has several, name: "own" and a field of contacts,
    "custom" and a custom field's slug; "tags", "lists", "organizations" take ids, as `portico tag list` shows them.
    Operators: is, is_not, contains, any_of, none_of, all_of, empty, filled, less, more, before, after, on, days_before,
    days_within and so on; what is wrong is said with its place.
    """
    from portico.contacts.actions.segments import WantedSegment, add_segment

    wanted = WantedSegment(title=title, filter=_read(filter), description=description)
    made = add_segment(operator_of(slug), wanted)
    return Said({"id": made.pk, "slug": made.slug, "title": made.title}, f"Segment {made.pk} is {made.title}.")


@command(segment, "delete")
@click.argument("id", type=click.IntRange(1))
@company_option
def delete(id: int, slug: str) -> Said:
    """Delete a segment; its contacts stay.

    \b
    portico segment delete 3 --company acme
    """
    from portico.contacts.actions.segments import delete_segment

    delete_segment(operator_of(slug), id)
    return Said({"id": id}, f"Segment {id} is deleted.")


@command(segment, "count")
@_filter
@company_option
def count(filter: str, slug: str) -> Said:
    """Say how many contacts a filter matches, without keeping it.

    \b
    portico segment count '[[{"subject": "own", "name": "city", "operator": "is", "value": "Rome"}]]' --company acme
    """
    from portico.contacts.queries.segments import count_filtered

    found = count_filtered(operator_of(slug), _read(filter))
    return Said({"contacts": found}, f"{found:,} contacts match.")


def _value(known: "Known") -> dict[str, Any]:
    from portico.contacts.filtering.storing import stored

    whole = {"id": known.id, "slug": known.slug, "title": known.title, "description": known.description}
    return {**whole, "filter": stored(known.filter.groups)["groups"], "problem": known.problem}


def _read(given: str) -> "Filter":
    """The filter itself, or @ and the name of a file with it."""
    from portico.contacts.filtering.reading import read_filter

    try:
        text = Path(given[1:]).read_text(encoding="utf-8") if given.startswith("@") else given
        return read_filter(json.loads(text))
    except OSError as no:
        raise Failure(f"Cannot read {given[1:]}: {no.strerror}.") from None
    except (ValueError, RecursionError):
        raise Failure("The filter is no JSON: write it like [[{...}]], within single quotes.") from None
