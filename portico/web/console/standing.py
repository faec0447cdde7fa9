"""What the company says of a rep: its rank, its points, who has brought it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.errors import Invalid, Problem
from portico.identity.actions.ranks import LONGEST, NUMBERS, Standing, set_standing
from portico.identity.models import Membership
from portico.identity.queries.reps import get_rep, list_ranks, standing_of
from portico.lib.texts import is_storable
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.reps import PATH, above
from portico.web.forms import Choice, Field
from portico.web.visits import Visit, go

_MOST_DIGITS = 16


def show(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _sheet(visit, get_rep(visit.actor, id)))


def save(visit: Visit, id: int) -> HttpResponse:
    rep = get_rep(visit.actor, id)

    def act() -> HttpResponse:
        set_standing(visit.actor, id, _said(visit), seen=visit.text("seen"))
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, _sheet(visit, rep), act)


def _said(visit: Visit) -> Standing:
    """What the form says of a rep; a new rank's name goes before the one that is chosen. Raises Invalid."""
    numbers, problems = {}, []
    for name in NUMBERS:
        text = visit.text(name).strip() or "0"
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
            numbers[name] = int(text)
        else:
            problems.append(Problem(name, "number", _("Write a whole number.")))
    new_rank = visit.text("new_rank").strip()
    for name in ("rank", "new_rank", "external_id", "sponsor"):
        if len(visit.text(name)) > LONGEST or not is_storable(visit.text(name)):
            text = _("This must be a text of at most %(longest)s characters.") % {"longest": LONGEST}
            problems.append(Problem(name, "text", text))
    if problems:
        raise Invalid(*problems)
    return Standing(
        email="",
        rank=new_rank.lower() or visit.text("rank"),
        rank_name=new_rank or None,
        external_id=visit.text("external_id").strip(),
        sponsor=visit.text("sponsor").strip(),
        **numbers,
    )


def _sheet(visit: Visit, rep: Membership) -> Sheet:
    name = rep.user.full_name or rep.user.email
    here = rep.rank.external_id if rep.rank else ""
    ranks = [Choice(one.external_id, one.name, is_chosen=one.external_id == here) for one in list_ranks(visit.actor)]
    return Sheet(
        title=_("Rank and points of %(name)s") % {"name": name},
        button=_("Save") if visit.actor.may(Permission.RANKS_WRITE) else "",
        text=_("If another software keeps these, it writes them over when it tells of them again."),
        back=f"{PATH}/{rep.pk}",
        crumbs=(*above(), Crumb(f"{PATH}/{rep.pk}", name)),
        fields=[
            Field("rank", _("Rank"), kind="select", choices=[Choice("", _("none")), *ranks], is_required=False),
            Field("new_rank", _("A new rank"), is_required=False, hint=_("Made, and given to this rep.")),
            *(
                Field(key, label, inputmode="numeric", value=str(getattr(rep, key)), is_required=False)
                for key, label in _numbers().items()
            ),
            Field(
                "sponsor",
                _("Brought by"),
                kind="email",
                value=_sponsor(rep),
                is_required=False,
                hint=_("The e-mail address of the rep above."),
            ),
            Field("external_id", _("Its number elsewhere"), is_required=False, value=rep.external_id or ""),
        ],
        hidden={"seen": standing_of(rep)},
    )


def _sponsor(rep: Membership) -> str:
    return rep.sponsor.user.email if rep.sponsor else ""


def _numbers() -> dict[str, str]:
    return {
        "total_points": _("Points"),
        "fantasy_points": _("Fantasy points"),
        "leads_remaining": _("Leads it may still have"),
        "leads_recurring": _("Leads a month"),
    }
