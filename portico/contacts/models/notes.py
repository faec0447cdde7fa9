from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class ContactNote(models.Model):
    """What somebody wrote down about a contact. `description` is HTML that was made safe before it came here."""

    company = owning_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    created_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    status = models.TextField(db_default="open")
    type = models.TextField()
    is_private = models.BooleanField(db_default=True)
    is_pinned = models.BooleanField(db_default=False)
    title = models.TextField()
    description = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_note"
        indexes = [models.Index(fields=["company", "contact", "id"], name="contact_note_contact")]
        constraints = [
            SameCompany(field="contact", name="contact_note_contact_same_company"),
            SameCompany(field="created_by", name="contact_note_created_by_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return self.title
