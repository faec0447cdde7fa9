from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class TrackedEvent(models.Model):
    """Something a contact did elsewhere, as another system tells it.

    Of those that repeat there is one row for each contact, key and title, which counts; of the others one each time.
    """

    company = owning_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    key = models.TextField()
    title = models.TextField()
    value = models.TextField(null=True)
    provider = models.TextField(db_default="custom")
    is_repeatable = models.BooleanField(db_default=False)
    counter = models.BigIntegerField(db_default=1)
    created_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tracked_event"
        indexes = [
            models.Index(fields=["company", "contact", "id"], name="tracked_event_contact"),
            models.Index(fields=["company", "key", "contact"], name="tracked_event_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "contact", "key", "title"],
                name="tracked_event_repeatable",
                condition=models.Q(is_repeatable=True),
            ),
            SameCompany(field="contact", name="tracked_event_contact_same_company"),
            SameCompany(field="created_by", name="tracked_event_created_by_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return self.title
