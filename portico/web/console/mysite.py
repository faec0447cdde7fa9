"""MySite: what somebody's own public page says beside its profile, and whether it is there."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.actions.sites import change_site
from portico.content.models import Site
from portico.content.queries.sites import get_own_site_document, own_site_times, site_address
from portico.errors import NotFound
from portico.lib.statements import Shape
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/mysite"
_SITE = Shape(
    {
        "url": site_address(),
        "title": "title",
        "theme": "theme",
        "has_form": "has_form",
        "is_published": "is_published",
        "views": own_site_times("site_views"),
        "leads": own_site_times("site_leads"),
    }
)
# How it would be: it is made when it is saved for the first time.
_NONE_YET = {"url": "", "title": "", "theme": Site.Theme.AUTO, "has_form": True, "is_published": True}


def show(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _sheet(_get(visit)), said=_("Saved.") if visit.done == "saved" else "")


def _get(visit: Visit) -> Mapping[str, Any]:
    try:
        row: dict[str, Any] = json.loads(get_own_site_document(visit.actor, _SITE))
    except NotFound:
        return _NONE_YET
    return row


def save(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        shown = set(visit.request.POST.getlist("shown"))
        fields = {
            "title": visit.text("title").strip(),
            "theme": visit.text("theme"),
            "has_form": "has_form" in shown,
            "is_published": "is_published" in shown,
        }
        change_site(visit.actor, fields)
        return go(PATH, done="saved")

    return tried(visit, _sheet(_get(visit)), act)


def _sheet(row: Mapping[str, Any]) -> Sheet:
    themes = {
        Site.Theme.AUTO: _("As the visitor's device has it"),
        Site.Theme.LIGHT: _("Light"),
        Site.Theme.DARK: _("Dark"),
    }
    shown = (
        Choice("is_published", _("The page is there for everybody"), is_chosen=row["is_published"]),
        Choice("has_form", _("With a form in which visitors leave their address"), is_chosen=row["has_form"]),
    )
    return Sheet(
        title=_("MySite"),
        button=_("Save"),
        text=_text(row),
        back="/console",
        fields=(
            Field("title", _("What stands on top"), value=row["title"], is_required=False),
            Field(
                "theme",
                _("Colours"),
                kind="select",
                choices=[Choice(value, text, is_chosen=value == row["theme"]) for value, text in themes.items()],
            ),
            Field("shown", _("Shown"), kind="checkboxes", choices=shown, is_required=False),
        ),
        links=[Link(row["url"], _("Open your page"))] if row["url"] and row["is_published"] else (),
    )


def _text(row: Mapping[str, Any]) -> str:
    if not row["url"]:
        return _("Your own public page, with your name, picture and links. You have none yet: save to make it.")
    return _("Your page is %(address)s. Views so far: %(views)s. Left their address: %(leads)s.") % {
        "address": row["url"],
        "views": row["views"],
        "leads": row["leads"],
    }
