"""What contacts, tags, lists and custom fields look like on this wire, as data (wire notes 3, 8.1, 9, 10, 12).

Ids are integers; every other column is text or null, as the plugin's database driver gives it; times are UTC,
without zone.
"""

from functools import cache
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Func, OuterRef, Q, TextField, Value, When
from django.db.models.functions import MD5, Cast, Coalesce, NullIf

from portico.contacts.models import Consent, ContactList, ContactTag, CustomField, List, Stage, Tag
from portico.contacts.queries.fields import custom_values_of_contact, fields_of
from portico.contacts.queries.labels import Label, count_of
from portico.lib.statements import JsonField, Literal, Shape, ShapeIf

# A key on the wire, and the field of ours or the expression that fills it.
Keys: TypeAlias = dict[str, Any]

PLACEHOLDER = f"{settings.PUBLIC_URL}/wp-json/portico/avatar.svg"
_TYPES = {Tag: r"FluentCrm\App\Models\Tag", List: r"FluentCrm\App\Models\Lists"}


class Moment(Func):
    """YYYY-MM-DD HH:MM:SS in UTC."""

    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    output_field = TextField()


class Day(Func):
    template = "to_char(%(expressions)s, 'YYYY-MM-DD')"
    output_field = TextField()


class FullName(Func):
    template = "btrim(concat_ws(' ', %(expressions)s))"
    output_field = TextField()


class _Shortest(Func):
    """A decimal without zeros at its end, as text: "0", not "0.00"."""

    template = "trim_scale(%(expressions)s)::text"
    output_field = TextField()


class _YesNo(Func):
    template = "(%(expressions)s)::int::text"
    output_field = TextField()


def _text(name: str) -> Cast:
    return Cast(F(name), TextField())


_PERSON: Keys = {
    "id": "id",
    "user_id": Literal(None),
    "hash": MD5("email"),
    "contact_owner": _text("owner_id"),
    "company_id": _text("organization_id"),
    "prefix": "prefix",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "timezone": "time_zone",
    "address_line_1": "address_line_1",
    "address_line_2": "address_line_2",
    "postal_code": "postal_code",
    "city": "city",
    "state": "state",
    "country": "country",
    "ip": "ip",
    "latitude": "latitude",
    "longitude": "longitude",
    "total_points": _text("total_points"),
    "life_time_value": _Shortest("life_time_value"),
    "phone": "phone",
    "status": "consent",
    # There are two types here; a prospect is one who is no customer yet.
    "contact_type": Case(When(stage=Stage.PROSPECT, then=Literal(Stage.LEAD.value)), default=F("stage")),
    "source": "source",
    "avatar": "avatar",
    "date_of_birth": Day("date_of_birth"),
    "created_at": Moment("created_at"),
    "last_activity": Moment("last_activity_at"),
    "updated_at": Moment("updated_at"),
}
_APPENDED: Keys = {
    "full_name": FullName("first_name", "last_name"),
    "photo": Coalesce(NullIf("avatar", Literal("")), Literal(PLACEHOLDER)),
}


def _labels(join: type[ContactTag] | type[ContactList], label: Label) -> ArraySubquery:
    """A contact's tags or lists by title, each with the pivot that the plugin's models carry."""
    name = label._meta.db_table
    rows = join.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id"))
    of_label = {key: f"{name}__{key}" for key in ("id", "title", "slug", "description")}
    pivot = Shape(
        {
            "subscriber_id": _text("contact_id"),
            "object_id": _text(f"{name}_id"),
            "object_type": Literal(_TYPES[label]),
            "created_at": Moment("created_at"),
            "updated_at": Moment("created_at"),
        }
    )
    shape = Shape(
        {
            **of_label,
            **({"is_public": _YesNo(f"{name}__is_public")} if label is List else {}),
            "created_at": Moment(f"{name}__created_at"),
            "updated_at": Moment(f"{name}__updated_at"),
            "pivot": pivot.build(),
        }
    )
    return ArraySubquery(rows.order_by(f"{name}__title").values_list(shape.build(), flat=True))


PERSON = Shape({**_PERSON, **_APPENDED})
_TAGS: Keys = {"tags": _labels(ContactTag, Tag)}
_LISTS: Keys = {"lists": _labels(ContactList, List)}

LISTED = Shape({**_PERSON, **_APPENDED, **_TAGS, **_LISTS})
LISTED_WITH_CUSTOM = LISTED.plus({"custom_fields": custom_values_of_contact(empty="[]")})
BRIEF = Shape(
    {"id": _text("id"), "first_name": "first_name", "last_name": "last_name", "email": "email", "status": "consent"}
)
UPDATED = Shape({"id": "id", "email": "email", "status": "consent"})
FOUND = Shape({**{key: _PERSON[key] for key in ("id", "email", "first_name", "last_name")}, **_APPENDED})

_NO_NEWS: Keys = {"stats": Shape({"emails": Value(0), "opens": Value(0), "clicks": Value(0)}).build()}
_GONE = (Consent.UNSUBSCRIBED, Consent.BOUNCED, Consent.COMPLAINED)
_FAREWELL: Keys = {
    "unsubscribe_reason": Coalesce("consent_reason", Literal("")),
    "unsubscribe_date": Coalesce(Moment("consent_changed_at"), Literal("")),
}


@cache
def shown(
    *, stats: bool, custom_values: bool, custom_fields: bool, commerce: bool, relations: Shape | None = None
) -> Shape:
    """The whole body of "show": the contact, and beside it the definitions of custom fields where asked for.

    `relations` are further ones beside tags and lists.
    """
    before: Keys = {
        **(_NO_NEWS if stats else {}),
        **({"custom_values": custom_values_of_contact()} if custom_values else {}),
        **({"commerce_stat": Literal("[]", JsonField())} if commerce else {}),
    }
    after: Keys = {**_APPENDED, **_TAGS, **_LISTS, **(relations.keys if relations else {})}
    # The two keys come only with these statuses (recording seq-contact-show-unsub).
    contact = ShapeIf(
        Q(consent__in=_GONE), Shape({**_PERSON, **_FAREWELL, **before, **after}), Shape({**_PERSON, **before, **after})
    )
    definitions = ArraySubquery(fields_of(OuterRef("company_id")).values_list(FIELD.build(), flat=True))
    whole: Keys = {"subscriber": contact.build(), **({"custom_fields": definitions} if custom_fields else {})}
    return Shape(whole)


@cache
def written(*names: str, relations: Shape | None = None) -> Shape:
    """The contact in the answer to a write: tags and lists are there only where the call had to do with them."""
    known: Keys = {**_TAGS, **_LISTS}
    return PERSON.plus({**{name: known[name] for name in names}, **(relations.keys if relations else {})})


_LABEL: Keys = {
    "id": "id",
    "title": "title",
    "slug": "slug",
    "description": "description",
}
_STAMPS: Keys = {"created_at": Moment("created_at"), "updated_at": Moment("updated_at")}

TAG = Shape({**_LABEL, **_STAMPS})
TAG_COUNTED = TAG.plus({"subscribersCount": count_of(Tag, Consent.SUBSCRIBED)})
LIST = Shape({**_LABEL, "is_public": _YesNo("is_public"), **_STAMPS})
LIST_COUNTED = LIST.plus({"totalCount": count_of(List), "subscribersCount": count_of(List, Consent.SUBSCRIBED)})

LABEL_CHOICE = Shape({"id": _text("id"), "title": "title", "slug": "slug"})
TAG_OPTION = Shape({"id": "id", "slug": "slug", "title": "title", "value": _text("id"), "label": "title"})
LIST_OPTION = Shape({"id": "id", "slug": "slug", "title": "title"})
LIST_OPTION_COUNTED = LIST_OPTION.plus({"subscribersCount": count_of(List, Consent.SUBSCRIBED)})

SEGMENT_OPTION = Shape({"id": "id", "slug": Literal("custom_segments"), "title": "title"})

_KIND: Keys = {
    "field_key": F("kind"),
    "type": Case(
        When(kind=CustomField.Kind.SINGLE_SELECT, then=Literal("select-one")),
        When(kind=CustomField.Kind.MULTI_SELECT, then=Literal("select-multi")),
        default=F("kind"),
    ),
    "label": F("label"),
}


def _field(*more: str) -> Shape:
    return Shape({**_KIND, **{name: F(name) for name in more}, "slug": F("slug")})


# Options and group are there only where they were given.
FIELD = ShapeIf(
    Q(options__isnull=True),
    ShapeIf(Q(group__isnull=True), _field(), _field("group")),
    ShapeIf(Q(group__isnull=True), _field("options"), _field("options", "group")),
)

ORGANIZATION_NAME = Shape({"id": "id", "name": "name"})
FIELD_NAME = Shape({"key": "slug", "field": "label"})
