import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.languages import LANGUAGES
from portico.companies.models import MODULES, MODULES_OF_SETTINGS, Company, CompanySetting
from portico.companies.preferences import checked, checked_logo, checked_name
from portico.companies.seeing import require_seen, seen_of
from portico.errors import Conflict, Invalid
from portico.lib.origins import origin_of
from portico.lib.texts import is_storable

# What a host name's label may be, since {slug}.host names the company.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
SETTABLE = (
    "name", "color", "secondary_color", "logo_url", "icon_url", "domain", "redirect_path", "allowed_origins",
    "language",
)  # fmt: skip


@transaction.atomic
def add_company(*, slug: str, name: str) -> Company:
    """A new company. Raises Invalid (a slug has lower-case letters, digits, hyphens), Conflict when it is taken."""
    if _SLUG.fullmatch(slug) is None:
        raise Invalid.one("slug", "format", "A slug has lower-case letters, digits and hyphens, at most 63.")
    try:
        with transaction.atomic():
            company = Company.objects.create(slug=slug, name=name)
    except IntegrityError:
        raise Conflict(f"There is already a company {slug}.") from None
    record(Actor(company.pk, "operator", "cli", frozenset()), "company.added", "company", company.pk, slug=slug)
    return company


@transaction.atomic
def set_company(actor: Actor, *, seen: str | None = None, **changes: Any) -> Company:
    """Change what is in SETTABLE. Raises Invalid for what is no colour, address or origin, Conflict for a domain.

    With `seen` (of seen_company), raises Outdated where somebody has changed the company since.
    """
    actor.require(Permission.ADMINISTRATION)
    company = Company.objects.select_for_update().get(pk=actor.company_id)
    require_seen(seen, *_settable(company))
    for name, value in changes.items():
        _check(name, value)
        setattr(company, name, value)
    try:
        with transaction.atomic():
            company.save(update_fields=list(changes))
    except IntegrityError:
        raise Conflict(f"The domain {changes.get('domain')} belongs to another company.") from None
    record(actor, "company.changed", "company", company.pk, changed=sorted(changes))
    return company


def seen_company(company: Company) -> str:
    """For a form: what of the company it can change, as it is now."""
    return seen_of(*_settable(company))


def _settable(company: Company) -> list[Any]:
    return [getattr(company, name) for name in SETTABLE]


def switch_module(actor: Actor, *, module: str, on: bool) -> Company:
    """Switch one of MODULES on or off for the actor's company."""
    return switch_modules(actor, {module: on})


@transaction.atomic
def switch_modules(actor: Actor, wanted: Mapping[str, bool]) -> Company:
    """Switch some of MODULES on or off, all of them or none.

    Administrators may switch all, whoever may change settings those of MODULES_OF_SETTINGS. Raises Invalid, Denied.
    """
    for module in wanted:
        if module not in MODULES:
            raise Invalid.one("module", "unknown", f"There is no module {module}: say one of {', '.join(MODULES)}.")
        of_settings = module in MODULES_OF_SETTINGS and actor.may(Permission.SETTINGS_WRITE)
        if not of_settings:
            actor.require(Permission.ADMINISTRATION)
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    for module, on in wanted.items():
        company.modules = sorted({*company.modules, module} if on else {*company.modules} - {module})
        record(actor, "module.switched", "company", company.pk, module=module, on=on)
    company.save(update_fields=["modules"])
    return company


@transaction.atomic
def change_settings(
    actor: Actor, preferences: Mapping[str, Any], *, name: str | None = None, logo_url: str | None = None
) -> None:
    """Change some of companies.preferences, and the company's name and logo; what is not named stays as it is.

    An empty logo_url takes the logo away. Two who change different things at once both succeed. Raises Invalid.
    """
    actor.require(Permission.SETTINGS_WRITE)
    stored = checked(preferences)
    row: dict[str, Any] = {}
    if name is not None:
        row["name"] = checked_name(name)
    if logo_url is not None:
        row["logo_url"] = checked_logo(logo_url)
    if row:
        Company.objects.filter(pk=actor.company_id).update(**row)
    CompanySetting.objects.bulk_create(
        # In one order, so that two who write the same ones never wait for each other in a circle.
        [CompanySetting(company_id=actor.company_id, name=key, value=stored[key]) for key in sorted(stored)],
        update_conflicts=True,
        unique_fields=["company_id", "name"],
        update_fields=["value"],
    )
    if row or stored:
        record(actor, "settings.changed", "company", actor.company_id, changed=sorted([*row, *stored]))


def _check(name: str, value: Any) -> None:
    if name == "name":
        checked_name(value)
    if isinstance(value, str) and not is_storable(value):
        raise Invalid.one(name, "text", "This must be a text.")
    if name in {"logo_url", "icon_url"} and value and urlsplit(value).scheme not in {"http", "https"}:
        raise Invalid.one(name, "url", f"{value} is no http or https address.")
    if name in {"color", "secondary_color"} and not (
        len(value) == len("#rrggbb") and value[0] == "#" and value[1:].isalnum()
    ):
        raise Invalid.one(name, "color", f"{value} is no colour: say it like #2f5d8a.")
    if name == "language" and value not in {"", *LANGUAGES}:
        raise Invalid.one(name, "unknown", "This is no language that we write in.")
    if name == "redirect_path" and not value.startswith("/"):
        raise Invalid.one(name, "path", "The redirect path begins with a slash.")
    for origin in value if name == "allowed_origins" else ():
        # As browsers write it, since it is compared as it is: lower case, no port that goes without saying.
        if origin_of(origin) != origin:
            raise Invalid.one(name, "origin", f"{origin} is no origin: say it like https://app.example.com.")
