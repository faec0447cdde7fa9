"""Whom a thing is for that is not for everybody in its company: members by their role, by their rank, or by name.

The choice is kept in rows beside the thing, one for each role, rank and member, and asked anew each time: whoever gets
a rank sees from then on what is for it, whoever loses it no longer. That a thing is not for everybody stands in its own
row (`for_everybody`), so that a choice of which nothing is left is for nobody.
"""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Q

from portico.access import Role
from portico.companies.models import Company
from portico.identity.models import Membership, Rank


@dataclass(frozen=True, slots=True)
class Audience:
    """Whoever has one of the roles or one of the ranks, or is one of the members, as people call these.

    A rank by what the company's other systems call it, a member by its e-mail address.
    """

    roles: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


class AudiencePart(models.Model):
    """A role, a rank or a member that something is for. `of` names the field that says for what."""

    of: ClassVar[str]

    company = models.ForeignKey(Company, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    role = models.TextField(null=True, choices=[(role.value, role.name) for role in Role])
    rank = models.ForeignKey(Rank, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+")
    member = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.role or self.rank_id or self.member_id)


def one_of_three() -> Q:
    """What holds for each part: it is a role, a rank or a member."""
    return (
        Q(role__isnull=False, role__in=list(Role), rank__isnull=True, member__isnull=True)
        | Q(role__isnull=True, rank__isnull=False, member__isnull=True)
        | Q(role__isnull=True, rank__isnull=True, member__isnull=False)
    )


def part_indexes(table: str, of: str) -> list[models.Index]:
    """One for each kind of part: what is for somebody is found by all that somebody is."""
    return [
        models.Index(fields=["company", kind, of], name=f"{table}_{kind}", condition=Q(**{f"{kind}__isnull": False}))
        for kind in ("role", "rank", "member")
    ]
