"""Names under which members are found by strangers: in addresses, so small letters, digits and hyphens."""

import re

from django.db.models.functions import Lower

from portico.identity.models import Membership
from portico.lib.secrets import random_text

LONGEST = 30
_OTHER = re.compile("[^a-z0-9]+")


def free_username(company_id: int, email: str) -> str:
    """A name that nobody in the company has, from what is before the @.

    Where somebody has it already, with an ending that two who come at once will not both be given.
    """
    wanted = _OTHER.sub("-", email.partition("@")[0].lower()).strip("-")[:LONGEST].rstrip("-") or "rep"
    taken = Membership.objects.filter(company_id=company_id).annotate(lower=Lower("username")).filter(lower=wanted)
    return f"{wanted}-{random_text(6).lower()}" if taken.exists() else wanted
