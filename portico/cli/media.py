"""The company's media, put up from files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portico.cli.base import Said, command, company_option, table

if TYPE_CHECKING:
    from portico.access import Actor
    from portico.content.models import Medium


def add_to(main: click.Group) -> None:
    @main.group("media")
    def media() -> None:
        """What a company gives its people to share."""

    command(media, "add")(add)
    command(media, "list")(list_all)


@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", help="What people see; without it the file's name. For one file.")
@click.option("--category", default="", help="A word by which people find them.")
@click.option("--private", is_flag=True, help="Open the files with signed addresses only.")
@company_option
def add(files: tuple[Path, ...], slug: str, title: str | None, category: str, *, private: bool) -> Said:
    """Put up pictures, films, sounds and PDFs for everybody in the company.

    \b
    portico media add spring.mp4 --company acme --title "Spring film" --category Products
    portico media add brochures/*.pdf --company acme
    """
    if title is not None and len(files) > 1:
        raise click.UsageError("--title is for one file.")
    actor = _operator(slug)
    fields = {"category": category, "is_private": private, **({"title": title} if title is not None else {})}
    added = [_added(actor, path, fields) for path in files]
    rows = [{"id": medium.pk, "title": medium.title, "kind": str(medium.kind)} for medium in added]
    return Said(rows, "\n".join(f"{row['id']}  {row['kind']}  {row['title']}" for row in rows))


def _added(actor: "Actor", path: Path, fields: dict[str, object]) -> "Medium":
    from portico.content.actions.media import Sent, add_medium
    from portico.content.files.store import Incoming

    with Incoming() as incoming:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                incoming.write(part)
        return add_medium(actor, Sent(incoming.done(), path.name), fields, of_company=True)


@company_option
def list_all(slug: str) -> Said:
    """Show what the company and its people have put up, newest first.

    \b
    portico media list --company acme
    """
    from portico.content.queries.media import visible_media

    rows = [
        {
            "id": medium.pk,
            "kind": medium.kind,
            "title": medium.title,
            "whose": "company" if medium.owner_id is None else "upload",
        }
        for medium in visible_media(_operator(slug)).order_by("-pk")
    ]
    return table(rows, ["id", "kind", "whose", "title"], empty="No media yet.")


def _operator(slug: str) -> "Actor":
    from portico.access import operator
    from portico.companies.queries import get_company

    return operator(get_company(slug).pk)
