from django.contrib.postgres.fields import ArrayField
from django.db import models

from portico.contacts.models.owning import owning_company


class CustomField(models.Model):
    """A field that a company adds to its contacts; the values are in Contact.custom_values under `slug`."""

    class Kind(models.TextChoices):
        TEXT = "text"
        TEXTAREA = "textarea"
        NUMBER = "number"
        SINGLE_SELECT = "single-select"
        MULTI_SELECT = "multi-select"
        RADIO = "radio"
        CHECKBOX = "checkbox"
        DATE = "date"
        DATE_TIME = "date_time"

    company = owning_company()
    slug = models.TextField()
    label = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    options = ArrayField(models.TextField(), null=True)
    group = models.TextField(null=True)
    position = models.IntegerField()

    class Meta:
        db_table = "custom_field"
        constraints = [models.UniqueConstraint(fields=["company", "slug"], name="custom_field_slug")]

    def __str__(self) -> str:
        return self.slug
