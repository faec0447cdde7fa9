"""The demo company itself: found or made at each start, its secrets kept in a file only its owner can read."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from portico.access import GRANTABLE, Actor, Role, operator, stranger
from portico.companies.actions import add_company, switch_module
from portico.companies.models import MODULES, Company
from portico.companies.queries import get_company
from portico.contacts.actions.events import Event, track_event
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.actions.passwords import set_password
from portico.contacts.actions.registering import register_contact
from portico.contacts.actions.titles import ids_of_titles
from portico.contacts.models import Tag
from portico.contacts.queries.contacts import get_contact_by_email
from portico.contacts.sample_marks import add_sample
from portico.errors import NotFound, NotSignedIn, Refusal
from portico.identity.actions.credentials import add_code, add_key, revoke_code, revoke_key
from portico.identity.actions.people import add_member
from portico.identity.actions.sessions import add_session_token, begin_sessions
from portico.identity.queries.people import find_membership, get_membership, list_codes, list_keys
from portico.identity.queries.sessions import get_live_session, get_live_session_of_token
from portico.lib.passwords.verify import verify
from portico.lib.secrets import digest, random_text

SLUG = "demo"
CONTACTS = 150
OWNER, MANAGER, REP, MEMBER = (f"{name}@demo.test" for name in ("owner", "manager", "rep", "member"))
TAG = "Gold member"
_CREDENTIAL = "Demo"  # what its key and its code are called


@dataclass(slots=True)
class Secrets:
    """What the demo's file holds; empty until it is made."""

    key_username: str = ""
    key_password: str = ""
    security_code: str = ""
    member_password: str = ""
    rep_token: str = ""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as it is now: secrets that work, and the id of the tag that lets the member in."""

    secrets: Secrets
    tag_id: int


def demo_company(file: Path) -> Demo:
    """Find or make the company, its people, sample contacts and credentials.

    Whatever is missing is made anew, so a start that was killed half-way heals at the next one: the company in one
    transaction, then each secret, which counts only once it stands in the file.
    """
    actor = operator(_people().pk)
    secrets = _read(file)
    for is_good, renew in (
        (_has_key, _renew_key),
        (_has_code, _renew_code),
        (_has_password, _renew_password),
        (_has_token, _renew_token),
    ):
        if not is_good(actor, secrets):
            with suppress(Refusal):  # somebody made another of this company than we did: what still works is shown
                renew(actor, secrets)
            _write(file, secrets)
    return Demo(secrets, ids_of_titles(actor, Tag, [TAG])[TAG])


@transaction.atomic
def _people() -> Company:
    company = _company()
    actor = operator(company.pk)
    for email, role, name in (
        (OWNER, Role.ADMIN, "Olivia Owner"),
        (MANAGER, Role.MANAGER, "Max Manager"),
        (REP, Role.REP, "Rita Rep"),
    ):
        if find_membership(company.pk, email) is None:
            granted = GRANTABLE if role is Role.MANAGER else ()
            add_member(actor, email=email, role=role, name=name, permissions=granted)
    try:
        get_contact_by_email(actor, MEMBER)
    except NotFound:
        names = {"first_name": "Mia", "last_name": "Member", "stage": "customer"}
        member = register_contact(actor, {"email": MEMBER, **names}, tags=[TAG], lists=["Newsletter"], owner=REP)
        _past(actor, member.pk)
        add_sample(actor, contacts=CONTACTS)
    return company


def _past(actor: Actor, contact_id: int) -> None:
    """What was written down about the member, and what it did."""
    for kind, title, text in (
        ("call", "First call", "<p>Knows us from a friend. Wants to hear about <b>trips</b>.</p>"),
        ("meeting", "At the fair", "<ul><li>Likes the spring offer</li><li>Send the price list</li></ul>"),
    ):
        add_note(actor, contact_id, NoteText(kind, title, text))
    for event in (
        Event("page_viewed", "Looked at the prices", value="/prices", provider="website"),
        Event("page_viewed", "Looked at the prices", value="/prices?spring", provider="website"),
        Event("booked", "Booked a trip", value="249.00", provider="shop", is_repeatable=False),
    ):
        track_event(actor, event, contact_id=contact_id)


def _company() -> Company:
    with suppress(NotFound):
        return get_company(SLUG)
    company = add_company(slug=SLUG, name="Portico Demo")
    for module in MODULES:
        company = switch_module(operator(company.pk), module=module, on=True)
    return company


def _has_key(actor: Actor, secrets: Secrets) -> bool:
    return digest(secrets.key_password, "api key") in {bytes(one.digest) for one in list_keys(actor)}


def _renew_key(actor: Actor, secrets: Secrets) -> None:
    secrets.key_username = secrets.key_password = ""
    for one in list_keys(actor).filter(name=_CREDENTIAL):
        revoke_key(actor, one.pk)
    new = add_key(actor, email=MANAGER, name=_CREDENTIAL)
    secrets.key_username, secrets.key_password = new.username, new.password


def _has_code(actor: Actor, secrets: Secrets) -> bool:
    return digest(secrets.security_code, "security code") in {bytes(one.digest) for one in list_codes(actor)}


def _renew_code(actor: Actor, secrets: Secrets) -> None:
    for one in list_codes(actor).filter(name=_CREDENTIAL):
        revoke_code(actor, one.pk)
    secrets.security_code = add_code(actor, name=_CREDENTIAL)[1]


def _has_password(actor: Actor, secrets: Secrets) -> bool:
    stored = get_contact_by_email(actor, MEMBER).password_hash
    return bool(stored and verify(secrets.member_password, stored))


def _renew_password(actor: Actor, secrets: Secrets) -> None:
    secrets.member_password = random_text(16)
    set_password(actor, get_contact_by_email(actor, MEMBER).pk, secrets.member_password)


def _has_token(_actor: Actor, secrets: Secrets) -> bool:
    try:
        get_live_session_of_token(secrets.rep_token, stranger(wire="cli"))
    except NotSignedIn:
        return False
    return True


@transaction.atomic
def _renew_token(actor: Actor, secrets: Secrets) -> None:
    secrets.rep_token = ""
    (begun,) = begin_sessions(actor, [get_membership(actor.company_id, REP)], methods=[])
    session = get_live_session(actor.company_id, begun.facts.id, stranger(wire="cli"))
    secrets.rep_token = add_session_token(session.actor)


def _read(file: Path) -> Secrets:
    try:
        known = json.loads(file.read_text())
        return Secrets(**{name: str(known.get(name, "")) for name in asdict(Secrets())})
    except (FileNotFoundError, ValueError, AttributeError):
        return Secrets()


def _write(file: Path, secrets: Secrets) -> None:
    """In place of the old one at once, so that a kill never leaves half of it."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        json.dump(asdict(secrets), written, indent=2)
        written.flush()
        os.fsync(written.fileno())
    fresh.replace(file)
