from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import owning_company
from portico.lib.tenancy import SameCompany


class Activity(models.Model):
    """One thing that happened between the company and a contact: what the timeline of the contact is made of.

    `kind` is what happened ("page.viewed", "share.opened", "lead.captured", "order.placed", "task.completed"),
    `subject` and `subject_id` what it happened to; `details` are what a line of the timeline shows, no secrets.
    """

    company = owning_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    kind = models.TextField()
    subject = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "activity"
        indexes = [models.Index(fields=["company", "contact", "-at", "-id"], name="activity_contact")]
        constraints = [SameCompany(field="contact", name="activity_contact_same_company")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.subject_id}"
