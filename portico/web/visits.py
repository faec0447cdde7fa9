"""One request to a page of ours, as plain values, and where it leads next."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portico.access import Actor
from portico.errors import NotSignedIn
from portico.identity.queries.sessions import LiveSession
from portico.lib.origins import origin_of
from portico.lib.texts import is_storable

_ID = re.compile(r"[0-9]{1,18}")
_LAST_PAGE = 10**7  # beyond any list


@dataclass(frozen=True, slots=True)
class Visit:
    """`actor` is the session's, or the stranger who opened the page."""

    request: HttpRequest
    actor: Actor
    session: LiveSession | None

    def text(self, name: str) -> str:
        """What a form's field holds, "" without it."""
        return str(self.request.POST.get(name, ""))

    def number(self, name: str) -> int:
        """An id that a form holds, 0 for what is none."""
        text = self.text(name)
        return int(text) if _ID.fullmatch(text) else 0

    def numbers(self, name: str) -> list[int]:
        """The ids that a form holds under this name, without what is none."""
        return [int(text) for text in self.request.POST.getlist(name) if _ID.fullmatch(text)]

    def asked(self, name: str) -> str:
        """What the address says for this name, "" without it; never what no database takes."""
        text = str(self.request.GET.get(name, "")).strip()
        return text if is_storable(text) else ""

    def number_asked(self, name: str) -> int:
        """The same for a number, 0 for what is none."""
        text = self.asked(name)
        return int(text) if _ID.fullmatch(text) else 0

    @property
    def page(self) -> int:
        """Which page of a list the address asks for, from 1."""
        return max(1, min(self.number_asked("page"), _LAST_PAGE))

    @property
    def next(self) -> str:
        """Where the person wanted to go: a path of ours, "" for none or anything else."""
        wanted = self.request.GET.get("next", "")
        return wanted if is_own_path(wanted) else ""

    def onward(self, path: str, **parameters: str) -> str:
        """The address of another page of ours that leads to the same end."""
        return _address(path, **parameters, next=self.next)

    @property
    def done(self) -> str:
        """What a form that led here has done, by a short name."""
        return str(self.request.GET.get("done", ""))

    @property
    def live(self) -> LiveSession:
        """The session, on pages for who is signed in."""
        if self.session is None:
            raise NotSignedIn
        return self.session


def is_own_path(text: str) -> bool:
    """Whether a browser that follows this stays with us: //elsewhere would not, nor a backslash for a slash."""
    return text.startswith("/") and not text.startswith("//") and origin_of(settings.PUBLIC_URL + text) is not None


def go(path: str, **parameters: str) -> HttpResponse:
    """On to another page of ours; parameters that are empty are left out."""
    response = HttpResponseRedirect(_address(path, **parameters))
    response.status_code = 303
    return response


def _address(path: str, **parameters: str) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
