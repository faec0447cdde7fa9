"""Settings → Audit log: what happened, when, by whom, and the proof that nothing of it was changed."""

import json
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.audit.models import AuditEntry
from portico.audit.queries import list_company_entries
from portico.audit.verifying import verify_audit
from portico.web.console.activity import action_label, action_labels, subject_label
from portico.web.console.doors import door, who
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, Narrowing, Pages, chips, show_list
from portico.web.core_texts import from_core
from portico.web.figures import number, second
from portico.web.forms import Choice, Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit

PATH = "/settings/audit"
_PER_PAGE = 50
_LONGEST_DETAILS = 240
_ABOVE = (Crumb(PATH, lazy("Audit log")),)
# What the list is narrowed by, in the address.
_NARROWED: dict[str, Text] = {"actor": lazy("Who"), "action": lazy("What")}


def show(visit: Visit) -> HttpResponse:
    asked = {name: visit.asked(name) for name in _NARROWED if visit.asked(name)}
    before = visit.number_asked("before")
    found = list_company_entries(visit.actor.company_id, **asked, before=before, limit=_PER_PAGE + 1)
    rows = found[:_PER_PAGE]
    actions = action_labels()
    choices = [
        Choice("", _("Any")),
        *(Choice(one, name, is_chosen=one == asked.get("action")) for one, name in actions.items()),
    ]
    fields = [
        Field("actor", _NARROWED["actor"], value=asked.get("actor", ""), is_required=False, is_plain=True),
        Field("action", _NARROWED["action"], kind="select", choices=choices, is_required=False, is_plain=True),
    ]
    after = f"?{urlencode({**asked, 'before': rows[-1].pk})}" if len(found) > _PER_PAGE else ""
    listing = Listing(
        title=_("Audit log"),
        text=_("Everything that changed something, newest first. Entries are sealed in a chain and cannot be changed."),
        columns=(
            Column(_("When (UTC)"), lambda row: second(row.at)),
            Column(_("Who"), lambda row: who(row.actor)),
            Column(_("What"), lambda row: action_label(row.action)),
            Column(_("To what"), lambda row: subject_label(row.subject, row.subject_id)),
            Column(_("Through"), lambda row: door(row.wire)),
            Column(_("From"), lambda row: row.address),
            Column(_("Details"), _details),
        ),
        path=lambda _: "",
        empty=_("Nothing is like that."),
        links=(Link(f"{PATH}/proof", _("Prove that nothing was changed")),),
    )
    return show_list(
        visit,
        listing,
        rows,
        narrowing=Narrowing(fields, chips(asked, _NARROWED, {"action": actions})),
        pages=Pages(after=after),
    )


def _details(row: AuditEntry) -> str:
    details = {name: value for name, value in row.details.items() if name != "of"}
    return Truncator(json.dumps(details, ensure_ascii=False)).chars(_LONGEST_DETAILS) if details else ""


def prove(visit: Visit) -> HttpResponse:
    verdict = verify_audit(visit.actor.company_id)
    facts = (
        (
            _("The chain is"),
            _("broken: %(why)s") % {"why": from_core(verdict.broken)} if verdict.broken else _("whole"),
        ),
        (_("Entries in it"), number(verdict.entries)),
        (_("Seals"), number(verdict.seals)),
        (_("Waiting for the next seal"), number(verdict.unsealed)),
        (_("Without details, since a person was erased"), number(verdict.erased)),
        (_("Note this elsewhere, to know later that nothing was cut off"), verdict.head),
    )
    return show_screen(visit, "detail.html", title=_("Proof"), crumbs=_ABOVE, facts=facts)
