import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Failure, Said, command, company_option

if TYPE_CHECKING:
    from portico.access import Actor
    from portico.contacts.importing.report import Summary

CONSENTS = ("subscribed", "pending", "unsubscribed", "transactional")


def add_to(main: click.Group) -> None:
    main.add_command(contact)


@click.group()
def contact() -> None:
    """Contacts: the people a company knows."""


@command(contact, "add")
@click.argument("email")
@company_option
@click.option("--first-name")
@click.option("--last-name")
@click.option("--phone")
@click.option("--tag", "tags", multiple=True, metavar="TITLE", help="Made if it is new; repeat it.")
@click.option("--list", "lists", multiple=True, metavar="TITLE", help="Made if it is new; repeat it.")
@click.option("--owner", metavar="EMAIL", help="The rep whose contact it is.")
@click.option("--password-stdin", is_flag=True, help="The contact signs in with the password on standard input.")
@click.option(
    "--password-hash-stdin",
    is_flag=True,
    help="The same with a hash of another system: phpass, bcrypt, WordPress, MD5, Argon2.",
)
def add(
    email: str,
    slug: str,
    *,
    tags: tuple[str, ...],
    lists: tuple[str, ...],
    owner: str | None,
    password_stdin: bool,
    password_hash_stdin: bool,
    **names: str | None,
) -> Said:
    """Add a contact, with everything or not at all.

    \b
    portico contact add ann@people.test --company acme --first-name Ann --tag Gold --owner bob@acme.test
    echo "$PASSWORD" | portico contact add ann@people.test --company acme --password-stdin
    """
    from portico.contacts.actions.registering import register_contact

    if password_stdin and password_hash_stdin:
        raise click.UsageError("Say one of --password-stdin and --password-hash-stdin.")
    given = secret_line() if password_stdin or password_hash_stdin else None
    made = register_contact(
        operator_of(slug),
        {"email": email, **{name: value for name, value in names.items() if value is not None}},
        tags=tags,
        lists=lists,
        owner=owner,
        password=given if password_stdin else None,
        password_hash=given if password_hash_stdin else None,
    )
    value = {"id": made.pk, "email": email, "company": slug, **names, "tags": tags, "lists": lists, "owner": owner}
    return Said({**value, "has_password": given is not None}, f"Contact {made.pk} is {email}.")


@command(contact, "assign")
@click.argument("email")
@company_option
@click.option("--owner", required=True, metavar="EMAIL", help="The rep who is to have it.")
def assign(email: str, slug: str, owner: str) -> Said:
    """Give a contact to a rep.

    \b
    portico contact assign ann@people.test --company acme --owner bob@acme.test
    """
    from portico.contacts.actions.registering import assign_contact

    changed = assign_contact(operator_of(slug), email=email, owner=owner)
    return Said({"id": changed.pk, "email": changed.email, "owner": owner}, f"{email} belongs to {owner}.")


@command(contact, "password")
@click.argument("email")
@company_option
@click.option("--password-stdin", is_flag=True, help="Needed: passwords never stand on a command line.")
def password(email: str, slug: str, *, password_stdin: bool) -> Said:
    """Set a contact's new password, read from standard input: at least 15 characters, and none that is tried first.

    \b
    echo "$PASSWORD" | portico contact password ann@people.test --company acme --password-stdin
    """
    from portico.contacts.actions.passwords import choose_password
    from portico.contacts.queries.contacts import get_contact_by_email

    if not password_stdin:
        raise click.UsageError("Say --password-stdin and give the password on standard input.")
    actor = operator_of(slug)
    found = get_contact_by_email(actor, email)
    choose_password(actor, found.pk, secret_line())
    return Said({"id": found.pk, "email": found.email, "has_password": True}, f"{email} has a new password.")


@command(contact, "password-link")
@click.argument("email")
@company_option
def password_link(email: str, slug: str) -> Said:
    """Mail a contact a link with which it sets its password itself: good for three days, and once.

    \b
    portico contact password-link ann@people.test --company acme
    """
    from portico.contacts.actions.password_links import mail_password_link
    from portico.contacts.queries.contacts import get_contact_by_email

    actor = operator_of(slug)
    mailed = mail_password_link(actor, get_contact_by_email(actor, email).pk)
    return Said({"id": mailed.pk, "email": mailed.email}, f"A mail with a link goes to {mailed.email}.")


@command(contact, "import")
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
    "--column",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="Say what a column is, like MYPASSWORD=password; with nothing after the = it is ignored. Repeat it.",
)
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rejected rows go; otherwise FILE.rejected.csv beside the file.",
)
def import_(
    file: Path, slug: str, *, skip_existing: bool, status: str, columns: tuple[str, ...], rejected: Path | None
) -> Said:
    """Create and update contacts from a CSV file.

    \b
    portico contact import people.csv --company acme
    portico contact import export.csv --company acme --column MYPASSWORD=password --skip-existing

    UTF-8 or Latin-1, comma, semicolon or tab are found out. Columns go by name, as ActiveCampaign and FluentCRM call
    them: Email, First Name, Tags, Lists (several in a cell, with commas), Status, Owner, Password (in clear, hashed
    here) or Password Hash, Company (its name, made if it is new), and custom fields by label or slug.

    A contact whose address is there already takes the cells that are not empty, and keeps its status if that is
    unsubscribed, bounced, complained or spammed. Of two rows with one address the first counts. Rejected rows are
    written to a file, with line and reason, that can be mended and imported. An import that was broken off can be
    run again, and each can be undone: see portico import list and portico import undo.
    """
    from portico.contacts.importing.actions import Options, import_contacts

    named = columns_named(columns, "--column")
    options = Options(skip_existing=skip_existing, consent=status, columns=named, rejected=rejected)
    summary = import_contacts(operator_of(slug), file, options, say=lambda text: click.echo(text, err=True))
    return Said(_as_value(summary), _as_text(summary))


def columns_named(given: tuple[str, ...], option: str) -> dict[str, str]:
    """HEADER=FIELD, as often as it was said."""
    named = {}
    for one in given:
        header, sign, field = one.partition("=")
        if not sign:
            raise click.UsageError(f"Say {option} HEADER=FIELD, not {one}.")
        named[header] = field.strip()
    return named


def _as_value(summary: "Summary") -> dict[str, Any]:
    return {
        "rows": summary.rows,
        **summary.counts(),
        "rejected_file": summary.rejected_file,
        "ignored_columns": summary.ignored_columns,
        "encoding": summary.encoding,
        "delimiter": summary.delimiter,
    }


def _as_text(summary: "Summary") -> str:
    counts = ", ".join(f"{count:,} {name}" for name, count in summary.counts().items())
    lines = [f"{summary.rows:,} rows: {counts}."]
    if summary.rejected_file:
        lines.append(f"Rejected rows with reasons: {summary.rejected_file}")
    if summary.ignored_columns:
        lines.append(f"Columns that no field takes: {', '.join(summary.ignored_columns)}")
    return "\n".join(lines)


def secret_line() -> str:
    """The first line of standard input, exactly, without its end."""
    try:
        text = sys.stdin.buffer.readline().decode()
    except UnicodeDecodeError:
        raise Failure("The line on standard input is no UTF-8: send it as UTF-8.") from None
    return text.removesuffix("\n").removesuffix("\r")


def find_id(actor: "Actor", who: str) -> int:
    """The contact that a person names by its id or its e-mail address. Digits may be of one that is no more."""
    from portico.contacts.queries.contacts import get_contact_by_email

    return min(int(who), 2**63 - 1) if who.isascii() and who.isdigit() else get_contact_by_email(actor, who).pk


def operator_of(slug: str) -> "Actor":
    from portico.access import operator
    from portico.companies.queries import get_company

    return operator(get_company(slug).pk)
