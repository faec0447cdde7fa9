"""Other software that people sign in to with Portico (OpenID Connect)."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, any_company_option, command, company_option, table
from portico.cli.credentials import TimeSpan

if TYPE_CHECKING:
    from portico.openid.actions.clients import NewClient
    from portico.openid.models import Client

_PEOPLE = {"users": (True, False), "contacts": (False, True), "both": (True, True)}


def add_to(main: click.Group) -> None:
    main.add_command(client)


@click.group()
def client() -> None:
    """Other software that people sign in to with Portico (OpenID Connect)."""


@command(client, "add")
@click.argument("name")
@company_option
@click.option("--redirect", "redirect_uris", multiple=True, required=True, metavar="URI", help="Where it takes them.")
@click.option("--post-logout", "post_logout_uris", multiple=True, metavar="URI", help="Where they go after sign-out.")
@click.option("--for", "people", type=click.Choice(list(_PEOPLE)), required=True, help="Who may sign in to it.")
@click.option("--required-tag", "required_tags", multiple=True, metavar="TITLE", help="Of contacts only who has it.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="What it may ask for; otherwise everything.")
@click.option("--public", "is_public", is_flag=True, help="It can keep no secret: an app, or a page's script.")
def add_client(name: str, slug: str, *, people: str, is_public: bool, **given: Any) -> Said:
    """Let people sign in to another software; its secret is shown this once.

    \b
    portico client add "Member shop" --company acme --for contacts --redirect https://shop.example.com/callback
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.contacts.queries.labels import tag_id_of
    from portico.openid.actions import clients

    actor = operator(get_company(slug).pk)
    tags = [tag_id_of(actor, title) for title in given.pop("required_tags")]
    is_for_users, is_for_contacts = _PEOPLE[people]
    if not given["scopes"]:
        del given["scopes"]
    return _shown(
        clients.add_client(
            actor,
            name=name,
            is_public=is_public,
            is_for_users=is_for_users,
            is_for_contacts=is_for_contacts,
            required_tags=tags,
            **given,
        )
    )


def _shown(new: "NewClient") -> Said:
    from django.conf import settings

    found = f"{settings.PUBLIC_URL}/.well-known/openid-configuration"
    lines = [f"Client id: {new.client.client_id}"]
    if new.secret is None:
        lines.append("It is public: it has no secret, and proves itself by PKCE.")
    else:
        lines += [f"Secret:    {new.secret}", "Keep it now: it cannot be shown again."]
    lines.append(f"Discovery: {found}")
    return Said({**_as_row(new.client), "secret": new.secret, "discovery": found}, "\n".join(lines))


def _as_row(one: "Client") -> dict[str, Any]:
    people = [name for name, is_for in (("users", one.is_for_users), ("contacts", one.is_for_contacts)) if is_for]
    names = ("client_id", "name", "redirect_uris", "post_logout_uris", "scopes", "required_tags")
    row = {name: getattr(one, name) for name in names}
    return {**row, "for": people, "public": one.secret_digest is None}


@command(client, "list")
@any_company_option
def list_clients(slug: str | None) -> Said:
    """The clients that are not revoked.

    \b
    portico client list --company acme
    """
    from portico.access import operator
    from portico.companies.queries import get_company, list_companies
    from portico.openid.queries import clients

    rows = [
        {"company": company.slug, **_as_row(one)}
        for company in ([get_company(slug)] if slug else list_companies())
        for one in clients.list_clients(operator(company.pk))
    ]
    return table(rows, ["client_id", "company", "name", "for", "public", "redirect_uris"], empty="No clients yet.")


@command(client, "show")
@click.argument("client_id")
def show_client(client_id: str) -> Said:
    """One client: its addresses, scopes and who may sign in.

    \b
    portico client show client_8fK2mPq0ZtY7cVb3nLxA
    """
    from portico.openid.queries.clients import get_client

    one = get_client(client_id)
    row = {"company": one.company.slug, **_as_row(one)}
    text = "\n".join(f"{name}: {', '.join(map(str, v)) if isinstance(v, list) else v}" for name, v in row.items())
    return Said(row, text)


@command(client, "rotate")
@click.argument("client_id")
@click.option("--grace", type=TimeSpan(), default="1d", show_default=True, help="How long the old secret is good.")
def rotate_client(client_id: str, grace: timedelta | None) -> Said:
    """Give a client a new secret, shown this once; the old one works a little longer.

    \b
    portico client rotate client_8fK2mPq0ZtY7cVb3nLxA --grace 1d
    """
    from portico.access import operator
    from portico.openid.actions import clients
    from portico.openid.queries.clients import company_id_of_client

    actor = operator(company_id_of_client(client_id))
    return _shown(clients.rotate_client(actor, client_id, grace=grace or timedelta(0)))


@command(client, "revoke")
@click.argument("client_id")
def revoke_client(client_id: str) -> Said:
    """End a client at once, and everything that it was granted.

    \b
    portico client revoke client_8fK2mPq0ZtY7cVb3nLxA
    """
    from portico.access import operator
    from portico.openid.actions import clients
    from portico.openid.queries.clients import company_id_of_client

    clients.revoke_client(operator(company_id_of_client(client_id)), client_id)
    return Said({"client_id": client_id, "revoked": True}, f"Client {client_id} is revoked.")
