"""What the company's own software names, brought in from files."""

import click

from portico.cli.files import Save, add_import


def add_to(main: click.Group) -> None:
    main.add_command(order)
    main.add_command(event)
    main.add_command(training)
    main.add_command(announcement)


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


@click.group()
def training() -> None:
    """Trainings that members can take."""


def _save_training() -> Save:
    from portico.content.actions.learning import save_training

    return save_training


add_import(training, "trainings", _save_training, "trainings.json")


@click.group()
def announcement() -> None:
    """What the company tells its members."""


def _save_announcement() -> Save:
    from portico.content.actions.learning import save_announcement

    return save_announcement


add_import(announcement, "announcements", _save_announcement, "news.json")
