from django.db import models
from django.db.models.functions import Now

from portico.outbox.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookSecret

__all__ = ["Mail", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint", "WebhookSecret"]


class Mail(models.Model):
    """One mail. Its text is sealed: it may hold a passcode or a link. Without a mail server it stays captured."""

    class State(models.TextChoices):
        CAPTURED = "captured"
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    company_id = models.BigIntegerField(null=True)
    to = models.TextField()
    sender_name = models.TextField(db_default="")
    subject = models.TextField()
    sealed_text = models.BinaryField()
    state = models.TextField(choices=State.choices)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")

    class Meta:
        db_table = "mail"
        indexes = [
            models.Index(models.functions.Lower("to"), models.F("id"), name="mail_to"),
            models.Index(fields=["company_id", "id"], name="mail_company"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
