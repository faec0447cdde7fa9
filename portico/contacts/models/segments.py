from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.owning import owning_company


class Segment(models.Model):
    """A filter that somebody has kept, as filtering.storing writes it. Who is in it is asked anew each time."""

    company = owning_company()
    slug = models.TextField()
    title = models.TextField()
    description = models.TextField(null=True)
    filter = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "segment"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="segment_company_id"),
            models.UniqueConstraint(fields=["company", "slug"], name="segment_slug"),
        ]

    def __str__(self) -> str:
        return self.title
