from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, command, company_option, table

if TYPE_CHECKING:
    from portico.companies.models import Company


def add_to(main: click.Group) -> None:
    main.add_command(company)
    main.add_command(module)


@click.group()
def company() -> None:
    """Companies: the tenants."""


@click.group()
def module() -> None:
    """The protocols that a company speaks: switch them on and off."""


def _as_row(one: "Company") -> dict[str, Any]:
    names = ("slug", "name", "color", "logo_url", "icon_url", "domain", "redirect_path", "allowed_origins", "modules")
    shown = {name: getattr(one, name) for name in names}
    return {"id": one.pk, **shown, "language": one.language, "active": one.is_active}


@command(company, "add")
@click.argument("slug")
@click.option("--name", required=True)
def add(slug: str, name: str) -> Said:
    """Add a company.

    \b
    portico company add acme --name "Acme Ltd"
    """
    from portico.companies.actions import add_company

    return Said(_as_row(add_company(slug=slug, name=name)), f"Company {slug} is there.")


@command(company, "set")
@click.argument("slug")
@click.option("--name")
@click.option("--color", help="Like #2f5d8a.")
@click.option("--secondary-color", help="Like #aa3300.")
@click.option("--logo-url")
@click.option("--icon-url")
@click.option("--domain", help="The company's own host name.")
@click.option("--redirect-path", help="Where a company switch leads, like /dashboard.")
@click.option("--language", help="Of mails to people who have chosen none: en or de.")
@click.option(
    "--allowed-origin",
    "allowed_origins",
    multiple=True,
    help="A web origin that may call and be redirected to; repeat it.",
)
def set_(slug: str, **given: Any) -> Said:
    """Change a company's name, look and addresses.

    \b
    portico company set acme --color "#aa3300" --allowed-origin https://app.acme.example
    """
    from portico.access import operator
    from portico.companies.actions import set_company
    from portico.companies.queries import get_company

    changes: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value
    }
    if not changes:
        raise click.UsageError("Name at least one thing to change.")
    changed = set_company(operator(get_company(slug).pk), **changes)
    return Said(_as_row(changed), f"Company {slug} is changed.")


@command(company, "list")
def list_() -> Said:
    """All companies.

    \b
    portico company list --json
    """
    from portico.companies.queries import list_companies

    rows = [_as_row(one) for one in list_companies()]
    return table(
        rows, ["slug", "name", "modules", "domain"], empty="No company yet: portico company add SLUG --name NAME"
    )


@command(company, "require-factor")
@click.argument("slug")
@click.option("--off", is_flag=True, help="Ask for none any more.")
def require_factor(slug: str, *, off: bool) -> Said:
    """Demand a second factor of a company's administrators and managers: who has none sets one up at the next sign-in.

    \b
    portico company require-factor acme
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.identity.actions.factors import require_factor

    ended = require_factor(operator(get_company(slug).pk), on=not off)
    text = f"{slug} demands {'no' if off else 'a'} second factor." + (f" {ended} sessions have ended." if ended else "")
    return Said({"slug": slug, "requires_factor": not off, "sessions_ended": ended}, text)


_MODULES = ["remote-authentication", "fluentcrm", "fluid", "organizations", "event-tracking"]


def _switch(slug: str, name: str, *, on: bool) -> Said:
    from portico.access import operator
    from portico.companies.actions import switch_module
    from portico.companies.queries import get_company

    changed = switch_module(operator(get_company(slug).pk), module=name, on=on)
    return Said({"slug": slug, "modules": changed.modules}, f"{name} is {'on' if on else 'off'} for {slug}.")


@command(module, "on")
@click.argument("name", type=click.Choice(_MODULES))
@company_option
def on(name: str, slug: str) -> Said:
    """Let a company speak a protocol, or use a part of the contact base.

    \b
    portico module on remote-authentication --company acme
    """
    return _switch(slug, name, on=True)


@command(module, "off")
@click.argument("name", type=click.Choice(_MODULES))
@company_option
def off(name: str, slug: str) -> Said:
    """Stop a company from speaking a protocol or using a part: its addresses answer as if they were not there.

    \b
    portico module off fluid --company acme
    """
    return _switch(slug, name, on=False)
