"""Settings → People: everybody who works here, what each may do, and where each is signed in."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.access import Permission, Role
from portico.errors import Invalid
from portico.identity.actions.company_sessions import end_sessions_of_member
from portico.identity.actions.inviting import invite_member
from portico.identity.actions.leaving import remove_member
from portico.identity.actions.roles import change_role, seen_rights
from portico.identity.queries.colleagues import Colleague, get_colleague, list_colleagues
from portico.web import figures
from portico.web.console.deletions import REMOVE, Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, Pages, chips, show_list
from portico.web.console.managers import chosen_permissions, permission_fields
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/settings/people"
_PER_PAGE = 50
_ROLES = {
    Role.ADMIN: (gettext_lazy("Administrator"), gettext_lazy("Everything, also keys, people and this page.")),
    Role.MANAGER: (gettext_lazy("Manager"), gettext_lazy("What is ticked below, and nothing else.")),
    Role.REP: (gettext_lazy("Rep"), gettext_lazy("Its own contacts, tasks and page, in the console and in apps.")),
}
_SAID = {
    "invited": gettext_lazy("The invitation is on its way by mail."),
    "changed": gettext_lazy("The role is changed, from now on."),
    "removed": gettext_lazy("This person has no access any more. Its contacts are still its own."),
    "ended": gettext_lazy("The sessions are ended."),
}


def show(visit: Visit) -> HttpResponse:
    asked = {name: visit.asked(name) for name in ("search", "role") if visit.asked(name)}
    role = asked.get("role", "")
    found = list_colleagues(
        visit.actor,
        search=asked.get("search", ""),
        role=Role(role) if role in set(Role) else None,
        before=visit.number_asked("before"),
        limit=_PER_PAGE + 1,
    )
    rows = found[:_PER_PAGE]
    after = f"?{urlencode({**asked, 'before': rows[-1].membership.pk})}" if len(found) > _PER_PAGE else ""
    return show_list(
        visit,
        _listing(is_narrowed=bool(asked)),
        rows,
        said=str(_SAID.get(visit.done, "")),
        narrowing=_narrowing(asked),
        pages=Pages(after=after),
    )


def _listing(*, is_narrowed: bool) -> Listing:
    return Listing(
        title=_("People"),
        text=_("Everybody who signs in here. Integrations are managers too: each has an account of its own."),
        columns=(
            Column(_("Name"), _name),
            Column(_("E-mail"), lambda row: row.membership.user.email),
            Column(_("Role"), _role),
            Column(_("Last seen (UTC)"), lambda row: moment(row.last_seen_at)),
            Column(_("Second factor"), _factors),
        ),
        path=lambda row: f"{PATH}/{row.membership.pk}",
        empty=_("Nobody is like that.") if is_narrowed else _("Nobody yet. Invite the first colleague."),
        add=Link(f"{PATH}/add", _("Invite a colleague")),
        links=(Link("/settings/sessions", _("Sessions")), Link("/settings/sign-in", _("Rules of sign-in"))),
    )


def _narrowing(asked: dict[str, str]) -> Narrowing:
    roles = [Choice(one, str(name), is_chosen=asked.get("role") == one) for one, (name, _hint) in _ROLES.items()]
    fields = (
        SEARCH.holding(asked.get("search", "")),
        Field(
            "role", _("Role"), kind="select", choices=[Choice("", _("Any")), *roles], is_required=False, is_plain=True
        ),
    )
    names = {"role": {str(role): name for role, (name, _hint) in _ROLES.items()}}
    return Narrowing(fields, chips(asked, {"search": _("Search"), "role": _("Role")}, names))


def _name(row: Colleague) -> str:
    return row.membership.user.full_name or row.membership.user.email


def _role(row: Colleague) -> str:
    return str(_ROLES[Role(row.membership.role)][0])


def moment(at: datetime | None) -> str:
    return figures.moment(at) if at else _("never")


def _factors(row: Colleague) -> str:
    held = [text for has, text in ((row.has_app, _("authenticator app")), (row.has_passkey, _("passkey"))) if has]
    return ", ".join(held) or _("none")


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        role = _chosen_role(visit)
        invite_member(
            visit.actor,
            email=visit.text("email").strip(),
            name=visit.text("name"),
            role=role,
            permissions=_granted(visit, role),
        )
        return go(PATH, done="invited")

    return tried(visit, _new(), act)


def _chosen_role(visit: Visit) -> Role:
    if visit.text("role") not in set(Role):
        raise Invalid.one("role", "required", _("Choose what this person is here."))
    return Role(visit.text("role"))


def _granted(visit: Visit, role: Role) -> Collection[Permission]:
    """What is ticked holds for managers only; others have what their role has."""
    return chosen_permissions(visit) if role is Role.MANAGER else ()


def _new() -> Sheet:
    return Sheet(
        title=_("Invite a colleague"),
        button=_("Send the invitation"),
        text=_("A mail tells this person where to sign in; a code comes by mail each time."),
        back=PATH,
        crumbs=_above(),
        fields=(
            Field("email", _("E-mail"), kind="email"),
            Field("name", _("Name"), is_required=False),
            _role_field(None),
            *permission_fields(()),
        ),
    )


def _role_field(held: Role | None) -> Field:
    choices = [Choice(role, str(name), str(hint), is_chosen=role is held) for role, (name, hint) in _ROLES.items()]
    return Field("role", _("Role"), kind="radio", choices=choices)


def _above(*more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("People")), *more)


def show_one(visit: Visit, id: int) -> HttpResponse:
    sheet = _existing(visit, get_colleague(visit.actor, id))
    return show_sheet(visit, sheet, said=str(_SAID.get(visit.done, "")))


def change(visit: Visit, id: int) -> HttpResponse:
    sheet = _existing(visit, get_colleague(visit.actor, id))

    def act() -> HttpResponse:
        role = _chosen_role(visit)
        change_role(visit.actor, id, role=role, permissions=_granted(visit, role), seen=visit.text("seen"))
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, sheet, act)


def _existing(visit: Visit, row: Colleague) -> Sheet:
    """One's own is only shown: nobody changes what itself may do."""
    member = row.membership
    is_own = member.pk == visit.actor.membership_id
    links = [Link(f"{PATH}/{member.pk}/sessions", _("End its sessions"))]
    facts = _("%(email)s, %(role)s. Last seen: %(seen)s. Second factor: %(factors)s.") % {
        "email": member.user.email,
        "role": _role(row),
        "seen": moment(row.last_seen_at),
        "factors": _factors(row),
    }
    own = _("This is you: another administrator can change your role.")
    return Sheet(
        title=_name(row),
        button="" if is_own else _("Save"),
        text=f"{facts} {own}" if is_own else facts,
        back=PATH,
        crumbs=_above(),
        fields=() if is_own else (_role_field(Role(member.role)), *permission_fields(member.permissions)),
        hidden={"seen": seen_rights(member)},
        links=links if is_own else [*links, Link(f"{PATH}/{member.pk}/remove", _("Remove from the company"))],
    )


def _at(row: Colleague) -> tuple[Crumb, ...]:
    return _above(Crumb(f"{PATH}/{row.membership.pk}", _name(row)))


def _remove(visit: Visit, row: Colleague) -> HttpResponse:
    remove_member(visit.actor, email=row.membership.user.email)
    return go(PATH, done="removed")


show_remove, remove = Deletion(
    get=lambda visit, key: get_colleague(visit.actor, key),
    at=_at,
    typed=lambda row: row.membership.user.email,
    lost=lambda *_one: _(
        "Its sessions and its keys here end at once. Its contacts stay, and are its own if it comes back."
    ),
    delete=_remove,
    words=REMOVE,
).screens


def show_end(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _ending(get_colleague(visit.actor, id)))


def end(visit: Visit, id: int) -> HttpResponse:
    colleague = get_colleague(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("press") != "end":
            raise Invalid.one("press", "required", _("Press the button to end them."))
        end_sessions_of_member(visit.actor, id)
        return go(f"{PATH}/{id}", done="ended")

    return tried(visit, _ending(colleague), act)


def _ending(row: Colleague) -> Sheet:
    return Sheet(
        title=_("End the sessions of %(name)s") % {"name": _name(row)},
        button=_("End them all"),
        text=_("Whoever is signed in as this person here has to sign in again, in browsers and apps. You stay."),
        back=f"{PATH}/{row.membership.pk}",
        crumbs=_at(row),
        fields=(),
        hidden={"press": "end"},
        is_dangerous=True,
    )
