"""Sample data: made with one press, taken away with another."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.companies.sample import has_any_sample
from portico.contacts.sample_marks import add_sample
from portico.contacts.sample_removing import remove_sample
from portico.errors import Invalid
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.visits import Visit, go

PATH = "/settings/sample-data"
_CONTACTS = 150
SAID = {
    "sample-added": gettext_lazy("The sample data is there. One press takes it away again."),
    "sample-removed": gettext_lazy(
        "The sample contacts are taken away, and their tags and lists within moments. What you changed has stayed."
    ),
}


def show(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _sheet(visit))


def press(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        wanted = visit.text("press")
        if wanted == "add":
            add_sample(visit.actor, contacts=_CONTACTS)
            return go("/console", done="sample-added")
        if wanted == "remove":
            remove_sample(visit.actor)
            return go("/console", done="sample-removed")
        raise Invalid.one("press", "required", _("Press the button."))

    return tried(visit, _sheet(visit), act)


def _sheet(visit: Visit) -> Sheet:
    has_sample = has_any_sample(visit.actor)
    return Sheet(
        title=_("Sample data"),
        button=_("Take the sample data away") if has_sample else _("Add sample data"),
        text=_(
            "Everything made up goes that is still as it was. What somebody has changed, or written a note or a task"
            " about, has become yours and stays."
        )
        if has_sample
        else _(
            "%(number)s made-up people with tags, lists, fields and firms, to try everything with. Nothing of yours is"
            " touched, and one press takes them away again."
        )
        % {"number": _CONTACTS},
        back="/console",
        fields=(),
        hidden={"press": "remove" if has_sample else "add"},
    )
