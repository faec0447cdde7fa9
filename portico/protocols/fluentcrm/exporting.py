"""Contacts as a CSV file: the add-on's subscribers-export. Its answer is not published; this one is a download."""

from collections.abc import Iterator

from django.db.models import Expression, F
from django.http import StreamingHttpResponse
from django.utils import timezone

from portico.contacts.actions.exporting import custom_value, export_contacts, titles_of
from portico.contacts.models import ContactList, ContactTag
from portico.contacts.queries.fields import list_field_slugs
from portico.errors import Invalid
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.contacts import chosen_by
from portico.protocols.fluentcrm.wire import Answer, Call, as_text

# Nobody is served by a picture that stands in for none, or by what is always empty.
_LEFT_OUT = {"tags", "lists", "photo", "user_id", "hash"}


class Download(StreamingHttpResponse):
    fixed_headers = Answer.fixed_headers

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        super().__init__(pieces, content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{name}"'


def download(call: Call) -> StreamingHttpResponse:
    """The list's filters choose the contacts, `columns[]` what stands in the file; without it, everything."""
    pieces = export_contacts(call.actor, chosen_by(call), _columns(call))
    return Download(pieces, f"contacts-{timezone.now():%Y-%m-%d}.csv")


def _columns(call: Call) -> dict[str, Expression | F]:
    known: dict[str, Expression | F] = {
        **{name: value for name, value in shapes.LISTED.keys.items() if name not in _LEFT_OUT},
        "tags": titles_of(ContactTag, "tag"),
        "lists": titles_of(ContactList, "list"),
    }
    # A contact's own column goes before a custom field of the same name.
    known = {**{slug: custom_value(slug) for slug in list_field_slugs(call.actor)}, **known}
    wanted = [as_text(item) or "" for item in call.items("columns")]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Invalid.one("columns", "in", f"There is no column {unknown[0][:100]}.")
    return {name: known[name] for name in wanted} if wanted else _in_usual_order(known)


def _in_usual_order(known: dict[str, Expression | F]) -> dict[str, Expression | F]:
    own = [name for name in shapes.LISTED.keys if name in known]
    return {name: known[name] for name in [*own, *(name for name in known if name not in own)]}
