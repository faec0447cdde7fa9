"""Every screen that a browser can open, found by walking the routes."""

from portico.access import stranger
from portico.companies.models import Company
from portico.content.actions.sites import make_site
from portico.content.queries.sites import own_site
from portico.http.routes import Route
from portico.identity.queries.sessions import get_live_session_of_cookie
from portico.web.console.routes import CONSOLE
from portico.web.routes import ROUTES
from tests.web.browser import Browser
from tests.web.console.test_routes import address
from tests.web.console.things import Things

FILES = frozenset(
    {"imports/<int:id>/rejected", "contacts/export", "contacts/<int:id>/export", "settings/data/audit"}
)  # saved, not shown
# Where somebody who is signed in is sent on.
LEADING_ON = frozenset({"sign-in", "sign-in/code", "sign-in/factor"})


def screens(things: Things | None) -> list[str]:
    """Their addresses; without things only of those that are about none in particular."""
    paths = [address(one, things or Things({})) for one in CONSOLE if _is_shown(one, things)]
    others = [one.path for one in ROUTES if one.method == "GET" and one not in CONSOLE and "<" not in one.path]
    return [*paths, *(f"/{path}" for path in others if path not in LEADING_ON), "/", "/nothing-here"]


def password_page_of(company: Company) -> str:
    """Where the company's contacts ask for a new password."""
    return f"/m/{company.slug}/password"


def site_of(owner: Browser, company: Company) -> str:
    """The address of the public page of whoever has signed in here."""
    actor = get_live_session_of_cookie(owner.session, stranger(wire="web")).actor
    make_site(actor)
    return f"/r/{company.slug}/{own_site(actor).get().slug}"


def _is_shown(route: Route, things: Things | None) -> bool:
    if route.method != "GET" or route.path in FILES:
        return False
    return things is not None or not ("<" in route.path or route.path == "imports/match")
