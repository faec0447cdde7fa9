"""Ways in for people who operate Portico: a password, a link, what they have lost taken away."""

import click

from portico.cli.base import Said, command
from portico.cli.people import user


def add_to(main: click.Group) -> None:
    """The commands are among those of people."""
    if "user" not in main.commands:
        main.add_command(user)


@command(user, "password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read it from standard input instead of asking.")
def password(email: str, *, password_stdin: bool) -> Said:
    """Set somebody's password. It asks for it, because passwords never stand on a command line. All sessions end.

    \b
    portico user password anna@acme.test
    """
    from portico.access import operator_for
    from portico.cli.contacts import secret_line
    from portico.identity.actions.passwords import set_password_of
    from portico.identity.queries.people import get_user

    found = get_user(email)
    given = secret_line() if password_stdin else click.prompt("New password", hide_input=True, confirmation_prompt=True)
    set_password_of(operator_for(found.pk), found.pk, given)
    return Said({"email": found.email, "has_password": True}, f"{found.email} has a new password.")


@command(user, "link")
@click.argument("email")
def link(email: str) -> Said:
    """Print a sign-in link for somebody, good once and for ten minutes: for the first one in, and where no mail leaves.

    \b
    portico user link anna@acme.test
    """
    from portico.access import operator_for
    from portico.identity.actions.signing_in import issue_link
    from portico.identity.queries.people import get_user

    found = get_user(email)
    url = issue_link(operator_for(found.pk), email=email)
    return Said(
        {"email": found.email, "link": url}, f"{url}\nGood once and for ten minutes. Who opens it is {found.email}."
    )


@command(user, "factors")
@click.argument("email")
@click.option("--reset", is_flag=True, help="Take them all away, for somebody who has lost them.")
def factors(email: str, *, reset: bool) -> Said:
    """Show somebody's second factors, or take them away. The person is told by mail, and all sessions end.

    \b
    portico user factors anna@acme.test
    portico user factors anna@acme.test --reset
    """
    from portico.access import operator_for
    from portico.identity.actions.factors import reset_factors
    from portico.identity.queries.factors import find_factors
    from portico.identity.queries.people import get_user

    found = get_user(email)
    gone = reset_factors(operator_for(found.pk), found.pk) if reset else 0
    now = find_factors(found.pk)
    value = {
        "email": found.email,
        "password": now.has_password,
        "authenticator_app": now.app_since is not None,
        "passkeys": [one.name for one in now.passkeys],
        "recovery_codes_left": now.recovery_codes_left,
        "taken_away": gone,
    }
    if reset:
        return Said(value, f"{found.email} has no second factor any more; {gone} were taken away.")
    lines = [
        f"password: {'yes' if now.has_password else 'no'}",
        f"authenticator app: {'yes' if now.app_since else 'no'}",
    ]
    lines += [f"passkey: {one.name}" for one in now.passkeys]
    return Said(value, "\n".join([*lines, f"recovery codes left: {now.recovery_codes_left}"]))
