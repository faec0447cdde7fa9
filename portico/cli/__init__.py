"""The `portico` command: one file a noun. A command says what was asked, calls the core once, and prints the answer."""

import click

from portico.cli import (
    audit,
    companies,
    contacts,
    credentials,
    entering,
    imports,
    mail,
    merging,
    people,
    persons,
    running,
    sample,
    sessions,
)
from portico.cli.base import CONTEXT


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="portico", message="Portico %(version)s")
def main() -> None:
    """Portico: one contact base behind three existing protocols.

    \b
    Start it:             portico up --demo
    Then, elsewhere:      portico company add acme --name "Acme Ltd"
    What each one takes:  portico COMMAND --help
    """


for file in (
    running,
    companies,
    people,
    entering,
    sessions,
    credentials,
    contacts,
    imports,
    merging,
    persons,
    sample,
    mail,
    audit,
):
    file.add_to(main)
