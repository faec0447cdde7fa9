from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class Priority(models.TextChoices):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Task(models.Model):
    """What somebody has set out to do, perhaps about a contact. `due_on` is a day where that person lives.

    That a task is overdue is never stored: it is open, and its day is over in its owner's time zone.
    """

    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    owner = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    title = models.TextField()
    description = models.TextField(db_default="")
    priority = models.TextField(choices=Priority.choices, db_default=Priority.MEDIUM)
    due_on = models.DateField(null=True)
    completed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "task"
        indexes = [
            models.Index(fields=["company", "owner", "id"], name="task_owner"),
            models.Index(
                fields=["company", "owner", "due_on", "id"], name="task_open", condition=Q(completed_at__isnull=True)
            ),
            models.Index(fields=["company", "due_on", "id"], name="task_due", condition=Q(completed_at__isnull=True)),
            models.Index(fields=["company", "contact", "id"], name="task_contact", condition=Q(contact__isnull=False)),
            # Of all companies, for the one job that reminds.
            models.Index(
                fields=["due_on", "id"],
                name="task_unreminded",
                condition=Q(completed_at__isnull=True, reminded_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="task_company_id"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="task_priority_known"),
            SameCompany(field="owner", name="task_owner_same_company"),
            SameCompany(field="contact", name="task_contact_same_company"),
        ]

    def __str__(self) -> str:
        return self.title
