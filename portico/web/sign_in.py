"""The page behind a mailed sign-in link: opening it changes nothing, its button signs in.

Mail scanners open links, and some send what they find in them; so only the press of the button counts.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from portico.errors import Denied, Gone
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.identity.actions.entering import enter_with_link
from portico.identity.actions.signing_in import find_redirect, use_link
from portico.lib.origins import origin_of
from portico.web import errors
from portico.web.browsers import visitor
from portico.web.languages import in_own_language
from portico.web.pages import not_kept, page
from portico.web.presses import is_pressed, press_of
from portico.web.signing_in.steps import asked, go_on
from portico.web.visits import Visit


@in_own_language
@answering(errors)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show the button, POST is its press; any other POST shows it again."""
    if not client_of(request).may_send_credentials:
        raise Denied(_("Links over plain HTTP are refused: use https."))
    try:
        is_press = request.method == "POST" and is_pressed(request, token)
        return not_kept(_used(request, token) if is_press else _shown(request, token))
    except Gone:
        # One page for a link that is unknown, used or too old: a finder of old mail learns nothing.
        return not_kept(page(request, "link_over.html", status=410))


def _shown(request: HttpRequest, token: str) -> HttpResponse:
    redirect_url = find_redirect(token)
    origin = origin_of(redirect_url) if redirect_url else None
    # Browsers hold a form's redirect against form-action too.
    form_action = f"'self' {origin}" if origin else "'self'"
    return page(request, "sign_in.html", form_action=form_action, origin=origin, press=press_of(token))


def _used(request: HttpRequest, token: str) -> HttpResponse:
    visit = Visit(request, visitor(request), None)
    used = use_link(visit.actor, token)
    if used.redirect_url is None:
        _, wanted = asked(visit)
        response: HttpResponse = go_on(visit, enter_with_link(visit.actor, used), wanted=wanted, done="link")
    else:
        response = HttpResponseRedirect(used.redirect_url)
        response.status_code = 303
    response["Referrer-Policy"] = "no-referrer"
    return response
