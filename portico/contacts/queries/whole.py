"""One contact with its history and its sign-ins, for whoever looks at all of it."""

from dataclasses import dataclass

from portico.access import Actor
from portico.audit.sign_ins import SignIn, read_sign_ins
from portico.contacts.queries.contacts import get_contact_document
from portico.contacts.queries.history import History, absorbed_by, read_history, with_owners_named
from portico.lib.statements import Shape


@dataclass(frozen=True, slots=True)
class WholeContact:
    """`document` is in the shape that was asked for; the rest as list_history and list_sign_ins have it."""

    document: str
    history: History
    sign_ins: list[SignIn]


def get_whole_contact(actor: Actor, shape: Shape, contact_id: int, *, events: int, sign_ins: int) -> WholeContact:
    """With so many of its last events and sign-ins, also of those that were merged into it. Raises NotFound."""
    document = get_contact_document(actor, shape, id=contact_id)
    ids = [contact_id, *absorbed_by(actor, contact_id)]
    return WholeContact(
        document,
        with_owners_named(actor, read_history(actor, ids, limit=events)),
        read_sign_ins(actor.company_id, ids, limit=sign_ins),
    )
