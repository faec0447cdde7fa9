"""Credentials that end soon, or have ended, and are still there."""

from datetime import datetime, timedelta

from django.utils import timezone

from portico.access import Actor
from portico.identity.models import ApiKey, SecurityCode
from portico.identity.queries.people import list_codes, list_keys

DAYS_BEFORE_EXPIRY = 14


def list_ending_keys(actor: Actor) -> list[ApiKey]:
    """Keys whose time is over within DAYS_BEFORE_EXPIRY days or already, the first to end first; with their holders."""
    return list(list_keys(actor).filter(expires_at__lt=_soon()).order_by("expires_at", "id"))


def list_ending_codes(actor: Actor) -> list[SecurityCode]:
    """The same of security codes."""
    return list(list_codes(actor).filter(expires_at__lt=_soon()).order_by("expires_at", "id"))


def _soon() -> datetime:
    return timezone.now() + timedelta(days=DAYS_BEFORE_EXPIRY)
