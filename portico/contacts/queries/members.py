"""Contacts that sign in on other sites: what their sign-in needs, read at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, Lower

from portico.access import Actor, Permission
from portico.contacts.fields import LONGEST_TEXT
from portico.contacts.models import ContactTag, CustomField
from portico.contacts.queries.choosing import matching
from portico.identity.throttle import Waits, longest_wait
from portico.lib.statements import BuildObject, Shape, Statement, later_number, later_text

_TAGS = ContactTag.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id")).order_by("tag_id")
_FIELDS = CustomField.objects.filter(company_id=OuterRef("company_id")).order_by("position", "id")


def _array(rows: "QuerySet[Any, Any]") -> Expression:
    return ArraySubquery(rows)  # type: ignore[return-value]  # it is one; the stubs do not say so


# For shapes: the contact's tags as two arrays in one order, and the names of the company's custom fields.
TAG_IDS = _array(_TAGS.values("tag_id"))
TAG_TITLES = _array(_TAGS.values("tag__title"))
CUSTOM_FIELDS = _array(_FIELDS.values("slug"))


def tags_of(contact: str, value: str) -> Expression:
    """For a row of another table with `company_id`: this of all tags of the contact in its column, as an array."""
    rows = ContactTag.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef(contact))
    return _array(rows.order_by(value).values(value))


@dataclass(frozen=True, slots=True)
class Member:
    """A contact as its sign-in sees it, from one snapshot. `document` is JSON in the asker's shape.

    `is_admitted` says whether the asker's security code lets somebody with these tags in.
    """

    id: int
    password_hash: str | None
    tag_ids: frozenset[int]
    document: str
    is_admitted: bool


def find_member(
    actor: Actor, shape: Shape, email: str, *, limits: Mapping[Waits, str]
) -> tuple[Member | None, float | None]:
    """The company's contact with this address, ignoring case, and the seconds to wait where a limit is used up.

    `limits` says which ones to look at, and for whom. Both come in one statement, so that an unknown address costs what
    a known one costs.
    """
    actor.require(Permission.MEMBERS_VERIFY)
    # PostgreSQL's text has no NUL; an empty address is nobody's.
    possible = email if len(email) <= LONGEST_TEXT and "\0" not in email else ""
    keys = {limit.purpose: limit.key(subject) for limit, subject in limits.items()}
    kind, credential_id = actor.credential or ("", 0)
    code_id = credential_id if kind == "code" else 0
    row = _statement(shape, tuple(limits)).fetch_one(
        {"company": actor.company_id, "email": possible, "code": code_id, **keys}
    )
    wait, is_admitted, id, password_hash, tag_ids, document = row or (None,) * 6
    member = None if id is None else Member(id, password_hash, frozenset(tag_ids), document, is_admitted is not False)
    return member, wait


_ADMITS = """(
    SELECT code.required_tags <@ member.tag_ids AND NOT code.banning_tags && member.tag_ids
    FROM security_code AS code WHERE code.company_id = %s AND code.id = %s
)"""


@lru_cache(maxsize=16)
def _statement(shape: Shape, limits: tuple[Waits, ...]) -> Statement:
    rows = matching(frozenset({"company"})).alias(lower=Lower("email")).filter(lower=Lower(later_text("email")))
    document = Cast(BuildObject(shape), TextField())
    member_sql, values = rows.values_list("id", "password_hash", TAG_IDS, document).query.sql_with_params()
    wait_sql, keys = longest_wait(*limits)
    return Statement(
        f"SELECT {wait_sql}, {_ADMITS}, member.* FROM (VALUES (1)) AS one "  # noqa: S608 -- compiled by Django
        f"LEFT JOIN ({member_sql}) AS member (id, password_hash, tag_ids, document) ON true",
        [*keys, later_number("company"), later_number("code"), *values],
    )
