"""Settings → Security → Rules of sign-in: what holds, what can be demanded, and what is open that should not be."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.companies.second_factors import is_factor_demanded
from portico.errors import Invalid
from portico.http.protections import loosened
from portico.identity.actions.attempts import TRIES_AT_ACCOUNT
from portico.identity.actions.factors import require_factor
from portico.identity.actions.sessions import SESSIONS_LIVE
from portico.identity.actions.signing_in import CODE_LIVES, MOST_TRIES
from portico.identity.models import ApiKey, SecurityCode
from portico.identity.password_rules import LEAST, LEAST_WITH_FACTOR
from portico.identity.queries.ending import DAYS_BEFORE_EXPIRY, list_ending_codes, list_ending_keys
from portico.identity.queries.factors import PROOF_LASTS
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.uses import end_of, last_use_of
from portico.web.forms import Choice, Field, filled
from portico.web.visits import Visit, go

PATH = "/settings/sign-in"
_SAID = {
    "on": gettext_lazy("Administrators and managers need a second factor from now on; sessions without one are ended."),
    "off": gettext_lazy("A second factor is not demanded any more."),
}


@dataclass(frozen=True, slots=True)
class _Ending:
    path: str
    name: str
    kind: str
    ends: str
    last_used: str


def show(visit: Visit, no: Invalid | None = None) -> HttpResponse:
    return show_screen(
        visit,
        "sign_in_rules.html",
        title=_("Rules of sign-in"),
        crumbs=(Crumb("/settings/security", _("Security")),),
        no=no,
        said=str(_SAID.get(visit.done, "")),
        loosened=loosened(),
        fields=filled(visit, [_field(is_on=is_factor_demanded(visit.actor))], no),
        rules=_rules(),
        ending=_ending(visit),
        days=DAYS_BEFORE_EXPIRY,
    )


def save(visit: Visit) -> HttpResponse:
    wanted = visit.text("demanded")
    if wanted not in {"yes", "no"}:
        return show(visit, Invalid.one("demanded", "required", _("Choose Yes or No.")))
    require_factor(visit.actor, on=wanted == "yes")
    return go(PATH, done="on" if wanted == "yes" else "off")


def _field(*, is_on: bool) -> Field:
    return Field(
        "demanded",
        _("Administrators and managers need a second factor"),
        kind="radio",
        choices=(Choice("yes", _("Yes"), is_chosen=is_on), Choice("no", _("No"), is_chosen=not is_on)),
        hint=_("Who has none yet sets one up at the next sign-in, before all else. Apps of reps are not concerned."),
    )


def _rules() -> Sequence[str]:
    """What always holds, as the code has it."""
    return (
        _("A mailed code or link is good for %(minutes)s minutes, for one sign-in and for %(tries)s tries.")
        % {"minutes": CODE_LIVES.seconds // 60, "tries": MOST_TRIES},
        _("After %(tries)s wrong tries at an account each further one has to wait, longer every time.")
        % {"tries": TRIES_AT_ACCOUNT.free},
        _("A password has at least %(most)s characters, or %(least)s beside a second factor, and is no common one.")
        % {"most": LEAST, "least": LEAST_WITH_FACTOR},
        _("A session ends after %(days)s days at the latest, and at once when a password or a second factor changes.")
        % {"days": SESSIONS_LIVE.days},
        _("Who changes how it signs in proves once more who it is, unless it did so within %(minutes)s minutes.")
        % {"minutes": PROOF_LASTS.seconds // 60},
        _("An administrator cannot hold an API key; a key never may more than its manager."),
    )


def _ending(visit: Visit) -> list[_Ending]:
    keys = [_row(one, _("API key"), "/settings/rest-api") for one in list_ending_keys(visit.actor)]
    codes = [_row(one, _("security code"), "/settings/security") for one in list_ending_codes(visit.actor)]
    return [*keys, *codes]


def _row(one: ApiKey | SecurityCode, kind: str, path: str) -> _Ending:
    return _Ending(f"{path}/{one.pk}", one.name, kind, end_of(one), last_use_of(one))
