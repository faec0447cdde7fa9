"""Files of things that a company's own software names: each row is saved by itself, and told where it cannot be."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Failure, Said, command, company_option
from portico.cli.contacts import operator_of

if TYPE_CHECKING:
    from portico.access import Actor
    from portico.selling.saving import Saved

Save = Callable[["Actor", Mapping[str, Any]], "Saved"]
_SHOWN = 20  # problems on the screen; --json has all


def add_import(group: click.Group, noun: str, save: Callable[[], Save], example: str) -> None:
    """`portico GROUP import`. `save` answers the action, which cannot be imported before the settings are read."""

    def run(file: Path, slug: str) -> Said:
        return _imported(file, slug, save(), noun)

    run.__doc__ = f"""Add or change {noun} from a file: JSON (a list, or one object a line) or CSV.

    \b
    portico {group.name} import {example} --company acme

    The fields are those of POST /api/portico/v1/{noun} (see /docs/portico). In CSV an empty cell says nothing; a cell
    that begins with {{ or [ is JSON. A row with an external_id that is there already changes it, so that a file can be
    imported again. Rows that are wrong are told with their line; the others are saved.
    """
    argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    command(group, "import")(argument(company_option(run)))


def _imported(file: Path, slug: str, save: Save, noun: str) -> Said:
    from portico.errors import Conflict, Invalid, NotFound

    actor, outcomes = operator_of(slug), Counter[str]()
    wrong: list[dict[str, Any]] = []
    for line, fields in rows_of(file):
        try:
            outcomes[save(actor, fields).outcome] += 1
        except (Invalid, NotFound, Conflict) as no:
            problems = [f"{one.field}: {one.text}" for one in no.problems] if isinstance(no, Invalid) else [str(no)]
            wrong.append({"line": line, "problems": problems})
    counts = {name: outcomes[name] for name in ("added", "changed", "same")}
    value = {**counts, "rejected": len(wrong), "problems": wrong}
    text = f"Of the {noun} in {file.name}, {counts['added']:,} are new, {counts['changed']:,} were changed, "
    text += f"{counts['same']:,} were so before, {len(wrong):,} could not be taken."
    lines = [f"Line {one['line']}: {' '.join(one['problems'])}" for one in wrong[:_SHOWN]]
    return Said(value, "\n".join([text, *lines, *(["..."] if len(wrong) > _SHOWN else [])]))


def rows_of(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line and fields of each row; in a list, its number. Raises Failure where the file cannot be read at all."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            if file.suffix.lower() == ".csv":
                yield from _csv_rows(text)
            else:
                yield from _json_rows(text.read())
    except (UnicodeDecodeError, csv.Error, json.JSONDecodeError, RecursionError) as no:
        raise Failure(f"{file} cannot be read: {no}") from None


def _csv_rows(lines: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(lines)
    for row in reader:
        if None in row:
            raise csv.Error(f"line {reader.line_num} has more cells than the header")
        yield reader.line_num, {name.strip(): _cell(text) for name, text in row.items() if text}


def _cell(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip()[:1] in {"{", "["} else text
    except (json.JSONDecodeError, RecursionError):
        return text  # the check says what is wrong with it


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    begins_list = text.lstrip()[:1] == "["
    found = json.loads(text) if begins_list else [json.loads(line) for line in text.splitlines() if line.strip()]
    for number, row in enumerate(found, start=1):
        if not isinstance(row, dict):
            raise Failure(f"Row {number} is no object.")
        yield number, row
