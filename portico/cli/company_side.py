"""What the company's own software names, brought in from files."""

import click

from portico.cli.files import Save, add_import


def add_to(main: click.Group) -> None:
    main.add_command(order)
    main.add_command(event)


@click.group()
def order() -> None:
    """Orders that contacts and members have placed."""


def _save_order() -> Save:
    from portico.selling.actions.orders import save_order

    return save_order


add_import(order, "orders", _save_order, "orders.csv")


@click.group()
def event() -> None:
    """Calendar events that members can come to."""


def _save_event() -> Save:
    from portico.selling.actions.calendar import save_event

    return save_event


add_import(event, "events", _save_event, "events.json")
