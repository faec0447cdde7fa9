"""Organizations from a CSV file that was sent before, page by page (wire notes 17)."""

from django.http import HttpResponse

from portico.contacts.importing.organizations import ROWS, OrganizationImport, import_organizations
from portico.contacts.importing.uploads import open_upload
from portico.protocols.fluentcrm.organization_intake import COLUMNS
from portico.protocols.fluentcrm.wire import Call, answer, as_items, as_text, whole_number

_CUSTOM = "_custom_"
_LAST_PAGE = 10**9


def load_page(call: Call) -> HttpResponse:
    page = min(max(whole_number(call.value("importing_page") or 1), 1), _LAST_PAGE)
    wanted = OrganizationImport(
        _named(call),
        delimiter=_delimiter(call),
        updates=_is_yes(call, "update"),
        adds_owners=_is_yes(call, "create_owner"),
    )
    file = open_upload(call.actor, as_text(call.value("file")) or "", kind="organizations")
    done = import_organizations(call.actor, file, wanted, page=page)
    return answer(
        {
            "total": done.total,
            "completed": done.saved,
            "total_page": done.pages,
            "skipped": done.skipped,
            # By pages: the plugin counts saved rows, and with a skipped one never comes to an end.
            "has_more": page < done.pages,
            "last_page": page,
            "offset": (page - 1) * ROWS,
        }
    )


def _named(call: Call) -> dict[str, str]:
    """Header to field; what is none is left out, and the core says what is missing."""
    named: dict[str, str] = {}
    for item in as_items(call.structure("map")):
        header, table = (as_text(item.get(key)) if isinstance(item, dict) else None for key in ("csv", "table"))
        if not header or not table:
            continue
        if table.startswith(_CUSTOM):
            named[header.strip()] = f"custom:{table.removeprefix(_CUSTOM)}"
        else:
            named[header.strip()] = COLUMNS.get(table, table)
    return named


def _delimiter(call: Call) -> str | None:
    text = call.text("delimiter")
    return None if not text else "," if text == "comma" else ";"


def _is_yes(call: Call, name: str) -> bool:
    return call.value(name) in ("yes", "true", True)
