"""What can be done to many contacts: one line for each kind in KINDS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portico.access import Actor, Permission
from portico.contacts.actions.bulk import set_field_of_contacts, set_owner_of_contacts
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.locking import keep_owners
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.actions.titles import find_ids_of_titles, ids_of_titles
from portico.contacts.models import BulkChange, Consent, List, Tag
from portico.contacts.queries.labels import LONGEST_TITLE, Label
from portico.contacts.queries.owners import owner_named
from portico.errors import Denied, Invalid
from portico.lib.texts import is_storable

Value = Mapping[str, Any]  # `text` is what was typed, for people; `id` what it names
_K = BulkChange.Kind


@dataclass(frozen=True, slots=True)
class Kind:
    """`value` reads what was typed and raises Invalid; `change` changes contacts; `before` locks what comes first."""

    permission: Permission
    value: Callable[[Actor, str], Value]
    change: Callable[[Actor, Sequence[int], Value], object]
    before: Callable[[Actor, Value], object] = lambda _actor, _value: None
    for_reps: bool = True

    def allows(self, actor: Actor) -> bool:
        return actor.may(self.permission) and (self.for_reps or not actor.owns_only)

    def require(self, actor: Actor) -> None:
        """Raises Denied."""
        if not self.allows(actor):
            raise Denied


def _known_or_new(label: Label, kind: str) -> Callable[[Actor, str], Value]:
    def value(actor: Actor, text: str) -> Value:
        find = ids_of_titles if actor.may(Permission.TAGS_WRITE) else find_ids_of_titles
        return _named(text, kind, find(actor, label, [_title(text, kind)]))

    return value


def _known(label: Label, kind: str) -> Callable[[Actor, str], Value]:
    return lambda actor, text: _named(text, kind, find_ids_of_titles(actor, label, [_title(text, kind)]))


def _title(text: str, kind: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_TITLE or not is_storable(text):
        raise Invalid.one(kind, "length", _("Write a title of 1 to %(most)s characters.") % {"most": LONGEST_TITLE})
    return text


def _named(text: str, kind: str, ids: Mapping[str, int]) -> Value:
    if not ids:
        raise Invalid.one(kind, "exists", _("There is nothing called %(title)s.") % {"title": text.strip()})
    return {"text": text.strip(), "id": next(iter(ids.values()))}


def _consent(_actor: Actor, text: str) -> Value:
    if text not in Consent.values:
        raise Invalid.one(_K.CONSENT, "unknown", _("Choose one of these."))
    return {"text": text}


def _owner(actor: Actor, text: str) -> Value:
    """Nobody for nothing."""
    member = owner_named(actor, text)
    return {"text": member.user.email if member else "", "id": member.pk if member else None}


def _nothing(_actor: Actor, _text: str) -> Value:
    return {}


def _set_consent(actor: Actor, ids: Sequence[int], value: Value) -> object:
    return set_field_of_contacts(actor, ids, field="consent", value=value["text"])


def _set_owner(actor: Actor, ids: Sequence[int], value: Value) -> object:
    return set_owner_of_contacts(actor, ids, owner_id=value["id"])


def _labelled(way: str) -> Callable[[Actor, Sequence[int], Value], object]:
    return lambda actor, ids, value: label_contacts(actor, ids, **{way: [value["id"]]})


KINDS: Mapping[str, Kind] = {
    _K.TAG: Kind(Permission.CONTACTS_WRITE, _known_or_new(Tag, _K.TAG), _labelled("attach_tags")),
    _K.UNTAG: Kind(Permission.CONTACTS_WRITE, _known(Tag, _K.UNTAG), _labelled("detach_tags")),
    _K.LIST: Kind(Permission.CONTACTS_WRITE, _known_or_new(List, _K.LIST), _labelled("attach_lists")),
    _K.UNLIST: Kind(Permission.CONTACTS_WRITE, _known(List, _K.UNLIST), _labelled("detach_lists")),
    _K.CONSENT: Kind(Permission.CONTACTS_WRITE, _consent, _set_consent),
    # A rep that gave its contacts away could neither see nor take them back.
    _K.OWNER: Kind(
        Permission.CONTACTS_WRITE,
        _owner,
        _set_owner,
        before=lambda actor, value: keep_owners(actor, [value["id"]]),
        for_reps=False,
    ),
    _K.DELETE: Kind(Permission.CONTACTS_DELETE, _nothing, lambda actor, ids, _value: delete_contacts(actor, ids)),
}
