"""Modules: the protocols that this company speaks, and the parts of the contact base that it uses."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.companies.actions import switch_module
from portico.errors import Invalid, NotFound
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, show_list
from portico.web.forms import Choice, Field
from portico.web.texts import Text
from portico.web.visits import Visit, go

PATH = "/modules"


@dataclass(frozen=True, slots=True)
class _Module:
    name: str
    text: Text


_MODULES = {
    "remote-authentication": _Module(
        "Remote Authentication",
        lazy("Other sites verify the login of a contact with a security code, as ActiveMember360 does it."),
    ),
    "fluentcrm": _Module("FluentCRM REST API", lazy("Integrations come in as managers with API keys.")),
    "fluid": _Module("Fluid Rep API", lazy("Sales reps sign in with apps and see their own contacts.")),
    "organizations": _Module("Companies", lazy("Where contacts work: FluentCRM's companies.")),
    "event-tracking": _Module("Event Tracking", lazy("What contacts did elsewhere, as other systems tell it.")),
}


def show(visit: Visit) -> HttpResponse:
    on = visit.actor.modules
    listing = Listing(
        title="Modules",
        text=_("What is off answers as if it were not there."),
        columns=(
            Column(_("Module"), lambda row: row[1].name),
            Column(_("Is"), lambda row: _("on") if row[0] in on else _("off")),
            Column(_("What it does"), lambda row: row[1].text),
        ),
        path=lambda row: f"{PATH}/{row[0]}",
        empty="",
    )
    said = _("%(module)s is saved.") % {"module": _MODULES[visit.done].name} if visit.done in _MODULES else ""
    return show_list(visit, listing, _MODULES.items(), said=said)


def show_one(visit: Visit, name: str) -> HttpResponse:
    return show_sheet(visit, _sheet(visit, name))


def save(visit: Visit, name: str) -> HttpResponse:
    sheet = _sheet(visit, name)

    def act() -> HttpResponse:
        if visit.text("is_on") not in {"yes", "no"}:
            raise Invalid.one("is_on", "required", _("Choose Yes or No."))
        switch_module(visit.actor, module=name, on=visit.text("is_on") == "yes")
        return go(PATH, done=name)

    return tried(visit, sheet, act)


def _sheet(visit: Visit, name: str) -> Sheet:
    module = _MODULES.get(name)
    if module is None:
        raise NotFound("module")
    is_on = name in visit.actor.modules
    return Sheet(
        title=module.name,
        button="Save Settings",
        text=module.text,
        back=PATH,
        crumbs=(Crumb(PATH, "Modules"),),
        fields=(
            Field(
                "is_on",
                _("Enable %(name)s module") % {"name": module.name},
                kind="radio",
                choices=(Choice("yes", "Yes", is_chosen=is_on), Choice("no", "No", is_chosen=not is_on)),
            ),
        ),
    )
