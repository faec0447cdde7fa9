"""Forms inside the console: fields with errors beside them, what was typed kept, and what is dangerous told apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpResponse

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, Problem, Refusal, TooMany
from portico.web.console.frame import Crumb, show_screen
from portico.web.forms import Link
from portico.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    hint: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One field. `kind` is "select", "radio" or "checkboxes", which have choices, "textarea", or an input's type."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    value: str = ""
    choices: Sequence[Choice] = ()
    autocomplete: str = "off"
    is_required: bool = True
    is_plain: bool = False  # without saying that it may be left empty
    error: str = ""

    def holding(self, value: str) -> "Entry":
        return replace(self, value=value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A screen with one form. `path` is where it goes, "" for the screen itself; `back` leads away from it."""

    title: str
    button: str
    entries: Sequence[Entry]
    back: str
    text: str = ""
    path: str = ""
    crumbs: tuple[Crumb, ...] = ()
    is_dangerous: bool = False
    hidden: dict[str, str] = field(default_factory=dict)
    links: Sequence[Link] = ()


def show_sheet(visit: Visit, sheet: Sheet, no: Refusal | None = None, *, said: str = "") -> HttpResponse:
    entries = [_filled(visit, entry, no) for entry in sheet.entries]
    return show_screen(
        visit,
        "form.html",
        title=sheet.title,
        crumbs=sheet.crumbs,
        no=no,
        sheet=replace(sheet, entries=entries),
        alert=_alert(sheet, no),
        said=said,
    )


def tried(visit: Visit, sheet: Sheet, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What `act` answers, or the form again with what was wrong and everything that was typed."""
    try:
        return act()
    except (Invalid, Conflict, Denied, Gone, TooMany, Busy) as no:
        return show_sheet(visit, sheet, no)


def _filled(visit: Visit, entry: Entry, no: Refusal | None) -> Entry:
    if no is None:
        return entry
    error = next((problem.text for problem in _problems(no) if problem.field == entry.name), "")
    sent = set(visit.request.POST.getlist(entry.name))
    choices = [replace(choice, is_chosen=choice.value in sent) for choice in entry.choices]
    return replace(entry, value=visit.text(entry.name), choices=choices, error=error)


def _alert(sheet: Sheet, no: Refusal | None) -> str:
    """What is wrong with no field of this form in particular."""
    if not isinstance(no, Invalid):
        return str(no) if no else ""
    names = {entry.name for entry in sheet.entries}
    return " ".join(problem.text for problem in no.problems if problem.field not in names)


def _problems(no: Refusal) -> Sequence[Problem]:
    return no.problems if isinstance(no, Invalid) else ()
