"""What search finds, and the index under it. The words are those of the searched columns, see Contact.search."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]  # the stubs leave it out
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import Contains

from portico.contacts.functions import Trigrams
from portico.contacts.models import Consent
from portico.lib.statements import any_text, later_number, later_text

SHORTEST_INDEXED = 3


def is_long(term: str) -> bool:
    """Whether the index has anything to find."""
    return len(term) >= SHORTEST_INDEXED


def holds(name: str) -> Any:
    """The index finds what may hold the term of this name in the searched columns; something else has to prove it."""
    term = Trigrams(later_number("company"), Lower(later_text(name)))
    return ArrayContains(Trigrams("company_id", "search"), term)


def search_values(term: str, *, everywhere: bool) -> tuple[set[str], dict[str, Any]]:
    """The parts of a search for this term and the values for them; not `everywhere` is in name, e-mail and phone."""
    parts, values = set(), {"term": term}
    if not is_long(term):
        parts.add("short")
    if not everywhere:
        return parts, values
    named = [consent.value for consent in Consent if term.lower() in consent.value]
    first, _, rest = (part.strip() for part in term.partition(" "))
    # "Ann Lee" finds every Ann and every Lee (wire notes 8.3). Shorter words would read the whole company for it.
    if is_long(first) and is_long(rest):
        parts.add("words")
        values |= {"first": first, "rest": rest}
    return (parts | {"named"}, {**values, "named": named}) if named else (parts, values)


def search_test(parts: Collection[Any], at: str = "", *, indexed: bool = True) -> Q:
    """The condition for these parts ("person" among them: only name, e-mail and phone). `at` is before the names.

    Without `indexed` it is for places where no index can be used and asking it for each row would be slow.
    """
    found = _holding(f"{at}term", indexed=indexed and "short" not in parts)
    if "person" in parts:
        term = Lower(later_text(f"{at}term"))
        full_name = Concat("first_name", Value(" ", TextField()), "last_name")
        found &= Q(*(Contains(Lower(one), term) for one in (full_name, "email", "phone")), _connector=Q.OR)
    if "named" in parts:
        found |= Q(any_text("consent", f"{at}named"))
    if "words" in parts:
        for name, column in (("first", "first_name"), ("rest", "last_name")):
            proof = Q(Contains(Lower(column), Lower(later_text(f"{at}{name}"))))
            found |= _holding(f"{at}{name}", indexed=indexed) & proof
    return found


def _holding(name: str, *, indexed: bool) -> Q:
    """The search text holds this term: the index finds, LIKE proves. Under three characters it has nothing to find."""
    proof = Q(Contains(F("search"), Lower(later_text(name))))
    return proof & Q(holds(name)) if indexed else proof
