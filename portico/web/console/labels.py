"""Tags and lists, which are the same on the screen: one declaration for both."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from portico.access import Permission
from portico.contacts.actions.labels import Titled, add_label, change_label, delete_labels
from portico.contacts.models import List, Tag
from portico.contacts.queries.labels import Label, count_of, get_label_document, list_label_documents
from portico.errors import Invalid, NotFound
from portico.lib.statements import Shape
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, pages_of, show_list
from portico.web.forms import Field, Link
from portico.web.visits import Visit, go

_PER_PAGE = 50
_FIELDS = (
    Field("title", "Title"),
    Field("description", "Description", kind="textarea", is_required=False),
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The screens of one kind."""

    label: Label
    path: str
    one: str
    many: str
    text: str

    @property
    def _above(self) -> tuple[Crumb, ...]:
        return (Crumb(self.path, self.many),)

    def show(self, visit: Visit) -> HttpResponse:
        search = visit.asked("search")
        number = visit.page
        shape = Shape({"id": "id", "title": "title", "description": "description", "contacts": count_of(self.label)})
        page = list_label_documents(visit.actor, self.label, shape, search=search, page=number, per_page=_PER_PAGE)
        listing = Listing(
            title=self.many,
            text=self.text,
            columns=(
                Column("Title", lambda row: row["title"]),
                Column("Contacts", lambda row: row["contacts"], is_number=True),
                Column("Description", lambda row: row["description"] or ""),
            ),
            path=lambda row: f"{self.path}/{row['id']}",
            empty=f"There is no {self.one} like that." if search else f"No {self.one} yet.",
            add=Link(f"{self.path}/add", f"Add {self.one}") if visit.actor.may(Permission.TAGS_WRITE) else None,
        )
        return show_list(
            visit,
            listing,
            json.loads(f"[{page.rows}]"),
            said={"saved": "Saved.", "deleted": "Deleted."}.get(visit.done, ""),
            narrowing=Narrowing((SEARCH.holding(search),)),
            pages=pages_of(visit, total=page.total, number=number, size=_PER_PAGE),
        )

    def show_add(self, visit: Visit) -> HttpResponse:
        return show_sheet(visit, self._new())

    def add(self, visit: Visit) -> HttpResponse:
        def act() -> HttpResponse:
            add_label(visit.actor, self.label, _titled(visit))
            return go(self.path, done="saved")

        return tried(visit, self._new(), act)

    def _new(self) -> Sheet:
        return Sheet(title=f"Add {self.one}", button="Save", back=self.path, crumbs=self._above, fields=_FIELDS)

    def show_one(self, visit: Visit, id: int) -> HttpResponse:
        return show_sheet(visit, self._existing(visit, self._get(visit, id)))

    def change(self, visit: Visit, id: int) -> HttpResponse:
        row = self._get(visit, id)

        def act() -> HttpResponse:
            change_label(visit.actor, self.label, _titled(visit), id=id, keep_slug=True)
            return go(self.path, done="saved")

        return tried(visit, self._existing(visit, row), act)

    def _get(self, visit: Visit, id: int) -> dict[str, Any]:
        shape = Shape({"id": "id", "title": "title", "description": "description"})
        row: dict[str, Any] = json.loads(get_label_document(visit.actor, self.label, shape, id))
        return row

    def _existing(self, visit: Visit, row: dict[str, Any]) -> Sheet:
        links = [Link(f"/contacts?{self.one}={row['id']}", "Its contacts")]
        if visit.actor.may(Permission.TAGS_DELETE):
            links.append(Link(f"{self.path}/{row['id']}/delete", f"Delete this {self.one}"))
        return Sheet(
            title=row["title"],
            button="Save" if visit.actor.may(Permission.TAGS_WRITE) else "",
            back=self.path,
            crumbs=self._above,
            fields=[field.holding(row[field.name] or "") for field in _FIELDS],
            links=links,
        )

    def show_delete(self, visit: Visit, id: int) -> HttpResponse:
        return show_sheet(visit, self._deletion(self._get(visit, id)))

    def delete(self, visit: Visit, id: int) -> HttpResponse:
        row = self._get(visit, id)

        def act() -> HttpResponse:
            if visit.text("title").strip() != row["title"].strip():
                raise Invalid.one("title", "wrong", f"Type {row['title']} to delete it.")
            if not delete_labels(visit.actor, self.label, [id]):
                raise NotFound(self.one)
            return go(self.path, done="deleted")

        return tried(visit, self._deletion(row), act)

    def _deletion(self, row: dict[str, Any]) -> Sheet:
        return Sheet(
            title=f"Delete {row['title']}",
            button="Delete",
            text=f"Its contacts stay, without this {self.one}. This cannot be undone.",
            back=f"{self.path}/{row['id']}",
            crumbs=(*self._above, Crumb(f"{self.path}/{row['id']}", row["title"])),
            fields=(Field("title", f"Type {row['title']}"),),
            is_dangerous=True,
        )


def _titled(visit: Visit) -> Titled:
    return Titled(title=visit.text("title"), description=visit.text("description") or None)


TAGS = Labels(Tag, "/tags", "tag", "Tags", "What contacts are marked with.")
LISTS = Labels(List, "/lists", "list", "Lists", "What contacts have asked to hear about.")
