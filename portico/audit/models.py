from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

# Of no interest in the history of a contact, and far too many to be looked through for it.
NO_CHANGES = ("contact.signed_in", "contact.sign_in_limited")


class AuditEntry(models.Model):
    """One thing that happened. `details` never holds a secret; a person is named as the actor was at that time.

    `contacts` are the contacts that it is about where the subject is not one of them alone. What holds for one of them
    only is in details["of"], by its id.
    """

    company_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=models.functions.Now())
    actor = models.TextField()
    membership_id = models.BigIntegerField(null=True)
    action = models.TextField()
    subject = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    wire = models.TextField()
    request_id = models.TextField(db_default="")
    address = models.TextField(db_default="")
    details = models.JSONField(default=dict)
    contacts = ArrayField(models.BigIntegerField(), null=True)
    # Written once, when the entry is sealed; details that a person's erasure took away are told by the third.
    seal_id = models.BigIntegerField(null=True)
    digest = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["company_id", "id"], name="audit_entry_company"),
            models.Index(fields=["id"], name="audit_entry_unsealed", condition=models.Q(seal_id=None)),
            models.Index(fields=["seal_id", "id"], name="audit_entry_seal", condition=models.Q(seal_id__isnull=False)),
            models.Index(
                fields=["company_id", "subject_id", "id"],
                name="audit_entry_contact",
                condition=Q(subject="contact") & ~Q(action__in=NO_CHANGES),
            ),
            # Rows wait unsorted up to this many kB, and every history reads them.
            GinIndex(
                fields=["contacts"],
                name="audit_entry_contacts",
                condition=Q(contacts__isnull=False),
                fastupdate=True,
                gin_pending_list_limit=256,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.subject} {self.subject_id}"


class AuditSeal(models.Model):
    """A batch of one company's entries, and a link of its chain: `hash` covers them and the hash before.

    Numbers run from 1 without a gap. `company_id` is 0 for what happened in no company.
    """

    company_id = models.BigIntegerField()
    number = models.BigIntegerField()
    entries = models.IntegerField()
    newest_at = models.DateTimeField()
    sealed_at = models.DateTimeField(db_default=models.functions.Now())
    hash = models.BinaryField()
    # Set when the entries were deleted because they are older than what is kept: the chain goes on over the hash.
    entries_removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_seal"
        constraints = [models.UniqueConstraint(fields=["company_id", "number"], name="audit_seal_number")]

    def __str__(self) -> str:
        return f"seal {self.number} of company {self.company_id}"
