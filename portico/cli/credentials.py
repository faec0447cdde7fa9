import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, command, company_option, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portico.access import Actor

_LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdwy])")
any_company_option = click.option("--company", "slug", metavar="SLUG", help="Only this company.")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "y": timedelta(days=365)}


def add_to(main: click.Group) -> None:
    main.add_command(key)
    main.add_command(code)


@click.group()
def key() -> None:
    """API keys of managers: username and application password."""


@click.group()
def code() -> None:
    """Security codes, with which other sites verify members."""


class TimeSpan(click.ParamType):  # type: ignore[type-arg]  # not subscriptable in older releases
    """12h, 90d, 4w or 1y."""

    name = "time span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.fail("say a time span such as 12h, 90d, 4w or 1y", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


@command(key, "add")
@click.argument("email")
@company_option
@click.option("--name", required=True, help="What the key is for.")
@click.option("--expires-in", type=TimeSpan(), help="Like 90d; without it the key does not expire.")
def add_key(email: str, slug: str, name: str, expires_in: timedelta | None) -> Said:
    """Make an API key for a manager; its password is shown this once.

    \b
    portico key add anna@acme.test --company acme --name Zapier --expires-in 90d
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.identity.actions import credentials

    new = credentials.add_key(operator(get_company(slug).pk), email=email, name=name, expires_in=expires_in)
    value = {
        "username": new.username,
        "password": new.password,
        "id": new.key.pk,
        "expires_at": _time(new.key.expires_at),
    }
    text = f"Username: {new.username}\nPassword: {new.password}\nKeep it now: it cannot be shown again."
    return Said(value, text)


@command(key, "list")
@any_company_option
def list_keys(slug: str | None) -> Said:
    """The API keys that are not revoked.

    \b
    portico key list --company acme
    """
    from portico.identity.queries import people

    rows = [
        {
            "id": one.pk,
            "company": company,
            "name": one.name,
            "holder": one.membership.user.email,
            "username": one.membership.api_username,
            "created_at": _time(one.created_at),
            "expires_at": _time(one.expires_at),
            "last_used_at": _time(one.last_used_at),
        }
        for company, actor in _operators(slug)
        for one in people.list_keys(actor)
    ]
    return table(
        rows, ["id", "company", "name", "holder", "username", "expires_at", "last_used_at"], empty="No keys yet."
    )


@command(key, "revoke")
@click.argument("id", type=int)
def revoke_key(id: int) -> Said:
    """End an API key at once.

    \b
    portico key revoke 3
    """
    from portico.access import operator
    from portico.identity.actions import credentials
    from portico.identity.queries.people import company_id_of_key

    credentials.revoke_key(operator(company_id_of_key(id)), id)
    return Said({"id": id, "revoked": True}, f"Key {id} is revoked.")


@command(code, "add")
@company_option
@click.option("--name", required=True, help="Which site it is for.")
@click.option(
    "--code-stdin", is_flag=True, help="Keep a code that other sites already use: it is read from standard input."
)
def add_code(slug: str, name: str, *, code_stdin: bool) -> Said:
    """Make a security code for remote authentication; it is shown this once.

    \b
    portico code add --company acme --name "Member area"
    echo OLDCODE | portico code add --company acme --name "Old site" --code-stdin
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.identity.actions import credentials

    company = get_company(slug)
    given = sys.stdin.readline().strip() if code_stdin else None
    kept, clear = credentials.add_code(operator(company.pk), name=name, code=given)
    text = f"Code: {clear}\nKeep it now: it cannot be shown again."
    if not company.speaks("remote-authentication"):
        text += f"\nThe module is off: portico module on remote-authentication --company {slug}"
    return Said({"code": clear, "id": kept.pk}, text)


@command(code, "list")
@any_company_option
def list_codes(slug: str | None) -> Said:
    """The security codes that are not revoked.

    \b
    portico code list --company acme
    """
    from portico.identity.queries import people

    rows = [
        {
            "id": one.pk,
            "company": company,
            "name": one.name,
            "created_at": _time(one.created_at),
            "last_used_at": _time(one.last_used_at),
        }
        for company, actor in _operators(slug)
        for one in people.list_codes(actor)
    ]
    return table(rows, ["id", "company", "name", "created_at", "last_used_at"], empty="No codes yet.")


@command(code, "revoke")
@click.argument("id", type=int)
def revoke_code(id: int) -> Said:
    """End a security code at once.

    \b
    portico code revoke 2
    """
    from portico.access import operator
    from portico.identity.actions import credentials
    from portico.identity.queries.people import company_id_of_code

    credentials.revoke_code(operator(company_id_of_code(id)), id)
    return Said({"id": id, "revoked": True}, f"Code {id} is revoked.")


def _operators(slug: str | None) -> "Iterator[tuple[str, Actor]]":
    """The operator in this company, or in each."""
    from portico.access import operator
    from portico.companies.queries import get_company, list_companies

    for company in [get_company(slug)] if slug else list_companies():
        yield company.slug, operator(company.pk)


def _time(value: Any) -> str | None:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None
