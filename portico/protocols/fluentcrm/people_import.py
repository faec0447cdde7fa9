"""The company's people as contacts, which this wire calls importing users (wire notes 17)."""

from typing import Any

from django.http import HttpResponse

from portico.access import Role
from portico.contacts.importing.options import Options
from portico.contacts.importing.people import PeoplePage, import_people, list_importable_people
from portico.contacts.importing.statements import STRICT
from portico.contacts.models import Consent
from portico.errors import Conflict, Invalid
from portico.protocols.fluentcrm.imports import is_yes
from portico.protocols.fluentcrm.shapes import PLACEHOLDER
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_items, as_text, is_truthy, whole_number

_LAST_PAGE = 10**9
_SHOWN = 5
_USERS = "users"
# administrator is what clients that know WordPress ask for.
_ROLES = {"administrator": Role.ADMIN, "admin": Role.ADMIN, "manager": Role.MANAGER, "rep": Role.REP}
_OFFERED = {"administrator": "Administrators", "manager": "Managers", "rep": "Reps"}
_CONFIGS = ("list", "tag", "status", "update", "silent")


def drivers(_call: Call) -> HttpResponse:
    labels = {"csv": "A CSV file", _USERS: "People of this company"}
    rows = {name: {"label": label, "logo": PLACEHOLDER, "disabled": False} for name, label in labels.items()}
    return answer({"drivers": rows})


def driver(call: Call) -> HttpResponse:
    """How the import is set up; with `summary`, whom it would bring."""
    _demand_users(call)
    if not is_truthy(call.value("summary")):
        return answer(_FORM)
    total, users = list_importable_people(call.actor, _roles(_config(call).get("roles")), most=_SHOWN)
    people = [{"name": user.full_name, "email": user.email} for user in users]
    has = {f"has_{name}_config": True for name in _CONFIGS}
    return answer({"import_info": {"subscribers": people, "total": total, **has}})


_FORM = {
    "config": {"roles": []},
    "fields": {
        "roles": {
            "label": "Roles",
            "inline_help": "People with one of these roles become contacts.",
            "type": "checkbox-group",
            "options": [{"id": role, "label": label} for role, label in _OFFERED.items()],
        }
    },
    "labels": {"step_2": "Choose roles", "step_3": "Import"},
}


def load_by_driver(call: Call) -> HttpResponse:
    _demand_users(call)
    config = _config(call)
    page = _page(call.value("importing_page"))
    done = import_people(call.actor, _some_roles(config.get("roles")), _options(config, "status"), page=page)
    return answer(_progress(done, page))


def load_people(call: Call) -> HttpResponse:
    """The older way: the same, not within `config`."""
    given = call.everything()
    page = _page(call.value("page"))
    done = import_people(call.actor, _some_roles(given.get("roles")), _options(given, "new_status"), page=page)
    return answer({"message": "Under way.", **_progress(done, page)})


def _progress(done: PeoplePage, page: int) -> dict[str, Any]:
    return {
        "page_total": done.pages,
        "record_total": done.total,
        "has_more": done.people > 0,  # until a page is empty (wire notes 17)
        "current_page": page,
        "next_page": page + 1,
    }


def _demand_users(call: Call) -> None:
    if call.parameters["driver"] != _USERS:
        raise Conflict("There is no import of this name.")


def _config(call: Call) -> dict[str, Any]:
    config = call.structure("config")
    return config if isinstance(config, dict) else {}


def _page(value: Any) -> int:
    return min(max(whole_number(value or 1), 1), _LAST_PAGE)


def _roles(given: Any) -> set[Role]:
    """Unknown ones are nobody's."""
    return {_ROLES[name] for name in as_items(given) if isinstance(name, str) and name in _ROLES}


def _some_roles(given: Any) -> set[Role]:
    if not as_items(given):
        raise Invalid.one("roles", "required", "Choose at least one role.")
    return _roles(given)


def _options(given: dict[str, Any], status: str) -> Options:
    consent = as_text(given.get(status)) or ""
    if not consent:
        raise Invalid.one(status, "required", "The status of new contacts is needed.")
    if consent not in Consent.values:
        raise Invalid.one(status, "in", f"The status must be one of {', '.join(Consent.values)}.")
    return Options(
        skip_existing=not is_yes(given.get("update")),
        consent=consent,
        overrides_consent=consent in STRICT,
        tags=_ids(given.get("tags")),
        lists=_ids(given.get("lists")),
        asks_opt_in=is_yes(given.get("double_optin_email")),
    )


def _ids(given: Any) -> tuple[int, ...]:
    return tuple(id for id in map(as_id, as_items(given)) if id)
