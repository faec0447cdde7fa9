"""Views of the contact list that somebody has saved for itself: listed, renamed, deleted."""

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from portico.contacts.actions.views import LONGEST_NAME, add_view, delete_view, rename_view
from portico.contacts.models import ContactView
from portico.contacts.queries.views import get_view, list_views
from portico.errors import Invalid
from portico.web.console.contact_view import PATH as CONTACTS
from portico.web.console.contact_view import View
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, show_list
from portico.web.figures import day
from portico.web.forms import Field, Link
from portico.web.visits import Visit, go

PATH = "/saved-views"


def show(visit: Visit) -> HttpResponse:
    listing = Listing(
        title=_("Saved views"),
        text=_("Filters and columns of the contact list that you have saved. Nobody else sees them."),
        columns=(
            Column(_("Name"), lambda view: view.name),
            Column(_("Saved"), lambda view: day(view.created_at)),
        ),
        path=lambda view: f"{PATH}/{view.pk}",
        empty=_("None yet. Narrow the contacts down as you like to see them, and save that view below the list."),
        crumbs=_above(),
    )
    return show_list(visit, listing, list_views(visit.actor), said=_("Saved.") if visit.done == "saved" else "")


def _above() -> tuple[Crumb, ...]:
    return (Crumb(CONTACTS, _("Contacts")),)


def add(visit: Visit) -> HttpResponse:
    """What the form sends is read and written again: only ever an address of the list is kept."""
    view = View.of(QueryDict(visit.text("view")))
    sheet = Sheet(
        title=_("Save this view"),
        button=_("Save"),
        fields=(_name(),),
        back=view.address,
        path=PATH,
        crumbs=_above(),
        hidden={"view": view.query},
    )

    def act() -> HttpResponse:
        add_view(visit.actor, name=visit.text("name"), query=view.query)
        return go(f"{view.address}{'&' if view.query else '?'}done=view")

    return tried(visit, sheet, act)


def _name() -> Field:
    hint = _("At most %(count)s characters.") % {"count": LONGEST_NAME}
    return Field("name", _("Name of the view"), hint=hint)


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(get_view(visit.actor, id)))


def _existing(view: ContactView) -> Sheet:
    return Sheet(
        title=view.name,
        button=_("Save"),
        fields=(_name().holding(view.name),),
        back=PATH,
        crumbs=(*_above(), Crumb(PATH, _("Saved views"))),
        links=(
            Link(f"{CONTACTS}?{view.query}", _("Open this view")),
            Link(f"{PATH}/{view.pk}/delete", _("Delete this view")),
        ),
    )


def change(visit: Visit, id: int) -> HttpResponse:
    view = get_view(visit.actor, id)

    def act() -> HttpResponse:
        rename_view(visit.actor, id, name=visit.text("name"))
        return go(PATH, done="saved")

    return tried(visit, _existing(view), act)


def show_delete(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _deletion(get_view(visit.actor, id)))


def _deletion(view: ContactView) -> Sheet:
    return Sheet(
        title=_("Delete %(name)s") % {"name": view.name},
        button=_("Delete"),
        text=_("The contacts stay as they are. You will see what the view showed, and can save it again."),
        fields=(),
        back=f"{PATH}/{view.pk}",
        crumbs=(*_above(), Crumb(PATH, _("Saved views")), Crumb(f"{PATH}/{view.pk}", view.name)),
        hidden={"is_sure": "yes"},
        is_dangerous=True,
    )


def delete(visit: Visit, id: int) -> HttpResponse:
    """Opens what it showed, from where it can be saved again."""
    view = get_view(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("is_sure") != "yes":
            raise Invalid.one("is_sure", "required", _("Press Delete to delete it."))
        delete_view(visit.actor, id)
        return go(f"{CONTACTS}?{view.query}{'&' if view.query else ''}done=view-deleted")

    return tried(visit, _deletion(view), act)
