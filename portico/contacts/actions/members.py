"""Sign-in of members: contacts that another site lets in with their e-mail address and password."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import NoReturn

from django.db import transaction
from django.db.models import TextField

from portico.access import Actor, Permission
from portico.audit.actions import ENTRY, entry_values, record
from portico.contacts.models import Contact
from portico.contacts.queries.members import Member, find_member
from portico.errors import Busy, NotSignedIn, TooMany
from portico.identity.hashing import slowly
from portico.identity.password_rules import normal
from portico.identity.slowing import Slowdown
from portico.identity.throttle import Limit, Waits, whole_seconds
from portico.identity.usage import note_answer
from portico.lib.addresses import lowered
from portico.lib.passwords.formats import recognise
from portico.lib.passwords.native import hash_password
from portico.lib.passwords.recent import RecentlyVerified
from portico.lib.passwords.tries import WHITE_SPACE
from portico.lib.passwords.verify import verify
from portico.lib.statements import Later, Shape, Statement

# One member, whichever site of the company asks. Nobody who asks is told from its owner here, so the wait begins short
# and stays bearable: at its most 96 guesses a day, and 120 for who lets each count be forgotten.
FAILURES_OF_MEMBER = Slowdown("sign-in of a member", tries=10, first=60, most=900, forgets=7200)
# A site is one address for all its members, so it may fail a hundred times as often as one of them. Each code is
# counted for itself: what one site lets through slows neither the company's other sites nor another company.
FAILURES_FROM_ADDRESS = Limit("sign-in from an address", tries=1000, seconds=600)
FAILURES_WITH_CODE = Limit("sign-in with a code", tries=3000, seconds=600)  # from however many addresses

_PHP_SPACE = WHITE_SPACE.decode()
_MOST_LOOKS = 4  # at a contact whose password changes again and again while it is being verified

# Sites ask again with every page. A password that was right within the last minute is right as long as the stored hash
# is still that one; the contact, its hash and its tags are read each time.
_recently = RecentlyVerified(seconds=60)


def sign_in_member(
    actor: Actor, shape: Shape, *, email: str, password: str, required_tags: Collection[int] = ()
) -> Member:
    """The contact, if the password is right and the contact has every required tag; `document` is in this shape.

    The address's case does not matter, nor do consent and archiving. Raises NotSignedIn whatever is wrong, always after
    the same work; TooMany after too many failures; Busy when too many passwords wait to be verified.

    In the audit are sign-ins that were verified (not those recognised within the minute after) and the failure that
    uses up a limit (not each one: anybody can cause any number).
    """
    actor.require(Permission.MEMBERS_VERIFY)
    _, code_id = actor.credential or ("", 0)
    limits: dict[Waits, str] = {
        FAILURES_OF_MEMBER: _counted_as(actor.company_id, email),
        FAILURES_FROM_ADDRESS: f"{code_id} {actor.address}",
        FAILURES_WITH_CODE: str(code_id),
    }
    member, is_verified = _verified(actor, shape, email, password, limits)
    if not (member.is_admitted and member.tag_ids.issuperset(required_tags)):
        if not is_verified:
            _is_right(actor, None, password)  # or a quick refusal would tell that only the tag is missing
        _refuse(actor, member, limits)
    if is_verified:
        _note_sign_in(actor, member)
    note_answer(actor, 200)
    return member


def forgive_failures(company_id: int, email: str) -> None:
    """Let who has this address try anew: whoever sets a password because the old one is forgotten has tried before."""
    FAILURES_OF_MEMBER.forget(_counted_as(company_id, email))


def _counted_as(company_id: int, email: str) -> str:
    return f"{company_id} {lowered(email)}"


def _verified(
    actor: Actor, shape: Shape, email: str, password: str, limits: Mapping[Waits, str]
) -> tuple[Member, bool]:
    """The member whose password this is, and whether it was verified for this, not known from the minute before."""
    for looks in range(_MOST_LOOKS):
        # Again after verifying, because waiting and hashing take their time: a new password counts, and a limit used up
        # meanwhile. Of many guesses at once, only as many get past it as are hashed at the same moment.
        member, wait = find_member(actor, shape, email, limits=limits)
        if wait is not None:
            raise TooMany(whole_seconds(wait))
        if member and _recently.knows(password, member.password_hash or ""):
            return member, looks > 0
        if not _is_right(actor, member, password):
            _refuse(actor, member, limits)
    raise Busy


def _is_right(actor: Actor, member: Member | None, password: str) -> bool:
    """Whether this is the member's password; it is then known for a while. An unknown member costs the same."""
    stored = (member and member.password_hash) or ""
    is_right, fresh = slowly(_judge, password, stored)
    if member and is_right and (fresh is None or _replace(actor, member, fresh)):
        _recently.remember(password, fresh or stored)
    return is_right


def _judge(password: str, stored: str) -> tuple[bool, str | None]:
    """Whether the password is right, and the hash of ours that replaces a foreign one.

    Blanks around a password may be there or not: WordPress trims before it hashes, and whoever typed one too many at
    the first sign-in must still come in without it at the second. What was chosen here is in its normal form.
    """
    for form in dict.fromkeys((password.strip(_PHP_SPACE), password, normal(password))):
        verdict = verify(form, stored)
        if verdict:
            return True, hash_password(form) if verdict.needs_rehash else None
    return False, None


def _note_sign_in(actor: Actor, member: Member) -> None:
    """In the audit, which is the contact's sign-in history, and on the contact: one statement, both or neither."""
    values = dict(zip(ENTRY, entry_values(actor, "contact.signed_in", "contact"), strict=True))
    _sign_in_statement().fetch({**values, "subject_id": member.id})


_SIGNED_IN = """
WITH seen AS (
    UPDATE contact SET last_sign_in_at = now(), last_activity_at = now() WHERE company_id = %s AND id = %s
)
INSERT INTO audit_entry ({columns}, details) VALUES ({marks}, '{{}}') RETURNING id
"""


@cache
def _sign_in_statement() -> Statement:
    columns = (*ENTRY, "subject_id")
    sql = _SIGNED_IN.format(columns=", ".join(columns), marks=", ".join(["%s"] * len(columns)))
    return Statement(sql, [Later(name, TextField()) for name in ("company_id", "subject_id", *columns)])


@transaction.atomic
def _replace(actor: Actor, member: Member, fresh: str) -> bool:
    """Put our hash in the place of the one just verified. False if that is gone: a password set meanwhile stays."""
    found = Contact.objects.filter(company_id=actor.company_id, pk=member.id, password_hash=member.password_hash)
    if not found.update(password_hash=fresh):
        return False
    record(actor, "contact.password_rehashed", "contact", member.id, format=recognise(member.password_hash or ""))
    return True


def _refuse(actor: Actor, member: Member | None, limits: Mapping[Waits, str]) -> NoReturn:
    note_answer(actor, 401)
    # The member first: who hammers one that has to wait already uses up nothing of the others'.
    for limit, subject in limits.items():
        if limit.count(subject) == limit.tries:
            record(actor, "contact.sign_in_limited", "contact", member.id if member else None, limit=limit.purpose)
    raise NotSignedIn
