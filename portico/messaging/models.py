from django.db import models
from django.db.models.functions import Now

from portico.companies.models import Company


class Label(models.Model):
    """A label for campaigns and automations, so that people find theirs; contacts have tags instead."""

    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")
    slug = models.TextField()
    title = models.TextField()
    color = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "label"
        constraints = [models.UniqueConstraint(fields=["company", "slug"], name="label_slug")]
        indexes = [models.Index(fields=["company", "id"], name="label_company")]

    def __str__(self) -> str:
        return self.title
