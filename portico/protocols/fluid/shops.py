"""`fluid_shop`: how a company is named from outside, and how we name it."""

from urllib.parse import urlsplit

from django.conf import settings

from portico.companies.models import Company
from portico.companies.queries import find_active_company, find_company_by_host
from portico.errors import NotFound
from portico.protocols.fluid.wire import WIRE, Request


def shop_host(company: Company) -> str:
    """`acme.portico.example`: answers always have the host form."""
    return company.slug + SHOP_TAIL


SHOP_TAIL = f".{urlsplit(settings.PUBLIC_URL).hostname}"


def find_shop(name: str) -> Company | None:
    """The company that a bare name or a host names by its first label, if it speaks this protocol."""
    company = find_active_company(name.strip().partition(".")[0])
    return company if company is not None and company.speaks(WIRE) else None


def get_shop(name: str) -> Company:
    """Like find_shop; raises NotFound."""
    company = find_shop(name)
    if company is None:
        raise NotFound("company")
    return company


def named_company(request: Request) -> Company | None:
    """The company that the call is made for, by `fluid_shop` or by the host called. It only lends its looks."""
    shop = find_shop(request.optional("fluid_shop") or "")
    company = shop or find_company_by_host(request.http.META.get("HTTP_HOST", "").replace("\0", ""))
    return company if company is not None and company.speaks(WIRE) else None
