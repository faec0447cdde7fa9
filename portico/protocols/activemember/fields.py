"""What a contact looks like on this wire, and how a site chooses from it."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import orjson
from django.db.models import Expression, F, Func, TextField, Value
from django.db.models.functions import Concat, Trim

from portico.contacts.queries.members import CUSTOM_FIELDS, TAG_IDS, TAG_TITLES
from portico.lib.statements import Shape

Fields: TypeAlias = "dict[str, str | dict[str, str]]"


def _moment(field: str) -> Func:
    return Func(F(field), Value("YYYY-MM-DD HH24:MI:SS"), function="to_char", output_field=TextField())


# The manual names no field but the password. Names are those of ActiveCampaign's older API, from whose time the module
# is, and for a person's names also those of its personalization tags; what it has no word for has ours. Reference 1.4.
STANDARD: dict[str, str | Expression | F] = {
    "id": "id",
    "email": "email",
    "first_name": "first_name",
    "last_name": "last_name",
    "firstname": "first_name",
    "lastname": "last_name",
    "fullname": Trim(Concat("first_name", Value(" "), "last_name", output_field=TextField())),
    "prefix": "prefix",
    "phone": "phone",
    "address_line_1": "address_line_1",
    "address_line_2": "address_line_2",
    "postal_code": "postal_code",
    "city": "city",
    "state": "state",
    "country": "country",
    "time_zone": "time_zone",
    "date_of_birth": "date_of_birth",
    "source": "source",
    "ip": "ip",
    "cdate": _moment("created_at"),
    "udate": _moment("updated_at"),
}
# Other spellings that may be asked for and are not among "all fields".
ALIASES = {"subscriberid": "id", "full_name": "fullname", "timezone": "time_zone"}
# ActiveCampaign keeps the password in clear in a field of this name; here nobody gets it, also from an imported one.
NEVER = "password"

SHAPE = Shape(STANDARD).plus(
    {
        "custom_values": "custom_values",
        "custom_fields": CUSTOM_FIELDS,
        "tag_ids": TAG_IDS,
        "tag_titles": TAG_TITLES,
    }
)


def all_fields(document: str) -> Fields:
    """STANDARD, the company's custom fields in their order, and tags as id to title; all values are texts."""
    row = orjson.loads(document)
    fields: Fields = {key: _text(row[key]) for key in STANDARD}
    for key in row["custom_fields"]:
        if key.lower() != NEVER:
            fields.setdefault(key, _text(row["custom_values"].get(key)))
    fields["tags"] = {str(id): title for id, title in zip(row["tag_ids"], row["tag_titles"], strict=True)}
    return fields


def chosen_fields(fields: Fields, names: Iterable[str]) -> Fields:
    """Exactly these keys, in this order and spelling; one that is not known is an empty text.

    Case does not matter, nor do the percent signs of a personalization tag.
    """
    known = {key.lower(): value for key, value in fields.items()}
    for alias, key in ALIASES.items():
        known.setdefault(alias, fields[key])
    return {name: known.get(name.strip("%").lower(), "") for name in names}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list):  # as ActiveCampaign writes several values in one field, reference 3.2
        return f"||{'||'.join(map(_text, value))}||" if value else ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
