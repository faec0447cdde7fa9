"""The person and the company behind the bearer token: read by one statement in which PostgreSQL builds the JSON."""

from typing import Any

import orjson
from django.db.models import Case, F, IntegerField, Q, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import GreaterThan
from django.http import HttpResponse

from portico.contacts.queries.numbers import mysite_leads_of_member
from portico.content.actions.sites import make_site
from portico.content.queries.sites import own_site_times, site_address_of_member
from portico.errors import NotFound
from portico.identity.actions.profiles import OF_MEMBER, OF_PERSON, SOCIALS, change_profile
from portico.identity.models import NO_LANGUAGE
from portico.identity.queries.sessions import get_own_membership_document
from portico.lib.statements import BuildObject, JsonField, Literal, Shape
from portico.protocols.fluid.expressions import Instant, full_name, or_null
from portico.protocols.fluid.shops import SHOP_TAIL
from portico.protocols.fluid.values import as_flag, inside
from portico.protocols.fluid.wire import Request, as_text, document, keyed
from portico.selling.queries.tasks import open_tasks_of_member

_NOTHING_TO_COUNT = Literal("0", IntegerField())
_FLAGS = ("push_notifications", "email_notifications", "sms_notifications")
_COMPANY = Shape(
    {
        "id": "company_id",
        "name": "company__name",
        "fluid_shop": Concat("company__slug", Value(SHOP_TAIL), output_field=TextField()),
        "logo_url": "company__logo_url",
        "color": "company__color",
    }
)
_RANK = Shape({"id": "rank__id", "name": "rank__name", "external_id": "rank__external_id"})


# The documented keys in their order, then what the reference proposes (5.1) as far as we know it.
PROFILE = Shape(
    {
        "id": "user_id",
        "email": "user__email",
        "first_name": or_null("user__first_name"),
        "last_name": or_null("user__last_name"),
        "full_name": full_name("user__"),
        "phone": "user__phone",
        "bio": "user__bio",
        "image_url": "user__image_url",
        "language": Coalesce(or_null("user__language"), Value(NO_LANGUAGE), output_field=TextField()),
        "time_zone": "user__time_zone",
        "share_link": site_address_of_member(),
        "mysite_url": site_address_of_member(),
        "affiliate_shop_url": site_address_of_member(),
        "affiliate_id": "external_id",
        "role": "role",
        "active": "is_active",
        "rank": Case(
            When(Q(rank__isnull=False), then=BuildObject(_RANK)),
            default=Literal(None, JsonField()),
            output_field=JsonField(),
        ),
        "total_points": "total_points",
        "fantasy_points": "fantasy_points",
        "leads_remaining": "leads_remaining",
        "leads_recurring": "leads_recurring",
        "open_task_count": open_tasks_of_member(),
        "unread_messages_count": _NOTHING_TO_COUNT,  # nobody writes to members here
        "mysite_views": own_site_times("site_views", "id"),
        "mysite_leads": mysite_leads_of_member(),
        **{name: KT(f"socials__{name}") for name in SOCIALS},
        "user_company_id": "id",
        "company": BuildObject(_COMPANY),
        "created_at": Instant("created_at"),
        "username": "username",
        **{name: name for name in _FLAGS},
        "email_signature": "email_signature",
    }
)
_LEADS = Shape(
    {
        "leads_delivery": GreaterThan(F("leads_remaining"), 0),
        "monthly_leads_purchase": GreaterThan(F("leads_recurring"), 0),
        "leads_remaining": "leads_remaining",
        "leads_recurring": "leads_recurring",
        "leads_purchased_amount": _NOTHING_TO_COUNT,
        "leads_requested_per_day": Literal(None),
    }
)


def show_me(request: Request) -> HttpResponse:
    return _with_site(request, get_own_membership_document(request.actor, PROFILE))


def change_me(request: Request) -> HttpResponse:
    return _with_site(request, change_profile(request.actor, _fields(request), PROFILE))


def _with_site(request: Request, profile: str) -> HttpResponse:
    """Who looks for the first time gets its site, so that the address said here is never one of nothing."""
    if orjson.loads(profile)["mysite_url"] is None:
        make_site(request.actor)
        profile = get_own_membership_document(request.actor, PROFILE)
    return document(profile)


def change_user(request: Request, id: int) -> HttpResponse:
    """Nobody changes anybody else here."""
    if id != request.actor.user_id:
        raise NotFound("user")
    return change_me(request)


def change_signature(request: Request, company_id: int) -> HttpResponse:
    """The path names the company, in some clients the membership."""
    if company_id not in {request.actor.company_id, request.actor.membership_id}:
        raise NotFound("company")
    signature = as_text("email_signature", inside(request, "user_company").get("email_signature")) or ""
    change_profile(request.actor, {"email_signature": signature}, PROFILE)
    return keyed({"user_company": {"id": request.actor.membership_id, "email_signature": signature}})


def show_leads(request: Request) -> HttpResponse:
    return document(get_own_membership_document(request.actor, _LEADS))


def _fields(request: Request) -> dict[str, Any]:
    given = inside(request, "user")
    texts = {
        name: as_text(name, given[name])
        for name in (*OF_PERSON, *SOCIALS, *OF_MEMBER)
        if name in given and name not in _FLAGS
    }
    flags = {name: as_flag(name, given[name]) for name in _FLAGS if given.get(name) is not None}
    return {**texts, **flags}
