"""The page on which one chooses a language."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portico.errors import Invalid
from portico.identity.actions.profiles import change_profile
from portico.lib.statements import Shape
from portico.web.browsers import find_any_session
from portico.web.forms import Choice, Field, Form, Link, show_form, tried
from portico.web.languages import NAMES, keep_language
from portico.web.visits import Visit, go

_KEPT = Shape({"language": "user__language"})


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _form(visit))


def choose(visit: Visit) -> HttpResponse:
    """Kept in this browser, and by who has signed in for all others too."""

    def act() -> HttpResponse:
        language = visit.text("language")
        if language not in NAMES:
            raise Invalid.one("language", "unknown", _("Choose one of these."))
        session = find_any_session(visit.request)
        if session is not None:
            change_profile(session.actor, {"language": language}, _KEPT)
        response = go(visit.next or "/account")
        keep_language(visit.request, response, language)
        return response

    return tried(visit, _form(visit), act)


def _form(visit: Visit) -> Form:
    chosen = get_language() or settings.LANGUAGE_CODE
    choices = [Choice(code, name, is_chosen=code == chosen) for code, name in NAMES.items()]
    return Form(
        title=_("Language"),
        button=_("Save"),
        path=visit.onward("/language"),
        fields=[Field("language", _("In which language"), kind="select", choices=choices)],
        links=[Link(visit.next or "/account", _("Leave it as it is"))],
    )
