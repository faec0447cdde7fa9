"""What forms offer to choose from, and the cheapest signed-in call (wire notes 18)."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse

from portico.contacts.models import Consent
from portico.contacts.queries.choices import Group, list_choice_documents
from portico.lib.statements import Shape
from portico.protocols.fluentcrm import organization_shapes, organizations, shapes, users
from portico.protocols.fluentcrm.wire import Call, answer, as_items, message, raw_answer

_EDITABLE = (Consent.SUBSCRIBED, Consent.PENDING, Consent.UNSUBSCRIBED, Consent.TRANSACTIONAL)


def _choices(names: Any) -> list[dict[str, str]]:
    return [{"id": name, "slug": name, "title": name.capitalize()} for name in names]


def _countries() -> list[dict[str, str]]:
    lines = files(__package__).joinpath("countries.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" ", 1) for line in lines]
    return [{"code": code, "title": title, "id": code, "slug": code} for code, title in pairs]


# Groups that are the same for everyone, as JSON once and for all. Empty ones are of modules that are off or to come.
_FIXED: dict[str, str] = {
    name: orjson.dumps(value).decode()
    for name, value in {
        "countries": _countries(),
        "campaigns": [],
        "email_sequences": [],
        "automation_funnels": [],
        "companies": [],
        "statuses": _choices(consent.value for consent in Consent),
        "editable_statuses": _choices(consent.value for consent in _EDITABLE),
        "contact_types": _choices(("lead", "customer")),
        "roles": users.ROLES,
        "user_roles_options": [{"id": name, "title": role["name"], "slug": name} for name, role in users.ROLES.items()],
        "profile_sections": {"subscriber": {"name": "subscriber", "title": "Profile", "handler": "route"}},
        "sampleCsv": f"{settings.PUBLIC_URL}/wp-json/portico/sample.csv",
    }.items()
}
_OF_COMPANY: dict[str, Callable[[Call], tuple[Group, Shape]]] = {
    "lists": lambda call: ("lists", _list_shape(call)),
    "tags": lambda _: ("tags", shapes.TAG_OPTION),
    "custom_fields": lambda _: ("fields", shapes.FIELD),
    "companies": lambda _: ("organizations", organization_shapes.OPTION),
    "segments": lambda _: ("segments", shapes.SEGMENT_OPTION),
}
GROUPS = (
    "countries", "lists", "tags", "campaigns", "email_sequences", "automation_funnels", "companies", "statuses",
    "editable_statuses", "contact_types", "segments", "roles", "user_roles_options", "profile_sections",
    "custom_fields", "sampleCsv",
)  # fmt: skip


def _list_shape(call: Call) -> Shape:
    return shapes.LIST_OPTION_COUNTED if "lists" in call.items("with_count") else shapes.LIST_OPTION


def options(call: Call) -> HttpResponse:
    """The groups that `fields` names, in its order; every group without it (the manual page's credential check)."""
    asked = [name.strip() for item in as_items(call.value("fields")) for name in str(item).split(",")]
    names = [name for name in dict.fromkeys(asked) if name in GROUPS] if asked else list(GROUPS)
    hidden = set() if "organizations" in call.actor.modules else {"companies"}
    wanted = {name: _OF_COMPANY[name](call) for name in names if name in _OF_COMPANY and name not in hidden}
    found = list_choice_documents(call.actor, tuple(wanted.values()))
    texts = [f'"{name}":[{found[wanted[name][0]]}]' if name in wanted else f'"{name}":{_FIXED[name]}' for name in names]
    return raw_answer(f'{{"options":{{{",".join(texts)}}}}}')


# What a form looks up while somebody types; what is not here has nothing to choose from yet.
_LOOKED_UP: dict[str, Callable[[Call], list[dict[str, Any]]]] = {
    "users": users.choices,
    "companies": organizations.choices,
    "company_industries": organizations.industries,
    "company_types": organizations.kinds,
}


def ajax_options(call: Call) -> HttpResponse:
    look_up = _LOOKED_UP.get(call.text("option_key"))
    return answer({"options": look_up(call) if look_up else []})


def ping(_call: Call) -> HttpResponse:
    return message("pong")
