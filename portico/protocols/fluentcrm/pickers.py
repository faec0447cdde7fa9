"""Contacts for a form to choose from (wire notes 8.8, search-contacts)."""

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpResponse

from portico.contacts.queries.picking import list_pickable_documents
from portico.lib.statements import Shape
from portico.protocols.fluentcrm.shapes import LISTED
from portico.protocols.fluentcrm.wire import Call, raw_answer, whole_number

_LONGEST_SEARCH = 200
_AT_FIRST, _MOST = 20, 100
_ROW = Shape(
    {name: LISTED.keys[name] for name in ("first_name", "last_name", "full_name", "email")}
    | {"id": Cast("id", TextField())}
)


def search(call: Call) -> HttpResponse:
    """The newest that match, every one without a term; the ids in `values`, chosen before, come whatever they match."""
    limit = min(whole_number(call.value("limit")), _MOST)
    rows = list_pickable_documents(
        call.actor,
        _ROW,
        search=call.text("search")[:_LONGEST_SEARCH],
        limit=limit if limit > 0 else _AT_FIRST,
        also=call.ids("values")[:_MOST],
    )
    contacts = ",".join(f'"{id}":{row}' for id, row in rows.items())
    return raw_answer(f'{{"contacts":{{{contacts}}}}}')
