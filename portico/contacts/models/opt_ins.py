from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class OptInRequest(models.Model):
    """Somebody wants this contact to be asked for its consent by mail. The latest time counts; see request_opt_in."""

    pk = models.CompositePrimaryKey("company_id", "contact_id")
    company = owning_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    requested_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "opt_in_request"
        constraints = [
            SameCompany(field="contact", name="opt_in_request_contact_same_company"),
            SameCompany(field="requested_by", name="opt_in_request_requested_by_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.requested_at}"
