"""Who signs in to another software: one of the company's staff or of its contacts, and what is told of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portico.contacts.models import Contact
from portico.identity.models import NO_LANGUAGE, Membership
from portico.lib.secrets import digest

MOST_TAGS = 200  # in a token, which travels in a header; userinfo tells all
# How a person proved who it is (identity.Session), as RFC 8176 names it.
_METHODS = {"password": "pwd", "passcode": "otp", "link": "otp", "totp": "otp", "recovery": "otp", "passkey": "swk"}
_MAILED = frozenset({"passcode", "link"})


@dataclass(frozen=True, slots=True)
class Person:
    """`subject` stays the same for ever: `user:ID` or `contact:ID`, with the ids that our other protocols use.

    `proof` is a keyed digest of the subject and its password's hash: another password, another proof.
    """

    subject: str
    email: str
    first_name: str
    last_name: str
    proof: bytes
    membership_id: int | None = None
    contact_id: int | None = None
    language: str = ""
    time_zone: str = ""
    role: str = "contact"
    status: str = ""
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a live session in this browser, and how and when it began."""

    person: Person
    at: datetime
    methods: tuple[str, ...]
    session_id: int | None = None
    member_session_id: int | None = None


def contact_subject(contact_id: int) -> str:
    return f"contact:{contact_id}"


def proof_of(subject: str, password_hash: str | None) -> bytes:
    """With the subject in it, so that what moves to another contact by a merge is no good there."""
    return digest(f"{subject} {password_hash or ''}", "password that a sign-in began with")


def person_of_membership(one: Membership) -> Person:
    """`one` comes with its user."""
    user = one.user
    subject = f"user:{user.pk}"
    return Person(
        subject,
        user.email,
        user.first_name,
        user.last_name,
        proof_of(subject, user.password),
        membership_id=one.pk,
        language=user.language or NO_LANGUAGE,
        time_zone=user.time_zone,
        role=one.role,
    )


def person_of_contact(one: Contact, tags: Collection[str]) -> Person:
    subject = contact_subject(one.pk)
    return Person(
        subject,
        one.email or "",
        one.first_name or "",
        one.last_name or "",
        proof_of(subject, one.password_hash),
        contact_id=one.pk,
        time_zone=one.time_zone or "",
        status=one.consent,
        tags=tuple(tags),
    )


def authentication_claims(methods: Collection[str], at: datetime) -> dict[str, Any]:
    names = sorted({_METHODS[method] for method in methods if method in _METHODS})
    return {"auth_time": int(at.timestamp()), "amr": [*names, "mfa"] if len(set(methods)) > 1 else names}


def personal_claims(person: Person, scopes: Collection[str], methods: Collection[str]) -> dict[str, Any]:
    """Name and address, as far as the scopes go; what is not known is left out.

    An address counts as verified where the person has just read a mail there.
    """
    claims: dict[str, Any] = {}
    if "profile" in scopes:
        claims |= {
            "name": person.name,
            "given_name": person.first_name,
            "family_name": person.last_name,
            "locale": person.language,
            "zoneinfo": person.time_zone,
        }
    if "email" in scopes and person.email:
        claims |= {"email": person.email, "email_verified": not _MAILED.isdisjoint(methods)}
    return {name: value for name, value in claims.items() if value != ""}


def company_claims(person: Person, company: str, scopes: Collection[str], *, most: int | None = None) -> dict[str, Any]:
    """What the person is in the company (a slug): role, and for contacts consent and tags (slugs, at most so many)."""
    claims: dict[str, Any] = {"company": company}
    if "role" in scopes:
        claims["role"] = person.role
    if "tags" in scopes and person.contact_id is not None:
        claims |= {"tags": list(person.tags[:most]), "status": person.status}
    return claims
