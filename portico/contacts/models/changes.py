from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class BulkChange(models.Model):
    """One change to many contacts, which the worker makes a portion at a time.

    `chosen` says to whom, and is forgotten in the end; nobody behind the id `until` is meant, so that who is added
    meanwhile stays as he is. `position` is the id of the last contact that is done with. It moves in the transaction
    that changes those contacts, so that whoever goes on after a kill goes on exactly there.
    """

    class State(models.TextChoices):
        CHOSEN = "chosen"  # what to do is not said yet
        WAITING = "waiting"
        RUNNING = "running"
        STOPPED = "stopped"
        DONE = "done"
        FAILED = "failed"

    class Kind(models.TextChoices):
        TAG = "tag"
        UNTAG = "untag"
        LIST = "list"
        UNLIST = "unlist"
        CONSENT = "consent"
        OWNER = "owner"
        DELETE = "delete"

    company = owning_company()
    member = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    state = models.TextField(choices=State.choices, db_default=State.CHOSEN)
    kind = models.TextField(choices=Kind.choices, db_default="")
    value = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    until = models.BigIntegerField()
    position = models.BigIntegerField(db_default=0)
    total = models.BigIntegerField()
    done = models.BigIntegerField(db_default=0)
    by = models.JSONField(default=dict)
    problem = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "bulk_change"
        indexes = [
            models.Index(
                fields=["touched_at"],
                name="bulk_change_open",
                condition=models.Q(state__in=["chosen", "waiting", "running", "stopped", "failed"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="bulk_change_company_id"),
            SameCompany(field="member", name="bulk_change_member_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return f"bulk change {self.pk}"
