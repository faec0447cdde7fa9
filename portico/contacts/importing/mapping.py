"""Which column of a file is which field: by name and alias, whatever the case, spaces and signs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from portico.access import Actor
from portico.companies.queries import has_module
from portico.contacts.fields import LONGEST_TEXT, TEXTS
from portico.contacts.importing import values
from portico.contacts.importing.reading import Record
from portico.contacts.importing.values import Read, Unreadable
from portico.contacts.models import CustomField
from portico.errors import Invalid
from portico.identity.queries.people import member_ids

# The names of ActiveCampaign's and FluentCRM's exports, and what people call the same in English and German. Spaces and
# signs do not count.
ALIASES: dict[str, tuple[str, ...]] = {
    "email": ("email", "email address", "mail", "primary email"),
    "full_name": ("full name", "name"),
    "prefix": ("prefix", "name prefix", "salutation"),
    "first_name": ("first name", "given name", "forename", "vorname"),
    "last_name": ("last name", "surname", "family name", "nachname", "familienname"),
    "phone": ("phone", "phone number", "telephone", "mobile", "telefon", "telefonnummer"),
    "address_line_1": ("address line 1", "address 1", "address", "street", "street address", "straße", "strasse"),
    "address_line_2": ("address line 2", "address 2"),
    "postal_code": ("postal code", "zip", "zip code", "postcode", "plz", "postleitzahl"),
    "city": ("city", "town", "ort", "stadt"),
    "state": ("state", "region", "province", "county"),
    "country": ("country", "land"),
    "time_zone": ("time zone",),
    "ip": ("ip", "ip address"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "date_of_birth": ("date of birth", "birthday", "birth date", "dob", "geburtsdatum", "geburtstag"),
    "source": ("source",),
    "avatar": ("avatar",),
    "consent": ("status", "consent"),
    "consent_reason": ("consent reason", "unsubscribe reason"),
    "stage": ("stage", "contact type"),
    "lead_type": ("lead type",),
    "total_points": ("total points", "points"),
    "life_time_value": ("life time value",),
    "created_at": ("created at", "date created", "date added", "cdate"),
    "last_activity_at": ("last activity at", "last activity"),
    "owner_id": ("owner", "owner email"),
    "organization": ("organization", "organisation", "company", "company name", "firma"),
    "tags": ("tags", "tag", "schlagworte", "schlagwörter"),
    "lists": ("lists", "list"),
    "password": ("password", "pass"),
    "password_hash": ("password hash", "hashed password", "user pass"),
}
SECRET = ("password", "password_hash")
CUSTOM = "custom_values."  # and a slug, where a column is named by hand
LONGEST_LABELS = 65_536  # characters of a cell with tags or lists
_READ: dict[str, Read] = {
    "email": values.email,
    "consent": values.consent,
    "stage": values.stage,
    "date_of_birth": values.day,
    "created_at": values.moment,
    "last_activity_at": values.moment,
    "total_points": values.field("total_points"),
    "life_time_value": values.field("life_time_value"),
    "organization": values.organization,
    "tags": values.titles,
    "lists": values.titles,
    "password": values.password,
    "password_hash": values.password_hash,
}
_ARRAYS = {CustomField.Kind.MULTI_SELECT, CustomField.Kind.CHECKBOX}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is taken: where it stands, under which field (or custom field) it goes, and how it is read."""

    position: int
    header: str
    name: str
    read: Read | None = None
    longest: int = LONGEST_TEXT
    is_custom: bool = False


class Columns:
    """A header understood. `ignored` are the columns that no field takes."""

    def __init__(self, header: Sequence[str], taken: Sequence[Column]) -> None:
        self.header = [name.strip() for name in header]
        self.ignored = [name for i, name in enumerate(self.header) if i not in {column.position for column in taken}]
        self._columns = taken
        self._texts = [(one.position, one.name) for one in taken if one.read is None and not one.is_custom]
        self._read = [one for one in taken if one.read is not None and not one.is_custom]
        self._custom = [one for one in taken if one.is_custom]
        self._secret = {one.position for one in taken if one.name in SECRET}
        self._widest = min((one.longest for one in taken), default=0)

    @property
    def has_passwords(self) -> bool:
        return any(column.name == "password" for column in self._columns)

    @property
    def loaded(self) -> set[str]:
        """The columns of the contact table that this file fills."""
        names = {column.name for column in self._columns if not column.is_custom}
        more = {
            "full_name": {"first_name", "last_name"},
            "password": {"password_hash"},
            "organization": {"organization_id"},
        }
        for name in names & more.keys():
            names |= more[name]
        return names - {*more, "tags", "lists"}

    def values_of(self, record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
        """A row as fields and custom values; an empty cell says nothing. Raises Unreadable with every reason."""
        if record.trouble:
            raise Unreadable(record.trouble, "unreadable")
        self._check_width(record.cells)
        exact, cells = record.cells, [cell.strip() for cell in record.cells]
        if sum(map(len, cells)) > self._widest:
            self._check_lengths(cells)
        given: dict[str, Any] = {name: cells[position] for position, name in self._texts if cells[position]}
        custom: dict[str, Any] = {}
        problems = []
        for columns, into in ((self._read, given), (self._custom, custom)):
            for column in columns:
                # A password is taken as it is: a space at its end may be part of it.
                cell = (exact if column.name == "password" else cells)[column.position]
                if cell:
                    try:
                        into[column.name] = column.read(cell) if column.read else cell
                    except Unreadable as why:
                        problems.append((column.name, f"{column.header}: {why}"))
        if problems:
            raise Unreadable("; ".join(text for _, text in problems), problems[0][0])
        if "email" not in given:
            raise Unreadable("it has no e-mail address", "email")
        _split_name(given)
        return given, custom

    def without_secrets(self, cells: Sequence[str]) -> list[str]:
        """The row as it may be written into a report."""
        return ["" if position in self._secret else cell for position, cell in enumerate(cells)]

    def _check_width(self, cells: list[str]) -> None:
        if len(cells) < len(self.header) or any(cells[len(self.header) :]):
            raise Unreadable(f"it has {len(cells)} cells, the header has {len(self.header)}", "cells")

    def _check_lengths(self, cells: list[str]) -> None:
        for one in self._columns:
            if len(cells[one.position]) > one.longest:
                raise Unreadable(f"{one.header}: it is longer than {one.longest} characters", one.name)


def _split_name(given: dict[str, Any]) -> None:
    full = given.pop("full_name", None)
    if full and "first_name" not in given and "last_name" not in given:
        first, _, last = full.partition(" ")
        given["first_name"] = first
        if last.strip():
            given["last_name"] = last.strip()


def columns_of(actor: Actor, header: Sequence[str], named: Mapping[str, str]) -> Columns:
    """Understand a header.

    `named` says by hand what a column is: its header to a field's name, to a custom field as custom_values.SLUG, or to
    "" to ignore it.

    Raises Invalid when there is no e-mail column, or two for one field.
    """
    known = _known(actor)
    by_hand = {plain(name): field for name, field in named.items()}
    refuse_absent(header, named)
    taken = []
    for position, name in enumerate(header):
        field = named.get(name.strip(), by_hand.get(plain(name), name))
        make = (known.get(field) or known.get(plain(field))) if field else None
        if make:
            taken.append(make(position, name.strip()))
        elif field and (plain(name) in by_hand or name.strip() in named):
            raise Invalid.one("column", "unknown", f"There is no field {field}.")
    _check_unique(taken)
    return Columns(header, taken)


def refuse_absent(header: Sequence[str], named: Iterable[str]) -> None:
    """Raises Invalid for names that are no column of the file."""
    absent = {plain(name) for name in named} - {plain(name) for name in header}
    if absent:
        raise Invalid.one("column", "unknown", f"The file has no column {' or '.join(sorted(absent))}.")


def list_fields(actor: Actor) -> list[tuple[str, str]]:
    """What a column can be, as Options name it, each with what people call it; the company's own fields at the end."""
    own = [
        name for name in dict.fromkeys((*ALIASES, *TEXTS)) if name != "organization" or has_module(actor, name + "s")
    ]
    custom = CustomField.objects.filter(company_id=actor.company_id).order_by("position", "pk")
    return [
        *((name, name.replace("_", " ").capitalize()) for name in own),
        *((f"{CUSTOM}{field.slug}", field.label) for field in custom),
    ]


def field_of_header(actor: Actor) -> Callable[[str], str | None]:
    """What tells for a header which field it names, a custom one as custom_values.SLUG; None for no field."""
    known = _known(actor)

    def field(header: str) -> str | None:
        make = known.get(plain(header))
        if make is None:
            return None
        column = make(0, header)
        return f"{CUSTOM}{column.name}" if column.is_custom else column.name

    return field


def _check_unique(taken: list[Column]) -> None:
    seen: dict[tuple[str, bool], str] = {}
    for one in taken:
        if other := seen.get((one.name, one.is_custom)):
            raise Invalid.one("header", "unique", f"The columns {other} and {one.header} are one field: drop one.")
        seen[one.name, one.is_custom] = one.header
    if ("email", False) not in seen:
        raise Invalid.one("header", "required", "No column holds e-mail addresses: one has to be called Email.")


def _known(actor: Actor) -> dict[str, Callable[[int, str], Column]]:
    """What columns may be called, and the column that each makes."""
    known: dict[str, Callable[[int, str], Column]] = {}
    for field in CustomField.objects.filter(company_id=actor.company_id).order_by("position", "pk"):
        make = partial(_custom_column, field)
        known[f"{CUSTOM}{field.slug}"] = make
        known.setdefault(plain(field.slug), make)
        known.setdefault(plain(field.label), make)
    reads = {**_READ, "owner_id": _owner(actor)}
    own = dict(ALIASES)
    if not has_module(actor, "organizations"):
        del own["organization"]
    # A company that has a field of its own for it, which it called Company, means that one.
    taken = {plain(alias) for alias in ALIASES["organization"]} & known.keys()
    for name, aliases in own.items():
        longest = LONGEST_LABELS if name in {"tags", "lists"} else LONGEST_TEXT
        for alias in {*map(plain, aliases), plain(name)} - taken:
            known[alias] = partial(_own_column, name, reads.get(name), longest)
    for name in TEXTS:
        known.setdefault(plain(name), partial(_own_column, name, None, LONGEST_TEXT))
    return known


def _own_column(name: str, read: Read | None, longest: int, position: int, header: str) -> Column:
    return Column(position, header, name, read, longest)


def _custom_column(field: CustomField, position: int, header: str) -> Column:
    read: Read | None = None
    if field.kind in _ARRAYS:
        read = values.choices
    elif field.kind == CustomField.Kind.DATE:
        read = values.iso_day
    return Column(position, header, field.slug, read, LONGEST_TEXT, is_custom=True)


def _owner(actor: Actor) -> Read:
    members = member_ids(actor)

    def read(cell: str) -> int:
        try:
            return members[cell.lower()]
        except KeyError:
            raise Unreadable("nobody in this company has this address") from None

    return read


def plain(name: str) -> str:
    """Letters and digits alone: First Name, first_name, FIRST-NAME and %FIRSTNAME% are one."""
    return "".join(character for character in name.lower() if character.isalnum())
