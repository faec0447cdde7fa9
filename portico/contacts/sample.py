"""Made-up people, for trying and measuring: the same for the same seed, on every machine."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.titles import ids_of_titles
from portico.contacts.importing.loading import Loaded, Row, loading
from portico.contacts.importing.search_index import search_index_rebuilt, settle
from portico.contacts.models import Consent, Contact, CustomField, List, Tag
from portico.contacts.queries.labels import Label
from portico.contacts.sample_organizations import (
    ORGANIZATIONS,
    PEOPLE_EACH,
    add_sample_organizations,
    make_sample_organizations,
)
from portico.identity.queries.people import list_rep_ids

TAGS = [f"Tag {number}" for number in range(1, 21)]
LISTS = ["Newsletter", "Customers", "Partners", "Events", "Product news"]
FIELDS = (
    ("favourite_colour", "Favourite colour", CustomField.Kind.TEXT, None),
    ("customer_number", "Customer number", CustomField.Kind.NUMBER, None),
    ("interests", "Interests", CustomField.Kind.CHECKBOX, ["Music", "Sports", "Travel", "Food"]),
)
ROWS = 10_000
# From this number on, and this many times as many as there are, the search index is left out and built at the end.
MANY, TIMES_AS_MANY = 50_000, 10

_FIRST = (
    "Ada", "Anton", "Bea", "Björn", "Carla", "Dario", "Edda", "Emil", "Fatima", "Felix", "Greta", "Hugo", "Ida", "Ivan",
    "Jana", "Jörg", "Klara", "Lars", "Lena", "Malik", "Mara", "Nils", "Nora", "Olaf", "Paula", "Quentin", "Rosa",
    "Sami", "Tilda", "Umar", "Vera", "Willem", "Xenia", "Yara", "Zoë",
)  # fmt: skip
_LAST = (
    "Abel", "Brandt", "Costa", "Dahl", "Ekström", "Farkas", "Grün", "Hansen", "Ibarra", "Jansen", "Krüger", "Lindgren",
    "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Santos", "Takeda", "Ulrich", "Vogel", "Weiss", "Yilmaz",
    "Zimmer",
)  # fmt: skip
_CITIES = (
    ("Hamburg", "DE"), ("Lyon", "FR"), ("Porto", "PT"), ("Malmö", "SE"), ("Utrecht", "NL"), ("Graz", "AT"),
    ("Leeds", "GB"), ("Turin", "IT"), ("Denver", "US"), ("Nagoya", "JP"),
)  # fmt: skip
_COLOURS = ("red", "green", "blue", "amber", "grey")
# Most people may be written to; every state is there.
_CONSENTS = [Consent.SUBSCRIBED] * 14 + [Consent.PENDING] * 2 + [
    Consent.UNSUBSCRIBED, Consent.TRANSACTIONAL, Consent.BOUNCED, Consent.COMPLAINED, Consent.SPAMMED,
]  # fmt: skip
_STAGES = ("lead", "lead", "prospect", "customer")
_FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
_OLDEST = date(1940, 1, 1)
_LOADED = {
    "email", "first_name", "last_name", "phone", "city", "country", "postal_code", "date_of_birth", "consent", "stage",
    "owner_id", "total_points", "source", "archived_at", "created_at",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """How many sample contacts are new, and how many were there already."""

    created: int
    existing: int


class _Dice:
    """Numbers that depend on seed and person alone (the mixing of splitmix64), so that nothing else need be made."""

    _ALL = (1 << 64) - 1

    def __init__(self, seed: int, number: int) -> None:
        self._state = (seed * 0x9E3779B97F4A7C15 + number * 0xD1B54A32D192ED03) & self._ALL
        self._mixed = self._mix()

    def _mix(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & self._ALL
        mixed = self._state
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & self._ALL
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & self._ALL
        return mixed ^ mixed >> 31

    def roll(self, sides: int) -> int:
        """0 to sides - 1."""
        if self._mixed < sides << 20:
            self._mixed = self._mix()
        self._mixed, rolled = divmod(self._mixed, sides)
        return rolled

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[self.roll(len(choices))]


@dataclass(frozen=True, slots=True)
class _Cast:
    """What sample people refer to: ids of tags, lists and reps."""

    tags: list[int]
    lists: list[int]
    owners: list[int]


def make_sample(
    actor: Actor,
    *,
    contacts: int,
    seed: int = 1,
    say: Callable[[str], None] = lambda _: None,
    then: Callable[[Loaded], None] = lambda _: None,
) -> Made:
    """Make up people number 1 to `contacts`. Those that are there already, by their addresses, are left alone.

    All consents and stages, 20 tags, 5 lists, custom fields, some archived, some at three organizations, and some owned
    where the company has reps. The same seed gives the same people. Many at once into a nearly empty table are one
    transaction, in which others wait for the table. `then` is called in the transaction of each portion. Raises Denied.
    """
    actor.require(Permission.CONTACTS_WRITE)
    cast = _cast(actor)
    created = 0
    is_most_of_all = contacts > MANY and contacts > TIMES_AS_MANY * Contact.objects.count()  # any company: the table
    with (
        search_index_rebuilt() if is_most_of_all else nullcontext(),
        loading(actor, _LOADED, batch_id=None, consent=Consent.SUBSCRIBED, skip_existing=True) as loader,
    ):
        for start in range(1, contacts + 1, ROWS):
            numbers = range(start, min(start + ROWS, contacts + 1))
            created += loader.load([_person(seed, number, cast) for number in numbers], then=then).created
            say(f"{numbers[-1]:,} contacts")
    first = range(1, min(contacts, len(ORGANIZATIONS) * PEOPLE_EACH) + 1)
    make_sample_organizations(actor, [_person(seed, number, cast).fields["email"] for number in first])
    if created >= ROWS:
        settle()
    record(actor, "contacts.sampled", "import", wanted=contacts, seed=seed, created=created)
    return Made(created, contacts - created)


def make_sample_words(actor: Actor) -> None:
    """What sample people refer to, where it is missing: tags, lists, fields and organizations."""
    _cast(actor)
    add_sample_organizations(actor)


def _cast(actor: Actor) -> _Cast:
    _make_fields(actor)
    return _Cast(
        tags=_ids(actor, Tag, TAGS),
        lists=_ids(actor, List, LISTS),
        owners=list_rep_ids(actor),
    )


def _ids(actor: Actor, label: Label, titles: Iterable[str]) -> list[int]:
    """One after the other, so that their ids follow their titles."""
    return [ids_of_titles(actor, label, [title])[title] for title in titles]


def _make_fields(actor: Actor) -> None:
    CustomField.objects.bulk_create(
        (
            CustomField(
                company_id=actor.company_id, slug=slug, label=label, kind=kind, options=options, position=position
            )
            for position, (slug, label, kind, options) in enumerate(FIELDS)
        ),
        ignore_conflicts=True,
    )


def _person(seed: int, number: int, cast: _Cast) -> Row:
    dice = _Dice(seed, number)
    first, last = dice.pick(_FIRST), dice.pick(_LAST)
    city, country = dice.pick(_CITIES)
    created_at = _FIRST_DAY + timedelta(minutes=number, seconds=dice.roll(60))
    fields = {
        "email": f"{_ascii(first)}.{dice.roll(1 << 16):04x}{number}@example{dice.roll(10)}.test",
        "first_name": first,
        "last_name": last,
        "phone": None if dice.roll(3) else f"+49 30 {dice.roll(10**7):07}",
        "city": city,
        "country": country,
        "postal_code": f"{dice.roll(10**5):05}" if dice.roll(2) else None,
        "date_of_birth": _OLDEST + timedelta(days=dice.roll(24_000)),
        "consent": dice.pick(_CONSENTS),
        "stage": dice.pick(_STAGES),
        "total_points": dice.roll(500),
        "source": "sample",
        "created_at": created_at,
        "archived_at": created_at if dice.roll(40) == 0 else None,
        "owner_id": dice.pick(cast.owners) if cast.owners and dice.roll(4) else None,
    }
    custom = {"favourite_colour": dice.pick(_COLOURS), "customer_number": f"{number:06}"} if dice.roll(3) else {}
    tags = {dice.pick(cast.tags) for _ in range(dice.roll(4))}
    # The list follows from the number, so that each has members however few people there are.
    lists = {cast.lists[number % len(cast.lists)]} if number <= len(cast.lists) or dice.roll(3) else ()
    return Row(number, fields, custom, sorted(tags), sorted(lists))


def _ascii(name: str) -> str:
    return name.lower().replace("ö", "oe").replace("ü", "ue").replace("ë", "e")
