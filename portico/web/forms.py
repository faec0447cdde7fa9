"""Forms as data, and the one template that shows them: labels, hints, errors beside their fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse

from portico.errors import Busy, Conflict, Gone, Invalid, Refusal, TooMany
from portico.web.core_texts import from_core
from portico.web.errors import STATUSES
from portico.web.pages import page
from portico.web.texts import Text
from portico.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: Text
    hint: Text = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` is "select", "radio" or "checkboxes", which have choices, "textarea", or what HTML calls an input's type.

    A kept field shows again what was typed. A plain one does not say that it may be left empty. Suggestions are texts
    that a browser offers while somebody types.
    """

    name: str
    label: Text
    kind: str = "text"
    autocomplete: str = "off"
    hint: Text = ""
    value: str = ""
    choices: Sequence[Choice] = ()
    suggestions: Sequence[str] = ()
    error: str = ""
    inputmode: str = ""
    is_kept: bool = False
    is_required: bool = True
    is_plain: bool = False
    has_focus: bool = False

    def holding(self, value: str) -> "Field":
        return replace(self, value=value)


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    text: Text


@dataclass(frozen=True, slots=True)
class Passkey:
    """A button that asks the browser for a passkey, and sends what it answers. `options` is JSON for the browser."""

    button: Text
    options: str
    does: str = "get"  # or create
    path: str = ""  # where the answer goes; "" for the page itself


@dataclass(frozen=True, slots=True)
class Form:
    """A page with one form, and beside it perhaps a passkey and links.

    `path` is where it goes, "" for the page itself. `picture` (SVG) and `shown` (a text to be copied) stand above it.
    """

    title: Text
    button: Text = ""
    path: str = ""
    picture: str = ""
    shown: str = ""
    fields: Sequence[Field] = ()
    text: Text = ""
    links: Sequence[Link] = ()
    passkey: Passkey | None = None


def show_form(visit: Visit, form: Form, no: Refusal | None = None, *, said: Text = "") -> HttpResponse:
    """The page. `no` is why what was sent cannot be taken; `said` a sentence about what was done before."""
    response = page(
        visit.request,
        "form.html",
        status=STATUSES[type(no)] if no else 200,
        form_action="'self'",
        script="'self'" if form.passkey else "'none'",
        form=replace(form, fields=filled(visit, form.fields, no)),
        alert=alert_of(form.fields, no),
        said=said,
        visit=visit,
    )
    if isinstance(no, TooMany | Busy):
        response["Retry-After"] = str(no.retry_after)
    return response


def tried(visit: Visit, form: Form, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What `act` answers, or the form again with what was wrong."""
    try:
        return act()
    except (Invalid, Conflict, Gone, TooMany, Busy) as no:
        return show_form(visit, form, no)


def filled(visit: Visit, fields: Sequence[Field], no: Refusal | None, *, is_again: bool = False) -> list[Field]:
    """The fields as they are shown after `no`: errors beside them, what was typed kept, where to begin.

    A form that comes again though nothing was wrong keeps what was typed too, and moves nobody.
    """
    errors = {problem.field: from_core(problem.text) for problem in no.problems} if isinstance(no, Invalid) else {}
    otherwise = fields[0].name if fields and not is_again else ""
    first = next((field.name for field in fields if field.name in errors), otherwise)
    return [
        replace(
            _kept(visit, field) if field.is_kept and (no or is_again) else field,
            error=errors.get(field.name, ""),
            has_focus=field.name == first,
        )
        for field in fields
    ]


def _kept(visit: Visit, field: Field) -> Field:
    sent = set(visit.request.POST.getlist(field.name))
    choices = [replace(choice, is_chosen=choice.value in sent) for choice in field.choices]
    return replace(field, value=visit.text(field.name), choices=choices)


def alert_of(fields: Sequence[Field], no: Refusal | None) -> str:
    """What is wrong with none of these fields in particular."""
    if not isinstance(no, Invalid):
        return from_core(str(no)) if no else ""
    names = {field.name for field in fields}
    return " ".join(from_core(problem.text) for problem in no.problems if problem.field not in names)
