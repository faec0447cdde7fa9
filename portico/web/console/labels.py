"""Tags and lists, which are the same on the screen: one declaration for both."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.contacts.actions.labels import Titled, add_label, change_label, delete_labels
from portico.contacts.models import List, Tag
from portico.contacts.queries.labels import Label, count_of, get_label_document, list_label_documents
from portico.errors import NotFound
from portico.lib.statements import Shape
from portico.web.console.deletions import Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, pages_of, show_list
from portico.web.forms import Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit, go

_PER_PAGE = 50
_SAID: dict[str, Text] = {"saved": lazy("Saved."), "deleted": lazy("Deleted.")}
_FIELDS = (
    Field("title", lazy("Title")),
    Field("description", lazy("Description"), kind="textarea", is_required=False),
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The screens of one kind, and its words."""

    label: Label
    path: str
    one: str
    many: Text
    text: Text
    add_one: Text
    delete_one: Text
    none_yet: Text
    none_like_that: Text
    what_stays: Text

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
                Column(_("Title"), lambda row: row["title"]),
                Column(_("Contacts"), lambda row: row["contacts"], is_number=True),
                Column(_("Description"), lambda row: row["description"] or ""),
            ),
            path=lambda row: f"{self.path}/{row['id']}",
            empty=self.none_like_that if search else self.none_yet,
            add=Link(f"{self.path}/add", self.add_one) if visit.actor.may(Permission.TAGS_WRITE) else None,
        )
        return show_list(
            visit,
            listing,
            json.loads(f"[{page.rows}]"),
            said=_SAID.get(visit.done, ""),
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
        return Sheet(title=self.add_one, button=_("Save"), back=self.path, crumbs=self._above, fields=_FIELDS)

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
        links = [Link(f"/contacts?{self.one}={row['id']}", _("Its contacts"))]
        if visit.actor.may(Permission.TAGS_DELETE):
            links.append(Link(f"{self.path}/{row['id']}/delete", self.delete_one))
        return Sheet(
            title=row["title"],
            button=_("Save") if visit.actor.may(Permission.TAGS_WRITE) else "",
            back=self.path,
            crumbs=self._above,
            fields=[field.holding(row[field.name] or "") for field in _FIELDS],
            links=links,
        )

    @property
    def deletion(self) -> Deletion[dict[str, Any]]:
        return Deletion(
            get=self._get,
            at=lambda row: (*self._above, Crumb(f"{self.path}/{row['id']}", row["title"])),
            lost=lambda *_one: self.what_stays,
            delete=self._delete,
        )

    def _delete(self, visit: Visit, row: dict[str, Any]) -> HttpResponse:
        if not delete_labels(visit.actor, self.label, [row["id"]]):
            raise NotFound(self.one)
        return go(self.path, done="deleted")


def _titled(visit: Visit) -> Titled:
    return Titled(title=visit.text("title"), description=visit.text("description") or None)


TAGS = Labels(
    label=Tag,
    path="/tags",
    one="tag",
    many=lazy("Tags"),
    text=lazy("What contacts are marked with."),
    add_one=lazy("Add tag"),
    delete_one=lazy("Delete this tag"),
    none_yet=lazy("No tag yet."),
    none_like_that=lazy("There is no tag like that."),
    what_stays=lazy("Its contacts stay, without this tag. This cannot be undone."),
)
LISTS = Labels(
    label=List,
    path="/lists",
    one="list",
    many=lazy("Lists"),
    text=lazy("What contacts have asked to hear about."),
    add_one=lazy("Add list"),
    delete_one=lazy("Delete this list"),
    none_yet=lazy("No list yet."),
    none_like_that=lazy("There is no list like that."),
    what_stays=lazy("Its contacts stay, without this list. This cannot be undone."),
)
