"""A secret on the one screen that ever shows it, with what one does with it next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from portico.web.console.frame import Crumb, show_screen
from portico.web.texts import Text
from portico.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Secret:
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class Example:
    """How to use it, in a language: a text to be copied."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class TryIt:
    """A call that the screen's script makes to this server, and shows what is answered."""

    path: str
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class ShownOnce:
    """`file` is what a download of them holds, under `file_name`."""

    title: Text
    text: Text
    secrets: Sequence[Secret]
    file_name: str
    file: str
    examples: Sequence[Example]
    back: str
    crumbs: tuple[Crumb, ...] = ()
    try_it: TryIt | None = None


def show_once(visit: Visit, shown: ShownOnce) -> HttpResponse:
    return show_screen(visit, "shown_once.html", title=shown.title, crumbs=shown.crumbs, script=True, shown=shown)
