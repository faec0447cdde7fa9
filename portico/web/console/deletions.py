"""What goes for good: a screen says what is lost with it, and believes only who types its name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.errors import Invalid
from portico.http.routes import Handler
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.forms import Field
from portico.web.texts import Text
from portico.web.visits import Visit

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Words:
    """How it is spoken of. The first and the last have the name in them."""

    title: Text
    button: Text
    wrong: Text


DELETE = Words(lazy("Delete %(name)s"), lazy("Delete"), lazy("Type %(name)s to delete it."))
REVOKE = Words(lazy("Revoke %(name)s"), lazy("Revoke"), lazy("Type %(name)s to revoke it."))
REMOVE = Words(lazy("Remove %(name)s"), lazy("Remove"), lazy("Type %(name)s to remove this person."))


@dataclass(frozen=True, slots=True)
class Deletion(Generic[Row]):
    """A noun declares it once: `screens` are the handlers of its address, for GET and for POST.

    `at` is the way to the thing, itself the last: by that name it is spoken of. `typed` is what has to be typed where
    that is something else. `lost` says what goes with it, and what stays.
    """

    get: Callable[[Visit, int], Row]
    at: Callable[[Row], tuple[Crumb, ...]]
    lost: Callable[[Visit, Row], Text]
    delete: Callable[[Visit, Row], HttpResponse]
    typed: Callable[[Row], str] | None = None
    words: Words = DELETE

    @property
    def screens(self) -> tuple[Handler, Handler]:
        return self.show, self.press

    def show(self, visit: Visit, id: int) -> HttpResponse:
        return show_sheet(visit, self._sheet(visit, self.get(visit, id)))

    def press(self, visit: Visit, id: int) -> HttpResponse:
        row = self.get(visit, id)

        def act() -> HttpResponse:
            if _plain(visit.text("name")) != _plain(self._typed(row)):
                raise Invalid.one("name", "wrong", self.words.wrong % {"name": self._typed(row)})
            return self.delete(visit, row)

        return tried(visit, self._sheet(visit, row), act)

    def _typed(self, row: Row) -> str:
        return self.typed(row) if self.typed else str(self.at(row)[-1].text)

    def _sheet(self, visit: Visit, row: Row) -> Sheet:
        way, typed = self.at(row), self._typed(row)
        return Sheet(
            title=self.words.title % {"name": way[-1].text},
            button=self.words.button,
            text=self.lost(visit, row),
            back=way[-1].path,
            crumbs=way,
            fields=(Field("name", _("Type %(name)s") % {"name": typed}, inputmode="email" if "@" in typed else ""),),
            is_dangerous=True,
        )


def _plain(name: str) -> str:
    """As it is read: a browser shows several blanks as one. Of an address no letter is large or small."""
    text = " ".join(name.split())
    return text.casefold() if "@" in text else text
