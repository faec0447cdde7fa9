"""Tags and lists, by which contacts are sorted."""

from typing import TYPE_CHECKING, Literal

import click

from portico.cli.base import Said, command, company_option, table
from portico.cli.contacts import operator_of

if TYPE_CHECKING:
    from portico.contacts.queries.labels import Label

_Kind = Literal["tag", "list"]


def add_to(main: click.Group) -> None:
    for kind in ("tag", "list"):
        main.add_command(_group_of(kind))


def _group_of(kind: _Kind) -> click.Group:
    group = click.Group(kind, help=f"{kind.title()}s, by which contacts are sorted.")

    @company_option
    def list_(slug: str) -> Said:
        from portico.contacts.queries.labels import list_labels

        found = list_labels(operator_of(slug), _label(kind))
        rows = [{"id": one.id, "title": one.title, "slug": one.slug, "contacts": one.contacts} for one in found]
        return table(rows, ["id", "title", "slug", "contacts"], empty=f"There is no {kind}.")

    @click.argument("title")
    @company_option
    def add(title: str, slug: str) -> Said:
        from portico.contacts.actions.labels import Titled, add_label

        made = add_label(operator_of(slug), _label(kind), Titled(title))
        value = {"id": made.pk, "title": made.title, "slug": made.slug}
        return Said(value, f"{kind.title()} {made.pk} is {made.title}.")

    @click.argument("id", type=click.IntRange(1))
    @company_option
    def delete(id: int, slug: str) -> Said:
        from portico.contacts.actions.labels import delete_labels
        from portico.errors import NotFound

        if not delete_labels(operator_of(slug), _label(kind), [id]):
            raise NotFound(kind)
        return Said({"id": id}, f"{kind.title()} {id} is deleted.")

    helps = {
        "list": f"Show a company's {kind}s, and how many contacts have each.\n\n\b\nportico {kind} list --company acme",
        "add": f'Add a {kind}.\n\n\b\nportico {kind} add "News" --company acme',
        "delete": f"Delete a {kind}, from its contacts too.\n\n\b\nportico {kind} delete 3 --company acme",
    }
    for name, function in (("list", list_), ("add", add), ("delete", delete)):
        function.__doc__ = helps[name]
        command(group, name)(function)
    return group


def _label(kind: _Kind) -> "Label":
    from portico.contacts.models import List, Tag

    return Tag if kind == "tag" else List
