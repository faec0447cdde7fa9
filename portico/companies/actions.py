import re
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import MODULES, Company
from portico.errors import Conflict, Invalid
from portico.lib.origins import origin_of

# What a host name's label may be, since {slug}.host names the company.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
SETTABLE = ("name", "color", "logo_url", "icon_url", "domain", "redirect_path", "allowed_origins")


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
def set_company(actor: Actor, **changes: Any) -> Company:
    """Change what is in SETTABLE. Raises Invalid for what is no colour, address or origin, Conflict for a domain."""
    actor.require(Permission.ADMINISTRATION)
    company = Company.objects.select_for_update().get(pk=actor.company_id)
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


@transaction.atomic
def switch_module(actor: Actor, *, module: str, on: bool) -> Company:
    """Switch one of MODULES on or off for the actor's company."""
    actor.require(Permission.ADMINISTRATION)
    if module not in MODULES:
        raise Invalid.one("module", "unknown", f"There is no module {module}: say one of {', '.join(MODULES)}.")
    company = Company.objects.select_for_update().get(pk=actor.company_id)
    company.modules = sorted({*company.modules, module} if on else {*company.modules} - {module})
    company.save(update_fields=["modules"])
    record(actor, "module.switched", "company", company.pk, module=module, on=on)
    return company


def _check(name: str, value: Any) -> None:
    if name in {"logo_url", "icon_url"} and value and urlsplit(value).scheme not in {"http", "https"}:
        raise Invalid.one(name, "url", f"{value} is no http or https address.")
    if name == "color" and not (len(value) == len("#rrggbb") and value[0] == "#" and value[1:].isalnum()):
        raise Invalid.one(name, "color", f"{value} is no colour: say it like #2f5d8a.")
    if name == "redirect_path" and not value.startswith("/"):
        raise Invalid.one(name, "path", "The redirect path begins with a slash.")
    for origin in value if name == "allowed_origins" else ():
        # As browsers write it, since it is compared as it is: lower case, no port that goes without saying.
        if origin_of(origin) != origin:
            raise Invalid.one(name, "origin", f"{origin} is no origin: say it like https://app.example.com.")
