from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.errors import Invalid, NotSignedIn
from portico.identity.actions.entering import enter_with_passkey
from portico.web.signing_in import start
from portico.web.signing_in.steps import go_on
from portico.web.visits import Visit


def send(visit: Visit) -> HttpResponse:
    """What the browser's passkey answers, from the first page: in, or that page again with why not."""
    try:
        return go_on(visit, enter_with_passkey(visit.actor, visit.text("answer")), wanted=visit.next)
    except Invalid as no:
        return start.show_again(visit, no)
    except NotSignedIn:
        return start.show_again(visit, Invalid.one("answer", "wrong", _("With this passkey nobody may sign in here.")))
