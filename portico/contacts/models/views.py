from django.db import models
from django.db.models.functions import Lower, Now

from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class ContactView(models.Model):
    """A way of looking at the contacts that one member has kept for itself: what the list's address says."""

    company = owning_company()
    member = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    name = models.TextField()
    query = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_view"
        constraints = [
            models.UniqueConstraint(models.F("company"), models.F("member"), Lower("name"), name="contact_view_name"),
            SameCompany(field="member", name="contact_view_member_same_company"),
        ]

    def __str__(self) -> str:
        return self.name
