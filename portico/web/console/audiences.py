"""For whom something is: the part of a form that asks it, what was ticked there, and how a screen says it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.access import Role
from portico.errors import Invalid
from portico.identity.audiences import Audience
from portico.identity.models import Membership
from portico.identity.queries.audiences import (
    Chosen,
    count_audience,
    list_choosable_members,
    list_choosable_ranks,
)
from portico.lib.texts import is_storable
from portico.selling.audiences import EVERYBODY, MOST_NAMED
from portico.web.console.forms import Sheet, show_sheet
from portico.web.forms import Choice, Field
from portico.web.visits import Visit

_SOME = "some"
_LOOK = "look"
_KINDS = ("roles", "ranks", "members")
_MOST_FOUND = 20
_LONGEST_SEARCH = 100


def _roles() -> dict[str, str]:
    return {Role.ADMIN: _("Administrators"), Role.MANAGER: _("Managers"), Role.REP: _("Reps")}


def audience_fields(visit: Visit, chosen: Chosen | None) -> list[Field]:
    """What asks for whom it is, `chosen` as it is now, None for everybody; with whom a form that was sent looks for."""
    held = chosen or Chosen()
    ranks = list_choosable_ranks(visit.actor)
    fields = [
        Field("audience", _("For whom"), kind="radio", choices=_whole_or_some(is_whole=chosen is None)),
        _ticks("roles", _("Everybody with the role"), _roles(), held.roles),
        _ticks(
            "ranks",
            _("Everybody with the rank"),
            {rank.external_id: rank.name or rank.external_id for rank in ranks},
            [rank.external_id for rank in held.ranks],
        ),
        *_people(visit, held.members),
    ]
    return [field for field in fields if field.choices or field.kind == "search"]


def _whole_or_some(*, is_whole: bool) -> list[Choice]:
    hint = _("Whoever has what is ticked below, now or later, and whoever is ticked by name.")
    return [
        Choice(EVERYBODY, _("Everybody in the company"), is_chosen=is_whole),
        Choice(_SOME, _("Only some people"), hint, is_chosen=not is_whole),
    ]


def _ticks(name: str, label: str, texts: dict[str, str], ticked: Sequence[str]) -> Field:
    choices = [Choice(value, text, is_chosen=value in ticked) for value, text in texts.items()]
    return Field(name, label, kind="checkboxes", choices=choices, is_required=False)


def _people(visit: Visit, members: Sequence[Membership]) -> list[Field]:
    """Those who are ticked, with those who are found; and what finds more of them."""
    is_sent, search = visit.request.method == "POST", visit.text("find").strip()[:_LONGEST_SEARCH]
    ticked = _sent(visit, "members") if is_sent else [one.user.email for one in members]
    search = search if is_storable(search) else ""
    people = list_choosable_members(visit.actor, search=search, chosen=ticked, count=_MOST_FOUND)
    has_found = len(people) > len(ticked)
    hint = _("Part of a name or of an e-mail address. Press the button below, then tick who is meant.")
    choices = [
        Choice(one.user.email, name_of(one), one.user.email, is_chosen=one.user.email in ticked) for one in people
    ]
    return [
        Field("members", _("By name"), kind="checkboxes", choices=choices, is_required=False),
        Field(
            "find",
            _("Find people"),
            kind="search",
            is_required=False,
            is_plain=True,
            hint=_("Nobody else is called that. Try fewer letters.") if search and not has_found else hint,
        ),
    ]


def name_of(member: Membership) -> str:
    return member.user.full_name or member.user.email


def _sent(visit: Visit, name: str) -> list[str]:
    return [text for text in visit.request.POST.getlist(name) if is_storable(text)][:MOST_NAMED]


def sent_audience(visit: Visit, chosen: Chosen | None = None) -> dict[str, Any]:
    """What the form says, as the core's actions take it; a form that does not ask says nothing.

    `chosen` is as in audience_fields. Raises Invalid for more people ticked than before and everybody chosen all the
    same: what was meant for some must not get to all.
    """
    asked, ticked = visit.text("audience"), {kind: visit.request.POST.getlist(kind) for kind in _KINDS}
    if asked == _SOME:
        return {"audience": ticked}
    if asked != EVERYBODY:
        return {}
    held = (chosen or Chosen()).audience
    if any(set(ticked[kind]) - set(getattr(held, kind)) for kind in _KINDS):
        raise Invalid.one(
            "audience", "unclear", _("People are ticked below. Choose “Only some people”, or take the ticks off.")
        )
    return {"audience": None}


def with_look(sheet: Sheet) -> Sheet:
    """With the button that finds people and counts them, and saves nothing."""
    return replace(sheet, press=(_LOOK, _("Find people and count them")))


def is_look(visit: Visit) -> bool:
    return visit.text("press") == _LOOK


def show_look(visit: Visit, sheet: Sheet) -> HttpResponse:
    """The form as it was sent, with how many it would be for."""
    audience = None
    if visit.text("audience") == _SOME:
        audience = Audience(**{kind: tuple(_sent(visit, kind)) for kind in _KINDS})
    return show_sheet(visit, replace(sheet, told=_will_see(count_audience(visit.actor, audience))), is_again=True)


def _will_see(count: int) -> str:
    return ngettext("%(count)s person will see it.", "%(count)s people will see it.", count) % {"count": count}


def audience_facts(visit: Visit, chosen: Chosen | None) -> list[tuple[str, Any]]:
    """For whom something is, as a screen for whoever writes it says it."""
    if chosen is None:
        return [(_("For whom"), _("Everybody in the company"))]
    roles = _roles()
    facts = [
        (_("Everybody with the role"), ", ".join(roles[role] for role in chosen.roles)),
        (_("Everybody with the rank"), ", ".join(rank.name or rank.external_id for rank in chosen.ranks)),
        (_("By name"), ", ".join(name_of(one) for one in chosen.members)),
        (_("People it is for now"), count_audience(visit.actor, chosen.audience)),
    ]
    return [(label, value) for label, value in facts if value != ""]
