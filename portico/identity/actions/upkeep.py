"""What signing in leaves behind is forgotten in time."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portico.identity.factor_models import HalfSignIn, PasskeyAnswer, PasswordReset
from portico.identity.models import Challenge, KnownDevice, Session, Throttle

CHALLENGES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)
THROTTLES_KEPT = timedelta(days=9)  # longer than any window, and than any wait with the quiet after it


def forget_the_past() -> None:
    """Delete what was asked for, throttles, devices and sessions (tokens with them) whose time has long been over."""
    now = timezone.now()
    Challenge.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()  # any company: upkeep
    Throttle.objects.filter(since__lt=now - THROTTLES_KEPT).delete()
    KnownDevice.objects.filter(Q(expires_at__lt=now) | Q(revoked_at__lt=now - CHALLENGES_KEPT)).delete()
    HalfSignIn.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    PasswordReset.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    PasskeyAnswer.objects.filter(answered_at__lt=now - CHALLENGES_KEPT).delete()  # longer than a challenge lives
    over = now - SESSIONS_KEPT
    Session.objects.filter(Q(expires_at__lt=over) | Q(ended_at__lt=over))._raw_delete("default")  # noqa: SLF001 -- any company: PostgreSQL cascades to the tokens
