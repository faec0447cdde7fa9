"""Recovery codes: on paper, each good for once in place of a second factor."""

import re
import secrets

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from portico.access import Actor
from portico.errors import Conflict
from portico.identity.actions.factors import note_change, own_user
from portico.identity.factor_models import RecoveryCode
from portico.identity.queries.factors import has_factor
from portico.lib.secrets import digest

CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else
_HALF = 5  # characters before and after the hyphen: 49 bits in all


@transaction.atomic
def renew_recovery_codes(actor: Actor) -> list[str]:
    """Ten new codes for the actor's user, shown once; all before them are over. Raises Conflict without a factor."""
    user = own_user(actor)
    if not has_factor(user.pk):
        raise Conflict("Recovery codes stand in for a second factor: set one up first.")
    codes = make_recovery_codes(user.pk)
    note_change(actor, user, "factors.codes_renewed", gettext_noop("You have new recovery codes."))
    return codes


def make_recovery_codes(user_id: int) -> list[str]:
    """The same, inside the transaction that holds the user."""
    codes = [_new_code() for _ in range(CODES)]
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user_id=user_id, digest=_digest(code)) for code in codes)
    return codes


def use_recovery_code(user_id: int, typed: str) -> bool:
    """Whether this is one of the user's codes that was not used before; it is now. Of many at once one is told yes."""
    rows = RecoveryCode.objects.filter(user_id=user_id, digest=_digest(typed), used_at=None)
    return bool(rows.update(used_at=Now()))


def _new_code() -> str:
    halves = ("".join(secrets.choice(_ALPHABET) for _ in range(_HALF)) for _ in range(2))
    return "-".join(halves)


def _digest(code: str) -> bytes:
    """However it was typed: small or large, with or without the hyphen."""
    return digest(re.sub(r"[\s-]", "", code).lower(), "recovery code")
