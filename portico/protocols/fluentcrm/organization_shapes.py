"""What organizations look like on this wire, which calls them companies, and at contacts (wire notes 13, 14)."""

from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import MD5, Cast, Coalesce, NullIf

from portico.contacts.models import OrganizationField
from portico.contacts.queries.fields import custom_values_in
from portico.contacts.queries.organizations import count_of_contacts
from portico.contacts.queries.working import (
    first_organization_of_contact,
    organizations_of_contact,
    owner_of_organization,
)
from portico.lib.statements import JsonField, Literal, Shape
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.shapes import Day, Keys, Moment


def _text(name: str) -> Cast:
    return Cast(F(name), TextField())


_TEXTS = (
    "industry", "email", "time_zone", "address_line_1", "address_line_2", "postal_code", "city", "state", "country",
)  # fmt: skip
_META = Shape({"custom_values": custom_values_in(OrganizationField, empty="[]")})
_COLUMNS: Keys = {
    "id": "id",
    # It names the row to nobody; the plugin makes one at random.
    "hash": MD5(_text("id")),
    "owner_id": _text("owner_id"),
    "name": "name",
    **{"timezone" if name == "time_zone" else name: name for name in _TEXTS},
    "employees_number": _text("employees_number"),
    "description": "description",
    "phone": "phone",
    "type": "kind",
    "logo": "logo",
    "website": "website",
    "linkedin_url": "linkedin_url",
    "facebook_url": "facebook_url",
    "twitter_url": "twitter_url",
    "date_of_start": Day("started_on"),
    "meta": _META.build(),
    "created_at": Moment("created_at"),
    "updated_at": Moment("updated_at"),
}


# Neither mails nor what became of them are there yet.
_NO_NEWS = Shape({"emails": Value(0), "opens": Value(0), "clicks": Value(0)})
_OWNER_SHOWN = shapes.PERSON.plus({"stats": _NO_NEWS.build()})

ORGANIZATION = Shape(_COLUMNS)
_COUNTED: Keys = {**_COLUMNS, "contacts_count": count_of_contacts()}
LISTED = Shape({**_COUNTED, "owner": owner_of_organization(shapes.PERSON)})
SHOWN = Shape({**_COUNTED, "owner": owner_of_organization(_OWNER_SHOWN)})
FOUND = Shape({name: name for name in ("id", "name", "email", "logo", "phone", "website")})
OPTION = Shape({"id": "id", "title": "name"})
CANDIDATE = Shape(
    {
        "id": "id",
        **{
            key: shapes.PERSON.keys[key] for key in ("first_name", "last_name", "full_name", "email", "status", "photo")
        },
    }
)


_JOIN = "contactorganization__"
_PIVOT = Shape(
    {
        "subscriber_id": _text(_JOIN + "contact_id"),
        "object_id": _text("id"),
        "object_type": Literal(r"FluentCrm\App\Models\Company"),
        "created_at": Moment(_JOIN + "created_at"),
        "updated_at": Moment(_JOIN + "created_at"),
    }
)


# At a contact: `company` stands in lists only (wire notes 8.1).
_AT_CONTACT: Keys = {"companies": organizations_of_contact(ORGANIZATION.plus({"pivot": _PIVOT.build()}))}
AT_CONTACT = Shape(_AT_CONTACT)
_AT_LISTED: Keys = {"company": first_organization_of_contact(ORGANIZATION), **_AT_CONTACT}
LISTED_CONTACT = shapes.LISTED.plus(_AT_LISTED)
LISTED_CONTACT_WITH_CUSTOM = LISTED_CONTACT.plus({"custom_fields": shapes.LISTED_WITH_CUSTOM.keys["custom_fields"]})

_WRITER = Shape(
    {
        "ID": "created_by_id",
        "first_name": "created_by__user__first_name",
        "last_name": "created_by__user__last_name",
        "display_name": Coalesce(
            NullIf(shapes.FullName("created_by__user__first_name", "created_by__user__last_name"), Literal("")),
            "created_by__user__email",
        ),
    }
)
_NOTE_STATUS = Literal("_company_note_")
NOTE = Shape(
    {
        "id": "id",
        "subscriber_id": _text("organization_id"),
        "parent_id": Literal(None),
        "created_by": _text("created_by_id"),
        "status": _NOTE_STATUS,
        "type": "kind",
        # There are no others; the plugin's column has this as its default.
        "is_private": Literal("1"),
        "title": "title",
        "description": "description",
        "created_at": Moment("created_at"),
        "updated_at": Moment("updated_at"),
    }
)
NOTE_LISTED = NOTE.plus(
    {
        "added_by": Case(
            When(created_by_id__isnull=True, then=Literal("false", JsonField())),
            default=_WRITER.build(),
            output_field=JsonField(),
        )
    }
)
# As recorded: in another order, and with numbers (seq-company-note).
NOTE_NEW = Shape(
    {
        "title": "title",
        "description": "description",
        "type": "kind",
        "created_at": Moment("created_at"),
        "subscriber_id": "organization_id",
        "status": _NOTE_STATUS,
        "updated_at": Moment("updated_at"),
        "created_by": "created_by_id",
        "id": "id",
    }
)
