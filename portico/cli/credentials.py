import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, any_company_option, command, company_option, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portico.access import Actor
    from portico.identity.actions.credentials import NewKey
    from portico.identity.models import ApiKey, SecurityCode

_LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdwy])")
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
    """12h, 90d, 4w or 1y; never is None."""

    name = "time span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta | None:
        if value is None or value == "never" or isinstance(value, timedelta):
            return None if value == "never" else value
        found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.fail("say a time span such as 12h, 90d, 4w or 1y, or never", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


_expires_in_option = click.option(
    "--expires-in", type=TimeSpan(), default="1y", show_default=True, help="Like 90d, or never."
)
_rules_options = [
    click.option("--network", "networks", multiple=True, metavar="CIDR", help="Only from there; may be said again."),
    click.option("--per-minute", "requests_per_minute", type=int, metavar="N", help="At most so many requests."),
]


def _with_rules(function: Any) -> Any:
    for option in reversed(_rules_options):
        function = option(function)
    return function


@command(key, "add")
@click.argument("email")
@company_option
@click.option("--name", required=True, help="What the key is for.")
@click.option("--permissions", metavar="P,P", help="Only these of the holder's; otherwise all of them.")
@_expires_in_option
@_with_rules
def add_key(email: str, slug: str, permissions: str | None, expires_in: timedelta | None, **rules: Any) -> Said:
    """Make an API key for a manager; its password is shown this once.

    \b
    portico key add anna@acme.test --company acme --name Zapier --expires-in 90d --network 203.0.113.0/24
    """
    from portico.access import operator
    from portico.cli.people import parse_permissions
    from portico.companies.queries import get_company
    from portico.identity.actions import credentials

    chosen = None if permissions is None else parse_permissions(permissions)
    new = credentials.add_key(
        operator(get_company(slug).pk), email=email, permissions=chosen, expires_in=expires_in, **_listed(rules)
    )
    return _shown(new)


def _listed(rules: dict[str, Any]) -> dict[str, Any]:
    return {**rules, "networks": list(rules["networks"])}


def _shown(new: "NewKey") -> Said:
    value = {
        "username": new.username,
        "password": new.password,
        "id": new.key.pk,
        "expires_at": _time(new.key.expires_at),
    }
    text = f"Username: {new.username}\nPassword: {new.password}\nKeep it now: it cannot be shown again."
    if new.key.expires_at is None:
        text += "\nThis key never expires: whoever finds it can use it until somebody revokes it."
    return Said(value, text)


@command(key, "rotate")
@click.argument("id", type=int)
@click.option("--grace", type=TimeSpan(), default="1d", show_default=True, help="How long the old password is good.")
@_expires_in_option
def rotate_key(id: int, grace: timedelta | None, expires_in: timedelta | None) -> Said:
    """Give an API key a new password, shown this once; the old one works a little longer.

    \b
    portico key rotate 3 --grace 1d
    """
    from portico.access import operator
    from portico.identity.actions import credentials
    from portico.identity.queries.people import company_id_of_key

    company_id = company_id_of_key(id)
    return _shown(credentials.rotate_key(operator(company_id), id, grace=grace or timedelta(0), expires_in=expires_in))


@command(key, "usage")
@click.argument("id", type=int)
def key_usage(id: int) -> Said:
    """How often a key came in the last 30 days, by what became of it.

    \b
    portico key usage 3
    """
    from portico.access import operator
    from portico.identity.queries.people import company_id_of_key
    from portico.identity.queries.use import list_uses

    rows = list_uses(operator(company_id_of_key(id)), kind="key", id=id)
    return table(rows, ["day", "answered", "refused", "wrong", "failed"], empty="Not used yet.")


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
            "permissions": one.permissions,
            **_rules(one),
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
@click.option("--expires-in", type=TimeSpan(), default="never", show_default=True, help="Like 90d, or never.")
@_with_rules
@click.option("--required-tag", "required_tags", multiple=True, metavar="TITLE", help="Who lacks it stays outside.")
@click.option("--banning-tag", "banning_tags", multiple=True, metavar="TITLE", help="Who has it stays outside.")
@click.option(
    "--code-stdin", is_flag=True, help="Keep a code that other sites already use: it is read from standard input."
)
def add_code(slug: str, name: str, *, code_stdin: bool, expires_in: timedelta | None, **rules: Any) -> Said:
    """Make a security code for remote authentication; it is shown this once.

    \b
    portico code add --company acme --name "Member area"
    echo OLDCODE | portico code add --company acme --name "Old site" --code-stdin
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.contacts.queries.labels import tag_id_of
    from portico.identity.actions import credentials

    company = get_company(slug)
    given = sys.stdin.readline().strip() if code_stdin else None
    actor = operator(company.pk)
    for tags in ("required_tags", "banning_tags"):
        rules[tags] = [tag_id_of(actor, title) for title in rules[tags]]
    kept, clear = credentials.add_code(actor, name=name, code=given, expires_in=expires_in, **_listed(rules))
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
            **_rules(one),
        }
        for company, actor in _operators(slug)
        for one in people.list_codes(actor)
    ]
    return table(rows, ["id", "company", "name", "expires_at", "last_used_at"], empty="No codes yet.")


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


def _rules(one: "ApiKey | SecurityCode") -> dict[str, Any]:
    return {
        "networks": one.allowed_networks,
        "requests_per_minute": one.requests_per_minute,
        "created_at": _time(one.created_at),
        "expires_at": _time(one.expires_at),
        "last_used_at": _time(one.last_used_at),
        "last_used_from": one.last_used_from,
    }


def _operators(slug: str | None) -> "Iterator[tuple[str, Actor]]":
    """The operator in this company, or in each."""
    from portico.access import operator
    from portico.companies.queries import get_company, list_companies

    for company in [get_company(slug)] if slug else list_companies():
        yield company.slug, operator(company.pk)


def _time(value: Any) -> str | None:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None
