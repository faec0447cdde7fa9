"""Settings → Managers: people whose permissions are granted one by one, and who may hold API keys."""

from collections.abc import Collection, Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.access import GRANTABLE, PRESETS, Permission, Role
from portico.errors import Invalid
from portico.identity.actions.managers import remove_manager, set_manager_permissions
from portico.identity.actions.people import add_member
from portico.identity.actions.roles import seen_rights
from portico.identity.models import Membership
from portico.identity.queries.managers import get_manager, list_managers
from portico.web.console.deletions import REMOVE, Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, show_list
from portico.web.console.rights import right
from portico.web.forms import Choice, Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit, go

PATH = "/settings/managers"
_MOST_SHOWN = 500
_ABOVE = (Crumb(PATH, "Managers"),)
_SAID: dict[str, Text] = {
    "added": lazy("The manager is there. Next: a key under Rest API."),
    "changed": lazy("The permissions are changed, for its keys too."),
    "removed": lazy("The manager may do nothing any more, nor may its keys."),
}
# The manual's four bundles, in its words and order.
_PRESETS: dict[str, tuple[str, Text]] = {
    "view-contacts": ("View Contacts", lazy("Read contacts, tags and lists.")),
    "manage-contacts": ("Manage Contacts", lazy("Read, create, change and delete contacts, tags and lists.")),
    "view-reports": ("View Reports", lazy("Dashboard and reports.")),
    "manage-campaigns": ("Manage Campaigns", lazy("Read, write, send and delete mails and templates.")),
}


def show(visit: Visit) -> HttpResponse:
    listing = Listing(
        title="Managers",
        text=_(
            "People and integrations that may do some things in this company. Each is a dedicated account: an"
            " administrator cannot hold an API key."
        ),
        columns=(
            Column(_("Manager"), lambda row: row.user.full_name or row.user.email),
            Column(_("E-mail"), lambda row: row.user.email),
            Column(_("Permissions"), _summary),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("No manager yet. Add one for each integration, so that each can be ended by itself."),
        add=Link(f"{PATH}/add", "Add New Manager") if visit.actor.may(Permission.ADMINISTRATION) else None,
    )
    rows = list_managers(visit.actor, first=0, count=_MOST_SHOWN).rows
    return show_list(visit, listing, rows, said=_SAID.get(visit.done, ""))


def _summary(row: Membership) -> str:
    held = set(row.permissions)
    names = [name for key, (name, _) in _PRESETS.items() if PRESETS[key] <= held]
    others = held - set().union(*(PRESETS[key] for key in _PRESETS if PRESETS[key] <= held))
    # Manage Contacts holds View Contacts.
    names = [name for name in names if name != "View Contacts" or "Manage Contacts" not in names]
    return ", ".join([*names, *map(right, sorted(others))])


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        add_member(
            visit.actor,
            email=visit.text("email").strip(),
            name=visit.text("name"),
            role=Role.MANAGER,
            permissions=chosen_permissions(visit),
        )
        return go(PATH, done="added")

    return tried(visit, _new(), act)


def _new() -> Sheet:
    return Sheet(
        title="Add New Manager",
        button=_("Save"),
        text=_("This makes the account too: it signs in with this address, by a mailed code."),
        back=PATH,
        crumbs=_ABOVE,
        fields=(
            Field("email", _("E-mail"), kind="email", hint=_("One of its own, that nobody else in the company has.")),
            Field("name", _("Name"), is_required=False),
            *permission_fields(()),
        ),
    )


def permission_fields(held: Iterable[str]) -> tuple[Field, Field]:
    has = set(held)
    bundles = [Choice(key, name, hint, PRESETS[key] <= has) for key, (name, hint) in _PRESETS.items()]
    single = [Choice(one, right(one), is_chosen=one in has) for one in sorted(GRANTABLE)]
    return (
        Field("preset", _("Permissions"), kind="checkboxes", choices=bundles),
        Field("permissions", _("One by one"), kind="checkboxes", choices=single, is_required=False),
    )


def chosen_permissions(visit: Visit) -> Collection[Permission]:
    """What is ticked in the bundles and one by one. Raises Invalid for nothing at all."""
    names = set(visit.request.POST.getlist("permissions"))
    for preset in visit.request.POST.getlist("preset"):
        names |= PRESETS.get(preset, frozenset())
    chosen = {permission for permission in GRANTABLE if permission.value in names}
    if not chosen:
        raise Invalid.one("preset", "required", _("Tick at least one permission: without any it can do nothing."))
    return chosen


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(get_manager(visit.actor, id)))


def change(visit: Visit, id: int) -> HttpResponse:
    manager = get_manager(visit.actor, id)

    def act() -> HttpResponse:
        set_manager_permissions(
            visit.actor,
            email=manager.user.email,
            permissions=chosen_permissions(visit),
            seen=visit.text("seen"),
        )
        return go(PATH, done="changed")

    return tried(visit, _existing(manager), act)


def _existing(manager: Membership) -> Sheet:
    return Sheet(
        title=manager.user.full_name or manager.user.email,
        button=_("Save"),
        text=_("%(email)s. What is changed here holds for all its keys at once.") % {"email": manager.user.email},
        back=PATH,
        crumbs=_ABOVE,
        fields=permission_fields(manager.permissions),
        hidden={"seen": seen_rights(manager)},
        links=(Link(f"{PATH}/{manager.pk}/remove", _("Remove this manager")),),
    )


def _remove(visit: Visit, manager: Membership) -> HttpResponse:
    remove_manager(visit.actor, manager.pk)
    return go(PATH, done="removed")


show_remove, remove = Deletion(
    get=lambda visit, key: get_manager(visit.actor, key),
    at=lambda manager: (*_ABOVE, Crumb(f"{PATH}/{manager.pk}", manager.user.full_name or manager.user.email)),
    typed=lambda manager: manager.user.email,
    lost=lambda *_one: _("All its permissions are taken away. Its keys answer nothing any more, from now on."),
    delete=_remove,
    words=REMOVE,
).screens
