"""Imports that the worker does."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, command, company_option, table
from portico.cli.contacts import CONSENTS, columns_named, operator_of

if TYPE_CHECKING:
    from portico.contacts.importing.trying import Forecast
    from portico.contacts.models import ImportBatch

_PART = 1 << 20


def add_to(main: click.Group) -> None:
    main.add_command(import_)


@click.group("import")
def import_() -> None:
    """Imports: CSV files that the worker loads, which can be paused and undone."""


_id = click.argument("id", type=click.IntRange(1))


@command(import_, "start")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@company_option
@click.option("--skip-existing", is_flag=True, help="Leave contacts alone whose address is there already.")
@click.option(
    "--status",
    default=CONSENTS[0],
    show_default=True,
    type=click.Choice(CONSENTS),
    help="For new contacts whose row says none.",
)
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="Say what a column is; with nothing after the = it is ignored. Repeat it. A file without header has Column 1, "
    "Column 2 and so on.",
)
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
def start(file: Path, slug: str, *, skip_existing: bool, status: str, columns: tuple[str, ...], dry_run: bool) -> Said:
    """Have the worker import a CSV file; it is copied, so the file may go.

    \b
    portico import start people.csv --company acme --dry-run
    portico import start people.csv --company acme --map MYPASSWORD=password

    Encoding, delimiter, header and columns are found out, a column of e-mail addresses also without a header. What
    becomes of rows is told by `portico contact import --help`.
    """
    from portico.contacts.importing.batches import start_import
    from portico.contacts.importing.guessing import look_at
    from portico.contacts.importing.options import Options
    from portico.contacts.importing.trying import try_import
    from portico.contacts.importing.uploads import drop_upload, keep_upload, open_upload

    actor = operator_of(slug)
    with file.open("rb") as content:
        upload = keep_upload(actor, iter(lambda: content.read(_PART), b""))
    path = open_upload(actor, upload)
    try:
        guess = look_at(actor, path, Options(columns=columns_named(columns, "--map")))
        options = Options(skip_existing=skip_existing, consent=status, columns=guess.columns())
        if dry_run:
            forecast = try_import(actor, path, options)
            drop_upload(actor, upload)
            return _forecast(forecast)
        batch = start_import(actor, upload, options, file=file.name)
    except BaseException:
        drop_upload(actor, upload)
        raise
    text = f"Import {batch.pk} waits for the worker. How far it is: portico import status {batch.pk} --company {slug}"
    return Said(_value(batch), text)


@command(import_, "list")
@company_option
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
def list_(slug: str, last: int) -> Said:
    """Show a company's imports.

    \b
    portico import list --company acme
    """
    from portico.contacts.queries.imports import list_imports

    rows = [_value(batch) for batch in list_imports(operator_of(slug))[:last]]
    return table(rows, ["id", "file", "state", "rows", "created", "updated", "rejected"], empty="Nothing was imported.")


@command(import_, "status")
@_id
@company_option
def status(id: int, slug: str) -> Said:
    """Say how far an import is.

    \b
    portico import status 5 --company acme
    """
    from portico.contacts.queries.imports import count_rejected, get_import

    actor = operator_of(slug)
    batch = get_import(actor, id)
    value = {**_value(batch), "rejected_by": count_rejected(actor, id)}
    return Said(value, _text(batch, value))


@command(import_, "pause")
@_id
@company_option
def pause(id: int, slug: str) -> Said:
    """Stop an import where it is, to go on later.

    \b
    portico import pause 5 --company acme
    """
    from portico.contacts.importing.batches import pause_import

    return _moved(pause_import(operator_of(slug), id))


@command(import_, "resume")
@_id
@company_option
def resume(id: int, slug: str) -> Said:
    """Go on with an import that was paused, or that failed.

    \b
    portico import resume 5 --company acme
    """
    from portico.contacts.importing.batches import resume_import

    return _moved(resume_import(operator_of(slug), id))


@command(import_, "cancel")
@_id
@company_option
def cancel(id: int, slug: str) -> Said:
    """End an import where it is, for good. What is loaded stays, and can be undone.

    \b
    portico import cancel 5 --company acme
    """
    from portico.contacts.importing.batches import cancel_import

    return _moved(cancel_import(operator_of(slug), id))


@command(import_, "undo")
@_id
@company_option
def undo(id: int, slug: str) -> Said:
    """Take an import back, for 30 days: its new contacts go, what it changed is as before.

    \b
    portico import undo 5 --company acme

    New contacts are deleted whatever happened to them since. Of others, fields that were changed again since stay. If
    it is broken off, run it again.
    """
    from portico.contacts.importing.undoing import undo_import

    batch = undo_import(operator_of(slug), id)
    return Said(_value(batch), f"Import {id} is undone: {batch.deleted:,} deleted, {batch.restored:,} put back.")


@command(import_, "rejected")
@_id
@company_option
def rejected(id: int, slug: str) -> Said:
    """Print the rejected rows with reasons, as CSV that can be mended and imported.

    \b
    portico import rejected 5 --company acme > rejected.csv
    """
    from portico.contacts.importing.report import report_lines
    from portico.contacts.queries.imports import get_import, list_rejected

    actor = operator_of(slug)
    batch = get_import(actor, id)
    rows = list(list_rejected(actor, id))
    value = [{"line": one.line, "kind": one.kind, "reason": one.reason, "cells": one.cells} for one in rows]
    return Said(value, "".join(report_lines(batch.header, rows)).rstrip("\r\n"))


def _moved(batch: "ImportBatch") -> Said:
    return Said(_value(batch), f"Import {batch.pk} is {batch.state}.")


def _value(batch: "ImportBatch") -> dict[str, Any]:
    rate = batch.position / batch.busy_seconds if batch.busy_seconds else None
    left = (batch.total - batch.position) / rate if rate and batch.total is not None else None
    return {
        "id": batch.pk,
        "kind": batch.kind,
        "file": batch.file,
        "state": batch.state,
        "rows": batch.position,
        "total": batch.total,
        "created": batch.created,
        "updated": batch.updated,
        "unchanged": batch.unchanged,
        "skipped": batch.skipped,
        "rejected": batch.rejected,
        "deleted": batch.deleted,
        "restored": batch.restored,
        "rows_per_second": round(rate) if rate else None,
        "seconds_left": round(left) if left is not None else None,
        "problem": batch.problem,
        "started_at": batch.created_at.isoformat(),
        "finished_at": batch.finished_at.isoformat() if batch.finished_at else None,
    }


_COUNTS = ("created", "updated", "unchanged", "skipped", "rejected")


def _text(batch: "ImportBatch", value: dict[str, Any]) -> str:
    of = f" of {batch.total:,}" if batch.total is not None else ""
    counts = ", ".join(f"{value[name]:,} {name}" for name in _COUNTS)
    lines = [f"Import {batch.pk} of {batch.file} is {batch.state}.", f"{batch.position:,}{of} rows: {counts}."]
    if batch.state == "running" and value["seconds_left"] is not None:
        lines.append(f"{value['rows_per_second']:,} rows a second, {value['seconds_left']:,} seconds left.")
    if value["rejected_by"]:
        lines.append("Rejected for: " + _kinds(value["rejected_by"]))
    return "\n".join([*lines, *([batch.problem] if batch.problem else [])])


def _kinds(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in counts.items())


def _forecast(found: "Forecast") -> Said:
    counts = {name: getattr(found, name) for name in _COUNTS}
    value = {
        **counts,
        "rejected_by": dict(found.rejected_by),
        "new_tags": found.new_tags,
        "new_lists": found.new_lists,
        "new_organizations": found.new_organizations,
        "ignored_columns": found.ignored_columns,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
    }
    lines = ["It would be: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()) + "."]
    new = {"Tags": found.new_tags, "Lists": found.new_lists, "Organizations": found.new_organizations}
    for label, titles in new.items():
        if titles:
            lines.append(f"{label} that would be made: {', '.join(titles)}")
    if found.rejected_by:
        lines.append("Rejected for: " + _kinds(found.rejected_by))
    if found.ignored_columns:
        lines.append(f"Columns that no field takes: {', '.join(found.ignored_columns)}")
    return Said(value, "\n".join(lines))
