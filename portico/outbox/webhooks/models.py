from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from portico.lib.tenancy import SameCompany


def _company() -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey("companies.Company", models.CASCADE, db_index=False, related_name="+")


class WebhookEndpoint(models.Model):
    """An address that is told what happens in the company: these kinds of events, or with none named all.

    After a failure to reach it at all it rests until `rest_until`. `failing_since` is the first failure after the last
    success; one that fails for days is disabled, and that is told once.
    """

    company = _company()
    url = models.TextField()
    description = models.TextField(db_default="")
    kinds = ArrayField(models.TextField(), db_default=models.Value([], ArrayField(models.TextField())))
    created_at = models.DateTimeField(db_default=Now())
    failing_since = models.DateTimeField(null=True)
    failures = models.IntegerField(db_default=0)
    rest_until = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_endpoint"
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="webhook_endpoint_company_id")]

    def __str__(self) -> str:
        return self.url


class WebhookSecret(models.Model):
    """What an endpoint's deliveries are signed with, sealed. After a rotation the one before signs too for a while."""

    company = _company()
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="secrets"
    )
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_secret"
        indexes = [models.Index(fields=["company", "endpoint"], name="webhook_secret_endpoint")]
        constraints = [SameCompany(field="endpoint", name="webhook_secret_same_company")]

    def __str__(self) -> str:
        return f"secret {self.pk}"


class WebhookDelivery(models.Model):
    """One event for one endpoint, written by PostgreSQL with the entry of the audit that it tells of.

    What happened is read from that entry when it is sent, so nothing about people is kept here. `number` names the
    message to the receiver, and is the same at every try.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    company = _company()
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    entry_id = models.BigIntegerField()
    number = models.UUIDField(db_default=RandomUUID())
    kind = models.TextField()
    at = models.DateTimeField()
    state = models.TextField(choices=State.choices, db_default=State.WAITING)
    tries = models.IntegerField(db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_delivery"
        indexes = [
            models.Index(
                fields=["company", "endpoint", "next_at", "id"],
                name="webhook_delivery_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["company", "endpoint", "-id"], name="webhook_delivery_log"),
            models.Index(
                fields=["company", "endpoint", "-id"],
                name="webhook_delivery_failed",
                condition=models.Q(state="failed"),
            ),
            models.Index(
                fields=["ended_at"], name="webhook_delivery_ended", condition=models.Q(ended_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="webhook_delivery_company_id"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "delivered", "failed"]), name="webhook_delivery_state"
            ),
            SameCompany(field="endpoint", name="webhook_delivery_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class WebhookAttempt(models.Model):
    """One try to deliver: the receiver's status, or in our words why there is none."""

    company = _company()
    delivery = models.ForeignKey(
        WebhookDelivery, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="attempts"
    )
    at = models.DateTimeField(db_default=Now())
    status = models.IntegerField(null=True)
    failure = models.TextField(db_default="")
    milliseconds = models.IntegerField()

    class Meta:
        db_table = "webhook_attempt"
        indexes = [models.Index(fields=["company", "delivery", "id"], name="webhook_attempt_delivery")]
        constraints = [SameCompany(field="delivery", name="webhook_attempt_same_company")]

    def __str__(self) -> str:
        return str(self.status or self.failure)
