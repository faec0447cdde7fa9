from typing import TYPE_CHECKING

import click

from portico.cli.base import Said, command, company_option

if TYPE_CHECKING:
    from portico.access import Permission


def add_to(main: click.Group) -> None:
    main.add_command(user)


@click.group()
def user() -> None:
    """People who operate Portico: administrators, managers and reps."""


@command(user, "add")
@click.argument("email")
@company_option
@click.option("--role", required=True, type=click.Choice(["admin", "manager", "rep"]))
@click.option("--name", default="")
@click.option(
    "--preset", help="For a manager, with commas: view-contacts, manage-contacts, view-reports, manage-campaigns."
)
@click.option("--permissions", help="For a manager, with commas: contacts.read, contacts.write, ... or all.")
@click.option("--operator", "is_operator", is_flag=True, help="Sees all companies.")
def add(
    email: str, slug: str, role: str, name: str, preset: str | None, permissions: str | None, *, is_operator: bool
) -> Said:
    """Add somebody to a company; one who exists gets a membership in it.

    \b
    portico user add anna@acme.test --company acme --role manager --preset manage-contacts,view-reports
    portico user add bob@acme.test --company acme --role rep --name "Bob Reed"
    """
    from portico.access import PRESETS, Role, operator
    from portico.companies.queries import get_company
    from portico.identity.actions.people import add_member

    granted: set[Permission] = set()
    for item in _items(preset):
        if item not in PRESETS:
            raise click.UsageError(f"There is no preset {item}: say one of {', '.join(PRESETS)}.")
        granted |= PRESETS[item]
    granted |= parse_permissions(permissions)
    company = get_company(slug)
    membership = add_member(
        operator(company.pk), email=email, role=Role(role), name=name, permissions=granted, is_operator=is_operator
    )
    value = {"id": membership.pk, "email": email, "company": slug, "role": role, "permissions": membership.permissions}
    return Said(value, f"{email} is {role} in {slug}. To let them in now: portico user link {email}")


@command(user, "remove")
@click.argument("email")
@company_option
def remove(email: str, slug: str) -> Said:
    """Remove somebody from a company: sessions end and keys are revoked at once; contacts stay as they are.

    \b
    portico user remove bob@acme.test --company acme
    """
    from portico.access import operator
    from portico.companies.queries import get_company
    from portico.identity.actions.leaving import remove_member

    member = remove_member(operator(get_company(slug).pk), email=email)
    return Said({"id": member.pk, "email": member.user.email, "company": slug}, f"{email} is no longer in {slug}.")


@command(user, "disable")
@click.argument("email")
def disable(email: str) -> Said:
    """Let somebody in nowhere, in no company, until enabled again: sessions end, keys are refused.

    \b
    portico user disable bob@acme.test
    """
    from portico.access import operator
    from portico.identity.actions.leaving import disable_user
    from portico.identity.queries.people import get_user

    disable_user(operator(0), get_user(email).pk)
    return Said({"email": email, "active": False}, f"{email} is disabled.")


@command(user, "enable")
@click.argument("email")
def enable(email: str) -> Said:
    """Let somebody who was disabled sign in again; keys work again, sessions stay ended.

    \b
    portico user enable bob@acme.test
    """
    from portico.access import operator
    from portico.identity.actions.leaving import enable_user
    from portico.identity.queries.people import get_user

    enable_user(operator(0), get_user(email).pk)
    return Said({"email": email, "active": True}, f"{email} is enabled.")


def parse_permissions(text: str | None) -> set["Permission"]:
    """Our own names with commas; all is every one that can be granted."""
    from portico.access import GRANTABLE, Permission

    granted: set[Permission] = set()
    for item in _items(text):
        if item != "all" and item not in GRANTABLE:
            raise click.UsageError(
                f"There is no permission {item}: say all, or some of {', '.join(sorted(GRANTABLE))}."
            )
        granted |= GRANTABLE if item == "all" else {Permission(item)}
    return granted


def _items(text: str | None) -> list[str]:
    return [item.strip() for item in (text or "").split(",") if item.strip()]
