from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import owning_company
from portico.lib.tenancy import SameCompany


class PasswordLink(models.Model):
    """A mailed link with which a contact sets its password itself. `email` is where it went: it is good only there.

    No row that stays is without a contact: see actions.password_links.
    """

    company = owning_company()
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    email = models.TextField()
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "contact_password_link"
        indexes = [
            models.Index(fields=["company", "contact"], name="contact_password_link_contact"),
            models.Index(fields=["expires_at"], name="contact_password_link_expires"),
        ]
        constraints = [SameCompany(field="contact", name="contact_password_link_same_company")]

    def __str__(self) -> str:
        return f"password link {self.pk}"
