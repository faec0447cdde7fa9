"""GET /api/me: the person and the company behind the bearer token, built by PostgreSQL in one statement."""

from django.db.models import IntegerField, TextField, Value
from django.db.models.functions import Concat
from django.http import HttpResponse

from portico.identity.queries.sessions import get_own_membership_document
from portico.lib.statements import BuildObject, Literal, Shape
from portico.protocols.fluid.expressions import Instant, full_name, or_null
from portico.protocols.fluid.shops import SHOP_TAIL
from portico.protocols.fluid.wire import Request, document

_NOTHING, _NONE_YET = Literal(None), Literal("0", IntegerField())

_COMPANY = Shape(
    {
        "id": "company_id",
        "name": "company__name",
        "fluid_shop": Concat("company__slug", Value(SHOP_TAIL), output_field=TextField()),
        "logo_url": "company__logo_url",
        "color": "company__color",
    }
)
# The documented keys in their order, then what the reference proposes (5.1) as far as we know it. What Portico does
# not keep is null or zero, never made up.
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
        "language": "user__language",
        "time_zone": "user__time_zone",
        "share_link": _NOTHING,
        "mysite_url": _NOTHING,
        "affiliate_shop_url": _NOTHING,
        "affiliate_id": _NOTHING,
        "role": "role",
        "active": "is_active",
        "rank": _NOTHING,
        "total_points": _NONE_YET,
        "fantasy_points": _NONE_YET,
        "leads_remaining": _NONE_YET,
        "leads_recurring": _NONE_YET,
        "open_task_count": _NONE_YET,
        "unread_messages_count": _NONE_YET,
        "mysite_views": _NONE_YET,
        "mysite_leads": _NONE_YET,
        "facebook": _NOTHING,
        "instagram": _NOTHING,
        "user_company_id": "id",
        "company": BuildObject(_COMPANY),
        "created_at": Instant("created_at"),
    }
)


def show_me(request: Request) -> HttpResponse:
    return document(get_own_membership_document(request.actor, PROFILE))
