"""The keys that sign JWTs: made, retired and forgotten without anybody's doing."""

import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from portico.identity.models import SigningKey
from portico.lib.secrets import random_text, seal, unseal

PURPOSE = "signing key"
TOKENS_LIVE = timedelta(hours=24)
MARGIN = timedelta(hours=1)  # a refreshed token may end some seconds later than a fresh one
SIGNS_FOR = timedelta(days=7)
# Made so long before it is needed, a key is known to every process when the first token with it comes.
MADE_BEFORE = timedelta(days=1)
_ONE_AT_A_TIME = 7_263_002  # a number of ours among PostgreSQL's advisory locks


def make_signing_key_if_needed() -> None:
    """Make a key when there is none that may sign now. Cheap when there is one."""
    if not _lasts(timedelta()):
        _make(lasting=timedelta())


def rotate_signing_keys() -> None:
    """Make the next key a day before the present one retires; forget those whose tokens have all ended."""
    _make(lasting=MADE_BEFORE)
    SigningKey.objects.filter(expires_at__lt=Now()).delete()


def _lasts(time: timedelta) -> bool:
    return any(_is_ours(key) for key in SigningKey.objects.filter(retires_at__gt=timezone.now() + time))


def _is_ours(key: SigningKey) -> bool:
    """Keys sealed with another PORTICO_SECRET_KEY neither sign nor check."""
    try:
        unseal(bytes(key.sealed), PURPOSE)
    except ValueError:
        return False
    return True


@transaction.atomic
def _make(*, lasting: timedelta) -> None:
    with connection.cursor() as cursor:
        # Of several processes one makes the key, and the others see it.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    if _lasts(lasting):
        return
    newest = SigningKey.objects.order_by("-retires_at").values_list("retires_at", flat=True).first()
    begins = max(timezone.now(), newest or timezone.now()) if lasting else timezone.now()
    SigningKey.objects.create(
        kid=random_text(12),
        sealed=seal(secrets.token_bytes(32), PURPOSE),
        retires_at=begins + SIGNS_FOR,
        expires_at=begins + SIGNS_FOR + TOKENS_LIVE + MARGIN,
    )
