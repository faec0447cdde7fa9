"""One contact: shown, its history, everything about it, erased."""

from dataclasses import asdict
from tempfile import SpooledTemporaryFile
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import FileResponse, HttpResponse

from portico.contacts.models import ContactList, ContactTag
from portico.contacts.persons.erasing import erase_person
from portico.contacts.persons.exporting import export_person
from portico.contacts.queries.contacts import get_contact_document
from portico.contacts.queries.history import MOST_PER_PAGE, Event, list_history
from portico.lib.statements import Shape
from portico.protocols.native.wire import Request, answer, document, instant, page

_IN_MEMORY = 1_000_000  # bytes of an archive; larger ones lie in a file until they are sent
_FIELDS = (
    "id", "token", "email", "prefix", "first_name", "last_name", "phone", "address_line_1", "address_line_2",
    "postal_code", "city", "state", "country", "time_zone", "ip", "latitude", "longitude", "date_of_birth", "source",
    "avatar", "lead_type", "total_points", "life_time_value", "consent", "consent_reason", "consent_changed_at",
    "stage", "owner_id", "custom_values", "created_at", "updated_at", "last_activity_at", "archived_at",
)  # fmt: skip


def _labels(join: type[ContactTag] | type[ContactList], name: str) -> Any:
    rows = join.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id")).order_by(f"{name}_id")
    shape = Shape({"id": f"{name}_id", "title": f"{name}__title", "slug": f"{name}__slug"})
    return ArraySubquery(rows.values_list(shape.build()))


CONTACT = Shape(
    {**{name: name for name in _FIELDS}, "tags": _labels(ContactTag, "tag"), "lists": _labels(ContactList, "list")}
)


def show(request: Request, id: int) -> HttpResponse:
    return document(get_contact_document(request.actor, CONTACT, id=id))


def history(request: Request, id: int) -> HttpResponse:
    place = request.cursor(int, int)
    after = (place[0], place[1]) if place else None
    found = list_history(request.actor, id, after=after, limit=request.limit(50, most=MOST_PER_PAGE))
    return page([_as_event(event) for event in found.events], found.next)


def _as_event(event: Event) -> dict[str, Any]:
    return {**asdict(event), "at": instant(event.at)}


def export(request: Request, id: int) -> FileResponse:
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- the answer closes it
    export_person(request.actor, id, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"contact-{id}.zip", content_type="application/zip")


def erase(request: Request, id: int) -> HttpResponse:
    return answer(asdict(erase_person(request.actor, id)))
