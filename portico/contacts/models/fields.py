from django.contrib.postgres.fields import ArrayField
from django.db import models

from portico.contacts.models.owning import owning_company


class FieldDefinition(models.Model):
    """A field that a company adds to what it keeps; what it holds is in `custom_values` there, under `slug`."""

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
        abstract = True

    def __str__(self) -> str:
        return self.slug


class CustomField(FieldDefinition):
    """One of contacts: in Contact.custom_values."""

    class Meta:
        db_table = "custom_field"
        constraints = [models.UniqueConstraint(fields=["company", "slug"], name="custom_field_slug")]
