"""What each screen of the console costs in a large company, beside the same screen in a smaller one."""

import http.client
import re
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.report import Report

if TYPE_CHECKING:
    from benchmarks.world import Company, World

WANTED = 1.5
_LOOKS = 9
# Files, which are as long as what is in them, and what is no page.
_NO_SCREENS = re.compile(r"export|\.(csv|ics|json|zip)$|download")
# Screens of one thing, by the list that names it.
_LISTS = ("/contacts", "/tags", "/lists", "/orders", "/content/media", "/settings/people", "/reps")


def compare(world: "World", small: "Company", large: "Company", report: Report) -> None:
    """Each screen's milliseconds in both companies, in turns; one line for each that costs more than WANTED."""
    looks = [_Look(world, company) for company in (small, large)]
    screens = [one.screens() for one in looks]
    ratios: dict[str, float] = {}
    for name in screens[0].keys() & screens[1].keys():
        before, after = _in_turns(looks, [paths[name] for paths in screens])
        ratios[name] = after / before
        if after > WANTED * before:
            told = f"{after:.0f} ms beside {before:.0f} ms: {after / before:.2f} (wanted: {WANTED})"
            report.fact(f"screen {name}", told)
    worst = max(ratios, key=lambda path: ratios[path])
    within = sum(ratio <= WANTED for ratio in ratios.values())
    report.fact(
        f"screens at {large.contacts:,} beside {small.contacts:,} contacts",
        f"{within} of {len(ratios)} cost at most {WANTED} times as much; the most {worst}: {ratios[worst]:.2f}",
    )


def _in_turns(looks: list["_Look"], paths: list[str]) -> list[float]:
    """The middle one of each company's times, without the first."""
    times: list[list[float]] = [[], []]
    for _ in range(_LOOKS):
        for look, path, taken in zip(looks, paths, times, strict=True):
            taken.append(look.milliseconds(path))
    return [median(taken[1:]) for taken in times]


class _Look:
    """A browser of the company's administrator, on a connection that it keeps."""

    def __init__(self, world: "World", company: "Company") -> None:
        self.company = company
        self._cookie = f"{_cookie_name()}={_session(company)}"
        self._line = http.client.HTTPConnection("127.0.0.1", world.port, timeout=60)

    def get(self, path: str) -> str:
        self._line.request("GET", path, headers={"Cookie": self._cookie, "Accept-Language": "en"})
        answer = self._line.getresponse()
        text = answer.read().decode(errors="replace")
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {answer.status}")
        return text

    def milliseconds(self, path: str) -> float:
        start = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - start) * 1000

    def screens(self) -> dict[str, str]:
        """By name: every screen without a number, searches and filters of contacts, and the first of each list."""
        from portico.web.console.routes import CONSOLE

        company = self.company
        plain = [f"/{one.path}" for one in CONSOLE if one.method == "GET" and "<" not in one.path]
        narrowed = {
            "a rare name": f"search={company.rare_term}",
            "a common name": "search=anna",
            "a tag": f"tag={company.tags[0]}",
            "a list": f"list={company.lists[0]}",
            "a status": "status=subscribed",
        }
        ones = {f"{path}/1": self._first(path) for path in _LISTS}
        return {
            **{path: path for path in plain if not _NO_SCREENS.search(path) and self._opens(path)},
            **{f"/contacts of {name}": f"/contacts?{query}" for name, query in narrowed.items()},
            **{name: path for name, path in ones.items() if path},
        }

    def _opens(self, path: str) -> bool:
        """Not where a screen asks for an upload, a choice or a part that this company has not switched on."""
        try:
            self.get(path)
        except RuntimeError:
            return False
        return True

    def _first(self, path: str) -> str:
        found = re.search(rf'href="({path}/\d+)"', self.get(path))
        return found[1] if found else ""


def _cookie_name() -> str:
    from portico.web.browsers import COOKIE

    return COOKIE


def _session(company: "Company") -> str:
    """A session of an administrator, who is added when there is none."""
    from portico.access import Role, operator, stranger
    from portico.companies.models import Company as CompanyRow
    from portico.identity.actions.people import add_member
    from portico.identity.actions.sessions import begin_browser_session
    from portico.identity.models import Membership

    id, email = CompanyRow.objects.get(slug=company.slug).pk, f"admin@{company.slug}.test"
    member = Membership.objects.filter(company_id=id, user__email=email).first()
    member = member or add_member(operator(id), email=email, role=Role.ADMIN, name="Admin", permissions=())
    return begin_browser_session(stranger(wire="web"), member, methods=["passcode"])[1]
