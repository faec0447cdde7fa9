from typing import Any

import click

from portico.cli.base import Said, command, table


def add_to(main: click.Group) -> None:
    main.add_command(session)
    main.add_command(device)


@click.group()
def session() -> None:
    """Sign-ins of people who operate Portico: look at them, end them."""


@click.group()
def device() -> None:
    """Devices that people are known to sign in from: there, others' wrong tries never make them wait."""


@command(session, "list")
@click.argument("email")
@click.option("--company", "slug", metavar="SLUG", help="Only those in this company.")
def list_(email: str, slug: str | None) -> Said:
    """A person's sessions that have not ended, last seen first.

    \b
    portico session list rita@acme.test --company acme
    """
    from portico.access import operator_for
    from portico.identity.queries.people import get_user
    from portico.identity.queries.sessions import list_sessions

    columns = ("id", "name", "wire", "methods", "address", "agent", "created_at", "seen_at", "expires_at")
    rows: list[dict[str, Any]] = [
        {"company": one.company.slug, **{name: getattr(one, name) for name in columns}}
        for one in list_sessions(operator_for(get_user(email).pk))
        if slug in {None, one.company.slug}
    ]
    shown = ["id", "company", "name", "wire", "methods", "address", "agent", "seen_at"]
    return table(rows, shown, empty="No sessions.")


@command(session, "name")
@click.argument("id", type=click.IntRange(1, 2**63 - 1))
@click.argument("name")
def name_(id: int, name: str) -> Said:
    """Give a session a name by which its person knows it.

    \b
    portico session name 7 "Rita's phone"
    """
    from portico.access import operator_for
    from portico.identity.actions.sessions import name_session
    from portico.identity.queries.sessions import user_id_of_session

    name_session(operator_for(user_id_of_session(id)), id, name)
    return Said({"id": id, "name": name.strip()}, f"Session {id} is named.")


@command(session, "end")
@click.argument("id", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--all-of", "email", metavar="EMAIL", help="All sessions of this person, in every company.")
@click.option("--but", type=int, metavar="ID", help="With --all-of: all but this one.")
def end(id: int | None, email: str | None, but: int | None) -> Said:
    """End a session, or all of a person: their tokens and cookies are refused from now on.

    \b
    portico session end 7
    portico session end --all-of rita@acme.test --but 7
    """
    from portico.access import operator_for
    from portico.identity.actions.sessions import end_other_sessions, end_session
    from portico.identity.queries.people import get_user
    from portico.identity.queries.sessions import user_id_of_session

    if (id is None) == (email is None):
        raise click.UsageError("Say either the id of a session, or --all-of EMAIL.")
    if id is not None:
        end_session(operator_for(user_id_of_session(id)), id)
        return Said({"ended": 1}, f"Session {id} is ended.")
    ended = end_other_sessions(operator_for(get_user(email or "").pk, session_id=but))
    return Said({"ended": ended}, f"{ended} sessions of {email} are ended.")


@command(device, "list")
@click.argument("email")
def list_known(email: str) -> Said:
    """The devices that a person is known by.

    \b
    portico device list rita@acme.test
    """
    from portico.identity.queries.devices import list_devices
    from portico.identity.queries.people import get_user

    columns = ("id", "label", "wire", "address", "first_seen_at", "last_seen_at", "expires_at")
    rows = [{name: getattr(one, name) for name in columns} for one in list_devices(get_user(email).pk)]
    return table(rows, ["id", "label", "wire", "address", "last_seen_at"], empty="No devices.")


@command(device, "forget")
@click.argument("id", type=click.IntRange(1, 2**63 - 1))
def forget(id: int) -> Said:
    """Forget a device: whoever signs in from it counts as a stranger. Its sessions go on.

    \b
    portico device forget 3
    """
    from portico.access import operator_for
    from portico.identity.actions.devices import forget_device
    from portico.identity.queries.devices import user_id_of_device

    forget_device(operator_for(user_id_of_device(id)), id)
    return Said({"id": id}, f"Device {id} is forgotten.")
