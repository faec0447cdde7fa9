"""Passwords of users: set, and judged when they come. What a new one must be is in password_rules."""

from django.db import transaction
from django.utils.translation import gettext_noop

from portico.access import Actor
from portico.identity.actions.factors import locked_user, note_change, require_operator
from portico.identity.hashing import slowly
from portico.identity.models import Membership, User
from portico.identity.password_rules import MOST, checked_password, normal
from portico.identity.queries.factors import has_factor, require_fresh_proof
from portico.lib.passwords.native import hash_password
from portico.lib.passwords.verify import verify

_CHANGED = gettext_noop("Your password was changed.")


def is_own_password(user: User | None, password: str) -> bool:
    """Whether this is the user's password; nobody's costs the same. Slow. Raises Busy."""
    # A password of ours has at most MOST characters in its normal form; what is far longer is not even normalised.
    typed = normal(password) if len(password) <= 4 * MOST else "-"
    return bool(slowly(verify, typed, user.password if user else ""))


def set_own_password(actor: Actor, password: str) -> None:
    """The actor's user gets this password; its other sessions end. Raises Invalid, Denied, Busy."""
    require_fresh_proof(actor)
    user_id = actor.user_id or 0
    stored = new_hash(user_id, password)
    with transaction.atomic():
        store_password(actor, user_id, stored)


def set_password_of(actor: Actor, user_id: int, password: str) -> None:
    """The same for any user, by the operator. All its sessions end."""
    require_operator(actor)
    stored = new_hash(user_id, password)
    with transaction.atomic():
        store_password(actor, user_id, stored)


def new_hash(user_id: int, password: str) -> str:
    """What is kept of a new password for this user. Slow. Raises Invalid, Busy."""
    return slowly(hash_password, checked_password(password, has_factor=has_factor(user_id), own=_known_of(user_id)))


def store_password(actor: Actor, user_id: int, stored: str) -> None:
    """Inside the caller's transaction. Raises NotFound."""
    user = locked_user(user_id)
    user.password = stored
    user.save(update_fields=["password"])
    note_change(actor, user, "password.set", _CHANGED)


def _known_of(user_id: int) -> list[str]:
    """What others know of this user, and would try."""
    rows = Membership.objects.filter(user_id=user_id).select_related("user", "company")  # any company: all of them
    return [
        text
        for one in rows
        for text in (one.user.email, one.user.first_name, one.user.last_name, one.company.name, one.company.slug)
    ]
