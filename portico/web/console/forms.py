"""Forms inside the console: what was typed is kept, and what is dangerous is told apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpResponse

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, Outdated, Refusal, TooMany
from portico.web.console.editing import outdated
from portico.web.console.frame import Crumb, show_screen
from portico.web.forms import Field, Link, alert_of, filled
from portico.web.texts import Text
from portico.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Sheet:
    """A screen with one form. `path` is where it goes, "" for the screen itself; `back` leads away from it.

    `press` is a second button, (value, text), that does not yet do what the form is for; `told` is what it has told.
    """

    title: Text
    button: Text
    fields: Sequence[Field]
    back: str
    text: Text = ""
    path: str = ""
    encoding: str = ""
    crumbs: tuple[Crumb, ...] = ()
    is_dangerous: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[Link] = ()
    press: tuple[str, Text] | None = None
    told: Text = ""


def show_sheet(
    visit: Visit, sheet: Sheet, no: Refusal | None = None, *, said: Text = "", is_again: bool = False
) -> HttpResponse:
    """The screen. A form that comes again (`is_again`) keeps what was typed though nothing was wrong."""
    kept = [replace(one, is_kept=one.kind != "password") for one in sheet.fields]
    return show_screen(
        visit,
        "form.html",
        title=sheet.title,
        crumbs=sheet.crumbs,
        no=no,
        sheet=replace(sheet, fields=filled(visit, kept, no, is_again=is_again)),
        alert=alert_of(sheet.fields, no),
        said=said,
    )


def tried(visit: Visit, sheet: Sheet, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What `act` answers, or the form again with what was wrong."""
    try:
        return act()
    except Outdated:
        return show_sheet(visit, sheet, outdated())
    except (Invalid, Conflict, Denied, Gone, TooMany, Busy) as no:
        return show_sheet(visit, sheet, no)
