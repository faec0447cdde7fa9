from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Consent
from portico.contacts.models.owning import owning_company


class IncomingWebhook(models.Model):
    """An address at which other software brings contacts, told by a key of its own.

    `consent` is what a new contact gets; tags, lists and organizations are for whoever brings none. The key is found by
    its keyed digest, and sealed, because its address is shown again and again.
    """

    company = owning_company()
    name = models.TextField()
    consent = models.TextField(choices=Consent.choices)
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    list_ids = ArrayField(models.BigIntegerField(), default=list)
    organization_ids = ArrayField(models.BigIntegerField(), default=list)
    digest = models.BinaryField(unique=True)
    sealed_key = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "incoming_webhook"
        indexes = [models.Index(fields=["company", "id"], name="incoming_webhook_company")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consent__in=Consent.values), name="incoming_webhook_consent_known"
            )
        ]

    def __str__(self) -> str:
        return self.name
