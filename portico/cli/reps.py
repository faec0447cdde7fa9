"""What a company says of its reps."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Failure, Said, command, company_option

if TYPE_CHECKING:
    from portico.identity.actions.ranks import Standing

_MOST_BYTES = 50_000_000


def add_to(main: click.Group) -> None:
    main.add_command(rep)


@click.group()
def rep() -> None:
    """Reps: their ranks, points and downlines, which the company sets."""


@command(rep, "import-ranks")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@company_option
def import_ranks(file: Path, slug: str) -> Said:
    """Set ranks and points from a CSV file: all of it or, where one row is wrong, nothing.

    \b
    portico rep import-ranks ranks.csv --company acme

    Columns, of which only email is needed: email, rank (your own name for it, like ARM), rank_name, external_id (the
    rep's number), sponsor (the e-mail address of who is above), total_points, fantasy_points, leads_remaining,
    leads_recurring. A column that is not there changes nothing; an empty cell takes rank, number and sponsor away and
    leaves numbers as they are.
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.identity.actions.ranks import set_ranks

    count = set_ranks(operator(get_company(slug).pk), list(_rows(file)))
    return Said({"company": slug, "members": count}, f"{count:,} members of {slug} are up to date.")


def _rows(file: Path) -> "Iterator[Standing]":
    from portico.identity.actions.ranks import NUMBERS, Standing

    if file.stat().st_size > _MOST_BYTES:
        raise Failure(f"{file} is larger than {_MOST_BYTES // 10**6} MB.")
    texts = ("rank", "rank_name", "external_id", "sponsor")
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            reader = csv.DictReader(content)
            _require_columns(file, reader.fieldnames or (), ("email", *texts, *NUMBERS))
            for row in reader:
                said: dict[str, Any] = {name: (row[name] or "").strip() for name in texts if name in row}
                numbers: dict[str, Any] = {
                    name: _number(reader.line_num, name, row[name]) for name in NUMBERS if row.get(name)
                }
                yield Standing(email=(row["email"] or "").strip(), **said, **numbers)
    except (UnicodeDecodeError, csv.Error):
        raise Failure(f"{file} is no CSV file in UTF-8.") from None


def _require_columns(file: Path, names: Sequence[str], known: tuple[str, ...]) -> None:
    if "email" not in names:
        raise Failure(f"{file} needs a first line with the names of its columns, among them email.")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Failure(f"{file} has columns that are not known: {', '.join(unknown)}. Known are {', '.join(known)}.")


def _number(line: int, name: str, text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 -- digits of any number we keep
        raise Failure(f"Line {line}: {name} must be a whole number.")
    return int(text)
