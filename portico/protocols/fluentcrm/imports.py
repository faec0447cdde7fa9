"""CSV files: sent once, then loaded page by page (wire notes 17)."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.importing.guessing import Guess, keep_csv
from portico.contacts.importing.mapping import CUSTOM
from portico.contacts.importing.options import Options
from portico.contacts.importing.pages import ROWS, PageDone, import_page
from portico.contacts.importing.statements import STRICT
from portico.contacts.importing.uploads import Keeping
from portico.contacts.models import Consent
from portico.errors import Denied, Invalid, Problem
from portico.protocols.fluentcrm import sanitizing, shapes
from portico.protocols.fluentcrm.multipart import read_file
from portico.protocols.fluentcrm.wire import Call, answer, as_items, as_text, raw_answer, whole_number

_LAST_PAGE = 10**9
# Where this wire has another word than we.
_CORE = {"timezone": "time_zone", "company_id": "organization"}
_WIRE = {core: name for name, core in _CORE.items()}
_LABELS = ("tags", "lists")

# Titles are ours; keys and their order as recorded (seq-csv-upload).
CONTACT_FIELDS = {
    "prefix": "Name prefix",
    "first_name": "First name",
    "last_name": "Last name",
    "full_name": "Full name",
    "email": "E-mail",
    "timezone": "Time zone",
    "address_line_1": "Address line 1",
    "address_line_2": "Address line 2",
    "city": "City",
    "state": "State",
    "postal_code": "Postal code",
    "country": "Country",
    "ip": "IP address",
    "phone": "Phone",
    "source": "Source",
    "date_of_birth": "Date of birth (as 1990-12-31)",
    "company_id": "Primary company",
}
COMPANY_FIELDS = {
    "name": "Name",
    "industry": "Industry",
    "email": "E-mail",
    "timezone": "Time zone",
    "address_line_1": "Address line 1",
    "address_line_2": "Address line 2",
    "postal_code": "Postal code",
    "city": "City",
    "state": "State",
    "country": "Country",
    "employees_number": "Employees",
    "description": "Description",
    "phone": "Phone",
    "type": "Type",
    "logo": "Logo",
    "website": "Website",
    "linkedin_url": "LinkedIn address",
    "facebook_url": "Facebook address",
    "twitter_url": "Twitter address",
    "date_of_start": "Date of start",
}


def upload(call: Call) -> HttpResponse:
    """Keep the file; answer what it holds, and which column seems to be which."""
    if call.multipart is None:
        return _uploaded(call.text("type"), None, [], [])
    with Keeping(call.actor) as keeping:
        name, form = read_file(call.multipart.meta, call.multipart.stream, keeping.write)
        kind = sanitizing.plain_text(form.get("type", ""))
        if kind == "company" and "organizations" not in call.actor.modules:
            raise Denied
        if name is None:
            return _uploaded(kind, None, [], [])
        options = Options(delimiter=_delimiter(form.get("delimiter")), has_header=True)
        stored, guess = keep_csv(
            call.actor, keeping, options, kind="organizations" if kind == "company" else "contacts"
        )
    return _uploaded(kind, stored, guess.header, _company_map(guess) if kind == "company" else _contact_map(guess))


def _uploaded(kind: str, file: str | None, headers: list[str], map: list[str | None]) -> HttpResponse:
    fields = COMPANY_FIELDS if kind == "company" else CONTACT_FIELDS
    rows = [{"csv": header, "table": table} for header, table in zip(headers, map, strict=True)]
    return answer({"file": file, "headers": headers, "fields": fields, "columns": list(fields), "map": rows})


def _contact_map(guess: Guess) -> list[str | None]:
    names = [_WIRE.get(field, field).removeprefix(CUSTOM) if field else None for field in guess.fields]
    # Tags and lists are offered but never taken unasked (recording seq-csv-upload).
    return [
        name if name in CONTACT_FIELDS or (field or "").startswith(CUSTOM) else None
        for name, field in zip(names, guess.fields, strict=True)
    ]


def _company_map(guess: Guess) -> list[str | None]:
    known = {_plain(name): name for name in COMPANY_FIELDS}
    return [known.get(_plain(header)) for header in guess.header]


def _plain(header: str) -> str:
    return "".join(character for character in header.lower() if character.isalnum())


def _delimiter(value: Any) -> str | None:
    """comma, or any other word for a semicolon; found out where nothing is said."""
    text = as_text(value)
    return None if not text else "," if text == "comma" else ";"


def load_page(call: Call) -> HttpResponse:
    named = _named(call)
    if "email" not in named.values():
        return answer({"email": "The e-mail address needs a column."}, 422)  # no bag of rules here (wire notes 17)
    consent = _consent(call)
    page = min(max(whole_number(call.value("importing_page") or 1), 1), _LAST_PAGE)
    options = Options(
        skip_existing=not is_yes(call.value("update")),
        consent=consent,
        overrides_consent=consent in STRICT or is_yes(call.value("force_update_status")),
        columns=named,
        tags=tuple(call.ids("tags")),
        lists=tuple(call.ids("lists")),
        # import_silently keeps the plugin's automations quiet; a mail that is asked for beside it is sent there too.
        asks_opt_in=is_yes(call.value("double_optin_email")),
        delimiter=_delimiter(call.value("delimiter")),
        has_header=True,
    )
    done = import_page(
        call.actor, as_text(call.value("file")) or "", options, shapes.written(), page=page, only_named=True
    )
    return _page(call, done, page, {header: _WIRE.get(name, name) for header, name in named.items()})


def _named(call: Call) -> dict[str, str]:
    """Header to field. Raises Invalid for what names none, instead of dropping a column in silence."""
    named: dict[str, str] = {}
    given = call.structure("map")
    for item in as_items(given):
        header, table = (as_text(item.get(key)) if isinstance(item, dict) else None for key in ("csv", "table"))
        if not header or not table:
            continue
        if table in CONTACT_FIELDS or table in _LABELS:
            named[header.strip()] = _CORE.get(table, table)
        else:
            named[header.strip()] = CUSTOM + table
    return named


def _consent(call: Call) -> str:
    consent = call.value("new_status")
    if not consent:
        raise Invalid(Problem("new_status", "required", "The status of new contacts is needed."))
    if not isinstance(consent, str) or consent not in Consent.values:
        raise Invalid(Problem("new_status", "in", f"The status must be one of {', '.join(Consent.values)}."))
    return consent


def _readable(cell: str) -> str:
    """Bytes that are no text in the file's encoding, which may be why a row was rejected, cannot be said in JSON."""
    return cell.encode("utf-8", "replace").decode()


def is_yes(value: Any) -> bool:
    """The plugin's code wants true, its documentation says yes."""
    return value is True or value in ("true", "yes")


def _page(call: Call, done: PageDone, page: int, named: Mapping[str, str]) -> HttpResponse:
    def person(cells: list[str]) -> dict[str, str]:
        found = zip(done.header, cells, strict=False)  # a rejected row may have fewer
        return {table: _readable(cell) for header, cell in found if (table := named.get(header))}

    skipped = [person(cells) for cells in done.skipped]
    head = {
        "total": done.total,
        "completed": min(done.end, done.total),
        "total_page": done.pages,
        "skipped": len(done.skipped) + len(done.rejected),
        "invalid_contacts": [{**person(one.cells), "reason": one.reason} for one in done.rejected],
        "skipped_contacts": skipped,
        "invalid_email_counts": sum(one.kind == "email" for one in done.rejected),
        "inserted": len(done.inserted),
        "updated": len(done.updated),
        "has_more": done.end < done.total,
        "last_page": page,
        "tags": call.ids("tags"),
        "lists": call.ids("lists"),
        "offset": (page - 1) * ROWS,
    }
    skips = orjson.dumps(skipped).decode()
    return raw_answer(
        f'{orjson.dumps(head).decode()[:-1]},"result":{{"inserted":[{",".join(done.inserted)}],'
        f'"updated":[{",".join(done.updated)}],"skips":{skips},"errors":[]}}}}'
    )
