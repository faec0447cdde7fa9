from django.db import models


class AuditEntry(models.Model):
    """One thing that happened. `details` never holds a secret; a person is named as the actor was at that time."""

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

    class Meta:
        db_table = "audit_entry"
        indexes = [models.Index(fields=["company_id", "id"], name="audit_entry_company")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.subject} {self.subject_id}"
