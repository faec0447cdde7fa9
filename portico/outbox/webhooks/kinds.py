"""What an endpoint can be told: the kinds of events, by the action of the audit that each is made of.

The trigger on the audit (migration 0003) holds the same pairs: a test compares them.
"""

from collections.abc import Mapping

KIND_OF_ACTION: Mapping[str, str] = {
    "contact.added": "contact.created",
    "contact.came_back": "contact.created",
    "contact.changed": "contact.updated",
    "contact.merged": "contact.updated",
    "contact.unmerged": "contact.updated",
    "contact.organization_added": "contact.updated",
    "contact.organization_removed": "contact.updated",
    "contact.organization_put_first": "contact.updated",
    "contact.deleted": "contact.deleted",
    "contact.merged_away": "contact.deleted",
    "contact.erased": "contact.erased",
    "contacts.imported": "contacts.imported",
    "lead.captured": "lead.captured",
    "order.placed": "order.placed",
    "order.changed": "order.updated",
    "order.deleted": "order.deleted",
    "task.completed": "task.completed",
    "training.completed": "training.completed",
    "event.answered": "event.answered",
    "session.begun": "session.begun",
    "session.ended": "session.ended",
    "key.added": "key.added",
    "key.rotated": "key.rotated",
    "key.revoked": "key.revoked",
    "code.added": "code.added",
    "code.revoked": "code.revoked",
    "member.added": "member.added",
}
KINDS = tuple(dict.fromkeys(KIND_OF_ACTION.values()))
