"""The list of contacts: found, narrowed down, in the columns that one wants, ticked, taken along as a file."""

import json
from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.contacts.actions.exporting import export_contacts
from portico.contacts.models import Consent
from portico.contacts.queries.contacts import Page, list_contact_documents
from portico.contacts.queries.narrowing import NO_OWNER, Choices, chosen_by, list_choices
from portico.contacts.queries.views import list_views
from portico.errors import Invalid, NotFound
from portico.identity.queries.members import list_owner_emails
from portico.web.console.contact_columns import COLUMNS, CUSTOM, as_columns, as_exported, known_columns, shape_of
from portico.web.console.contact_view import PATH, View, chips_of
from portico.web.console.lists import SEARCH, Column, Fold, Listing, Narrowing, Pages, Ticking, pages_of, show_list
from portico.web.console.person_rows import name_of
from portico.web.figures import number
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit
from portico.web.words import word

_PER_PAGE = 25
_BOUND = 10_000  # of those who match a search or filter nobody counts more
_MOST_OWNERS = 100  # that are offered; others are typed


def show(visit: Visit) -> HttpResponse:
    view, choices = View.of(visit.request.GET), list_choices(visit.actor)
    columns = known_columns(view.columns, dict(choices.fields))
    page = Page(0, "", visit.page, _PER_PAGE)
    no: Invalid | NotFound | None = None
    try:
        chosen = chosen_by(visit.actor, view.narrowed)
        page = list_contact_documents(
            visit.actor, shape_of(columns), chosen, page=visit.page, per_page=_PER_PAGE, bound=_BOUND
        )
    except (Invalid, NotFound) as problem:
        no = problem
    return show_list(
        visit,
        _listing(visit, view, columns, choices),
        json.loads(f"[{page.rows}]"),
        said=_said(visit),
        narrowing=_narrowing(visit, view, columns, choices),
        pages=_pages(visit, page.total),
        ticking=_ticking(view, page.total) if visit.actor.may(Permission.CONTACTS_WRITE) else None,
        no=no,
        address=view.address,
        template="contacts.html",
        query=view.query,
        views=list(list_views(visit.actor)),
        may_export=visit.actor.may(Permission.CONTACTS_EXPORT),
    )


def _pages(visit: Visit, total: int) -> Pages:
    is_more = total == _BOUND + 1  # a kept total may be this too, and then says a little less than it could
    pages = pages_of(visit, total=_BOUND if is_more else total, number=visit.page, size=_PER_PAGE)
    return replace(pages, is_more=is_more)


def _said(visit: Visit) -> str:
    return {
        "deleted": _("The contact is deleted."),
        "nobody": _("Nobody was chosen: tick somebody first."),
        "view": _("The view is saved."),
        "view-deleted": _("The view is deleted. This is what it showed: save it again if you still want it."),
    }.get(visit.done, "")


def _listing(visit: Visit, view: View, columns: Sequence[str], choices: Choices) -> Listing:
    may_write = visit.actor.may(Permission.CONTACTS_WRITE)
    return Listing(
        title=_("Contacts"),
        text=_("The people that the company knows, newest first."),
        columns=(Column(_("Name"), name_of), *as_columns(columns, dict(choices.fields))),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("Nobody is like that.") if view.asked else _("Nobody yet. Add somebody, or import a file."),
        add=Link(f"{PATH}/add", _("Add contact")) if may_write else None,
        links=(Link("/bulk-changes", _("Bulk changes")),) if may_write else (),
    )


def _ticking(view: View, total: int) -> Ticking:
    is_known = total != _BOUND + 1
    every = (
        _("Change all %(count)s that match…") % {"count": number(total)} if is_known else _("Change all that match…")
    )
    buttons = (("ticked", _("Change those ticked…")), ("all", every))
    return Ticking("/bulk-changes", buttons, {"view": view.query})


def _narrowing(visit: Visit, view: View, columns: Sequence[str], choices: Choices) -> Narrowing:
    asked = view.narrowed
    fields = (
        SEARCH.holding(asked.search),
        _text("tag", _("Tag"), asked.tag, [title for _id, title in choices.tags]),
        _text("list", _("List"), asked.list, [title for _id, title in choices.lists]),
        _choice("status", _("Status"), [(one, word(one)) for one in Consent.values], asked.status),
    )
    more = _more(visit, view, choices)
    is_open = bool(asked.owner or asked.segment or asked.field)
    folds = [Fold(_("More filters"), more, is_open=is_open)] if more else []
    return Narrowing(fields, chips_of(view, choices), (*folds, Fold(_("Columns"), (_columns(columns, choices),))))


def _more(visit: Visit, view: View, choices: Choices) -> list[Field]:
    asked, fields = view.narrowed, []
    if not visit.actor.owns_only:
        hint = _("An e-mail address, or %(none)s for contacts that nobody owns.") % {"none": NO_OWNER}
        emails = [NO_OWNER, *list_owner_emails(visit.actor, count=_MOST_OWNERS)]
        fields.append(_text("owner", _("Owner"), asked.owner, emails, hint))
    if choices.segments:
        fields.append(_choice("segment", _("Segment"), choices.segments, asked.segment))
    if choices.fields:
        fields.append(_choice("field", _("Custom field"), choices.fields, asked.field))
        fields.append(_text("value", _("What is in it"), asked.value, (), _("Empty: anything.")))
    return fields


def _text(name: str, label: str, value: str, suggestions: Sequence[str], hint: str = "") -> Field:
    return Field(name, label, value=value, suggestions=suggestions, hint=hint, is_required=False, is_plain=True)


def _choice(name: str, label: str, known: Sequence[tuple[str, str]], value: str) -> Field:
    choices = [Choice("", _("Any")), *(Choice(one, text, is_chosen=one == value) for one, text in known)]
    return Field(name, label, kind="select", choices=choices, is_required=False, is_plain=True)


def _columns(shown: Sequence[str], choices: Choices) -> Field:
    known = [*((name, str(one.label)) for name, one in COLUMNS.items())]
    known += [(f"{CUSTOM}{slug}", label) for slug, label in choices.fields]
    boxes = [Choice(name, label, is_chosen=name in shown) for name, label in known]
    return Field("column", _("Shown beside the name"), kind="checkboxes", choices=boxes, is_plain=True)


def export(visit: Visit) -> StreamingHttpResponse:
    """Whoever the address asks for, in its columns."""
    view = View.of(visit.request.GET)
    columns = known_columns(view.columns, dict(list_choices(visit.actor).fields))
    pieces = export_contacts(visit.actor, chosen_by(visit.actor, view.narrowed), as_exported(columns))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contacts-{timezone.now():%Y-%m-%d}.csv"'
    return response
