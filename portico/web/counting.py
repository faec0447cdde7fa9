"""Which visits count as views: people who look, but not machines, nor whoever's page it is."""

import re

from django.http import HttpRequest

from portico.content.actions.viewing import Viewed, note_view
from portico.http.client import agent_of, client_of
from portico.web.browsers import COOKIE, find_session

# Crawlers, programs that preview a link in a chat, and what fetches without a person. None says that it is a browser
# and nothing else.
_MACHINE = re.compile(
    r"bot\b|bot[/ ;_-]|crawl|spider|slurp|preview|prerender|headless|facebookexternalhit|facebookcatalog|whatsapp|"
    r"telegram|slack|discord|skypeuri|embedly|quora link|pinterest|vkshare|validator|lighthouse|pagespeed|pingdom|"
    r"uptime|monitor|scanner|curl/|wget|python|java/|okhttp|go-http|libwww|httpclient|axios|node|ruby|perl|php|scrapy",
    re.IGNORECASE,
)
_AHEAD_OF_TIME = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def count_visit(request: HttpRequest, page: Viewed) -> None:
    """Count this as a view, if it is one."""
    agent = agent_of(request)
    if request.method != "GET" or not agent or _MACHINE.search(agent):
        return
    if any("prefetch" in (said := request.META.get(name, "").lower()) or "preview" in said for name in _AHEAD_OF_TIME):
        return
    if COOKIE in request.COOKIES and _is_own(request, page):
        return
    note_view(page, address=client_of(request).address, agent=agent)


def _is_own(request: HttpRequest, page: Viewed) -> bool:
    session = find_session(request)
    return session is not None and session.actor.membership_id == page.member_id
