"""What has long been over is forgotten."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portico.openid.models import Grant, MemberSession

KEPT = timedelta(days=30)


def forget_ended_grants() -> None:
    """Delete grants (their tokens with them) and members' sessions whose time was over a month ago."""
    over = timezone.now() - KEPT
    ended = Q(expires_at__lt=over) | Q(ended_at__lt=over)
    Grant.objects.filter(ended)._raw_delete("default")  # noqa: SLF001 -- any company: PostgreSQL cascades to the tokens
    MemberSession.objects.filter(ended)._raw_delete("default")  # noqa: SLF001 -- any company: upkeep
