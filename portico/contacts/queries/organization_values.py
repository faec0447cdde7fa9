from typing import Literal

from portico.access import Actor, Permission
from portico.contacts.models import Organization

MOST_FOUND = 50


def list_organization_values(actor: Actor, field: Literal["industry", "kind"], *, search: str = "") -> list[str]:
    """What organizations of the company have in this field, each once, in order: the first MOST_FOUND with `search`.

    By the index of the field: a company has as few kinds of firms as it has words for them.
    """
    actor.require(Permission.TAGS_READ)
    rows = Organization.objects.filter(company_id=actor.company_id).exclude(**{field: ""})
    named = rows.filter(**{f"{field}__isnull": False, f"{field}__icontains": search})
    return list(named.order_by(field).values_list(field, flat=True).distinct()[:MOST_FOUND])
