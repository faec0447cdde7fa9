from dataclasses import dataclass
from ipaddress import ip_address

from django.db.models import QuerySet
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.companies.models import Company, CompanySetting
from portico.companies.preferences import PREFERENCES
from portico.errors import NotFound

# Hosts whose first label is no company: Fluid's own name for a development machine.
_NAMELESS_HOSTS = {"fluid.lvh.me", "localhost"}


def get_company(slug: str) -> Company:
    """The company with this slug, active or not. Raises NotFound."""
    company = Company.objects.filter(slug=slug.lower()).first()
    if company is None:
        raise NotFound("company")
    return company


@dataclass(frozen=True, slots=True)
class Settings:
    """The company, and all of companies.preferences, each as it was set or its default."""

    company: Company
    preferences: dict[str, str]


def get_settings(actor: Actor) -> Settings:
    """What the actor's company has set."""
    actor.require(Permission.SETTINGS_WRITE)
    company = Company.objects.get(pk=actor.company_id)
    rows = CompanySetting.objects.filter(company_id=actor.company_id, name__in=PREFERENCES)
    defaults = {name: one.default for name, one in PREFERENCES.items()}
    return Settings(company, {**defaults, **dict(rows.values_list("name", "value"))})


def has_module(actor: Actor, module: str) -> bool:
    """Whether the company has this module on; an actor that came in at no wire (a command, a job) knows none."""
    return Company.objects.filter(pk=actor.company_id, modules__contains=[module]).exists()


def list_companies() -> "QuerySet[Company]":
    """Every company, by slug: for the operator at the command line."""
    return Company.objects.order_by("slug")


def find_active_company(slug: str) -> Company | None:
    """The active company with this slug, ignoring case."""
    return None if "\0" in slug else Company.objects.filter(slug=slug.lower(), is_active=True).first()


def is_named_origin(origin: str) -> bool:
    """Whether any active company lets this web origin call us: for calls that name no company yet."""
    if "\0" in origin:
        return False
    return Company.objects.filter(allowed_origins__contains=[origin], is_active=True).exists()


def find_company_by_host(host: str) -> Company | None:
    """The active company that a host name names: its own domain, or its slug as the first label. Ports do not count."""
    name = host.lower().removesuffix(".").rpartition(":")[0] or host.lower()
    if name in _NAMELESS_HOSTS or _is_address(name):
        return None
    active = Company.objects.filter(is_active=True)
    by_domain = active.annotate(lower=Lower("domain")).filter(lower=name).first()
    return by_domain or active.filter(slug=name.partition(".")[0]).first()


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
