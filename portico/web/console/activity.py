"""What the audit log holds, in words and with a link to what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from portico.audit.models import AuditEntry
from portico.web.console.action_names import NAMES, SUBJECTS
from portico.web.console.doors import who

_WORDS = {
    "calendar_feed.renewed": _("Calendar address renewed"),
    "calendar_feed.revoked": _("Calendar address ended"),
    "code.added": _("Security code made"),
    "code.revoked": _("Security code revoked"),
    "company.added": _("Company made"),
    "company.changed": _("Company settings changed"),
    "company.factor_demanded": _("Demand for a second factor changed"),
    "contact.added": _("Contact added"),
    "contact.changed": _("Contact changed"),
    "contact.deleted": _("Contact deleted"),
    "contact.erased": _("Contact erased"),
    "contact.exported": _("Contact's data handed out"),
    "contact.grouped": _("Contact put into a group"),
    "contact.ungrouped": _("Contact taken out of a group"),
    "contact.tag_added": _("Tags put on contacts"),
    "contact.tag_removed": _("Tags taken off contacts"),
    "contact.list_added": _("Contacts put on lists"),
    "contact.list_removed": _("Contacts taken off lists"),
    "contact.merged": _("Contacts merged"),
    "contact.merged_away": _("Contact merged into another one"),
    "contact.came_back": _("Merged contact taken back"),
    "contact.opt_in_requested": _("Contact asked to confirm its address"),
    "contact.organization_added": _("Contact put to an organization"),
    "contact.organization_removed": _("Contact taken from an organization"),
    "contact.password_link_mailed": _("Contact mailed a link to set a password"),
    "contact.password_set": _("Contact's password set"),
    "contact.signed_in": _("Member signed in at another site"),
    "contact.sign_in_limited": _("Member had to wait after wrong passwords"),
    "contacts.exported": _("Contacts exported"),
    "contacts.export_began": _("Contacts exported"),
    "contacts.import_started": _("Import started"),
    "contacts.import_undone": _("Import taken back"),
    "contacts.sampled": _("Sample contacts made"),
    "first_steps.hidden": _("First steps put away"),
    "first_steps.shown": _("First steps shown again"),
    "key.added": _("API key made"),
    "key.revoked": _("API key revoked"),
    "key.rotated": _("API key rotated"),
    "lead.captured": _("Lead came in by a public page"),
    "list.added": _("List added"),
    "list.changed": _("List changed"),
    "list.deleted": _("List deleted"),
    "member.added": _("Person added"),
    "member.permissions_changed": _("Permissions of a manager changed"),
    "member.permissions_removed": _("Manager removed"),
    "member.removed": _("Person removed"),
    "member.role_changed": _("Role of a person changed"),
    "module.switched": _("Module switched on or off"),
    "note.added": _("Note added"),
    "note.changed": _("Note changed"),
    "note.deleted": _("Note deleted"),
    "order.placed": _("Order placed"),
    "order.deleted": _("Order deleted"),
    "organization.added": _("Organization added"),
    "organization.changed": _("Organization changed"),
    "organization.deleted": _("Organization deleted"),
    "ranks.set": _("Ranks and points set"),
    "sample.removed": _("Sample data taken away"),
    "segment.added": _("Segment added"),
    "segment.changed": _("Segment changed"),
    "segment.deleted": _("Segment deleted"),
    "session.begun": _("Signed in"),
    "session.ended": _("Session ended"),
    "session.named": _("Session named"),
    "sign-in.asked": _("Sign-in mail asked for"),
    "sign-in.code_used": _("Mailed code used"),
    "sign-in.link_used": _("Mailed link used"),
    "session.proved": _("Proved once more who it is"),
    "session.token_added": _("App got a token of its own"),
    "sessions.ended": _("Sessions ended"),
    "settings.changed": _("Settings changed"),
    "site.changed": _("MySite changed"),
    "site.made": _("MySite made"),
    "tag.added": _("Tag added"),
    "tag.changed": _("Tag changed"),
    "tag.deleted": _("Tag deleted"),
    "task.added": _("Task added"),
    "task.changed": _("Task changed"),
    "task.deleted": _("Task deleted"),
    "webhook_endpoint.added": _("Webhook added"),
    "webhook_endpoint.changed": _("Webhook changed"),
    "webhook_endpoint.removed": _("Webhook removed"),
    "webhook_endpoint.rotated": _("Webhook's secret rotated"),
}
# Where a thing of the audit's subject is shown.
_PLACES = {
    "contact": "/contacts/{}",
    "tag": "/tags/{}",
    "list": "/lists/{}",
    "import": "/imports/{}",
    "key": "/settings/rest-api/{}",
    "code": "/settings/security/{}",
    "membership": "/settings/people/{}",
    "company": "/settings/company",
}
_GONE = ("deleted", "removed", "revoked", "erased", "merged_away")


@dataclass(frozen=True, slots=True)
class Happened:
    """`path` is "" where there is nothing to look at."""

    at: datetime
    who: str
    what: str
    path: str


def action_label(action: str) -> str:
    """The action itself where it has no name."""
    return str(_WORDS.get(action) or NAMES.get(action, action))


def action_labels() -> dict[str, str]:
    """Of all that can happen, by their names."""
    return {action: action_label(action) for action in sorted((*_WORDS, *NAMES), key=action_label)}


def subject_label(subject: str, id: int | None) -> str:
    """What something happened to."""
    name = str(SUBJECTS.get(subject, subject))
    return f"{name} {id}" if id else name


def in_words(entries: Sequence[AuditEntry]) -> list[Happened]:
    """Nothing leads to what is gone, as far as these entries say so."""
    gone = {(one.subject, one.subject_id) for one in entries if one.action.endswith(_GONE)}
    return [
        Happened(
            one.at,
            who(one.actor),
            action_label(one.action),
            "" if (one.subject, one.subject_id) in gone else _path_of(one),
        )
        for one in entries
    ]


def _path_of(one: AuditEntry) -> str:
    place = _PLACES.get(one.subject, "")
    return "" if "{}" in place and one.subject_id is None else place.format(one.subject_id)
