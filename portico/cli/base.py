"""What every command shares: --data and --json, the core brought up and left again, errors as one sentence."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from portico.lib.texts import is_storable

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answers: `value` for --json, `text` for people."""

    value: Any
    text: str


class Failure(click.ClickException):
    """One sentence on standard error that says what to do; exit status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"portico: {self.format_message()}", file=file or sys.stderr)


@contextmanager
def core(data: str | None) -> Iterator[None]:
    """Settings read, database up and migrated; whatever it says no with becomes a Failure."""
    _name_data_folder(data)
    with failures_told(), _database():
        from django.conf import settings

        from portico.database import migrate_if_needed
        from portico.lib.catalogues import compile_catalogues

        migrate_if_needed()
        compile_catalogues(settings.CATALOGUES, settings.LOCALE_PATHS[0])  # mails are in the reader's language
        yield


def _name_data_folder(data: str | None) -> None:
    if data:
        os.environ["PORTICO_DATA"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what the person can mend into one sentence. Bugs keep their traceback."""
    from portico.errors import Refusal
    from portico.lib.environment import WrongSetting
    from portico.lib.postgres import ServerFailed

    try:
        yield
    except (Refusal, WrongSetting, ServerFailed, PermissionError) as no:
        raise Failure(str(no)) from None
    except Exception as error:
        if (
            type(error).__name__ == "OperationalError"
        ):  # Django's, which cannot be imported before the settings are read
            raise Failure(f"The database does not answer: {str(error).splitlines()[0]}") from None
        raise


@contextmanager
def _database() -> Iterator[None]:
    import django

    django.setup()
    from portico.database import running_database

    with running_database():
        yield


def command(group: click.Group, name: str) -> Callable[[Callable[..., Said]], Callable[..., None]]:
    """Make a function that answers Said a command with --data and --json; its docstring is the help."""

    def wrap(function: Callable[..., Said]) -> Callable[..., None]:
        @group.command(name, help=function.__doc__)
        @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
        @data_option
        @wraps(function)
        def run(*args: Any, data: str | None, as_json: bool, **kwargs: Any) -> None:
            _refuse_broken_text(kwargs)
            with core(data):
                said = function(*args, **kwargs)
            click.echo(as_document(said.value) if as_json else said.text)

        return run

    return wrap


def _refuse_broken_text(given: dict[str, Any]) -> None:
    """Bytes that are no UTF-8 reach us as lone surrogates, which no database takes."""
    for value in given.values():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and not is_storable(text):
                raise click.UsageError("An argument has bytes that are no text: write it in UTF-8.")


data_option = click.option(
    "--data", metavar="DIR", help="The data folder; otherwise PORTICO_DATA, otherwise ./portico-data."
)
company_option = click.option("--company", "slug", required=True, metavar="SLUG", help="The company's slug.")
any_company_option = click.option("--company", "slug", metavar="SLUG", help="Only this company.")


def as_document(value: Any) -> str:
    import orjson

    return orjson.dumps(value, default=str).decode()


def table(rows: list[dict[str, Any]], columns: list[str], *, empty: str) -> Said:
    """Rows for people in columns, whole for --json."""
    if not rows:
        return Said(rows, empty)
    cells = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return Said(rows, "\n".join(lines))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
