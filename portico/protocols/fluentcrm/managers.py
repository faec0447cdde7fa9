"""Managers (wire notes 7): members who may do anything at all. Their ids here are those of their memberships."""

from django.http import HttpResponse

from portico.errors import Invalid, NotFound, Problem
from portico.identity.actions.managers import remove_manager, set_manager_permissions
from portico.identity.queries.managers import list_managers
from portico.lib.addresses import is_email
from portico.protocols.fluentcrm import permissions
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_items, as_text, message


def index(call: Call) -> HttpResponse:
    per_page = call.per_page(10)
    first = (call.page - 1) * per_page
    managers = list_managers(call.actor, first=first, count=per_page)
    rows = [
        {
            "id": one.pk,
            "first_name": one.user.first_name,
            "last_name": one.user.last_name,
            "email": one.user.email,
            "permissions": permissions.slugs_of(one.permissions),
        }
        for one in managers.rows
    ]
    known = {
        name: {"title": slug.title, "depends": list(slug.depends), "group": slug.group}
        for name, slug in permissions.SLUGS.items()
    }
    return answer({"managers": {"data": rows, "total": managers.total}, "permissions": known})


def create(call: Call) -> HttpResponse:
    return _save(call, "The manager is added.")


def update(call: Call) -> HttpResponse:
    """The manager is found by e-mail; the id in the path says nothing (wire notes 7)."""
    return _save(call, "The manager is changed.")


def _save(call: Call, text: str) -> HttpResponse:
    manager = call.structure("manager")
    given = manager if isinstance(manager, dict) else {}
    email = (as_text(given.get("email")) or "").strip()
    slugs = [slug for slug in as_items(given.get("permissions")) if isinstance(slug, str)]
    _check(email, slugs)
    unmet = permissions.first_unmet(slugs)
    if unmet:
        return message(f"{unmet[0]} needs one of: {', '.join(unmet[1])}.", 422)
    try:
        set_manager_permissions(
            call.actor, email=email, permissions=permissions.permissions_of(slugs), among=permissions.KNOWN
        )
    except NotFound:
        return message("There is nobody with this address in the company.", 422)
    return message(text)


def _check(email: str, slugs: list[str]) -> None:
    problems = []
    if not email:
        problems.append(Problem("email", "required", "The e-mail address is needed."))
    if not is_email(email):
        problems.append(Problem("email", "email", "This is no e-mail address."))
    if not slugs:
        problems.append(Problem("permissions", "required", "Name at least one permission."))
    if problems:
        raise Invalid(*problems)


def delete(call: Call) -> HttpResponse:
    try:
        remove_manager(call.actor, as_id(call.parameters["id"]) or 0)
    except NotFound:
        return message("There is no such manager.", 422)
    return message("The manager is removed.")
