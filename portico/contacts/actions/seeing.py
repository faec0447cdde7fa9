"""Changes that are made only where nobody else has made one since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portico.access import Actor
from portico.contacts.queries.contacts import read_back
from portico.errors import Outdated
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import Shape


@dataclass(frozen=True, slots=True)
class Seen:
    """A contact as somebody saw it: in this shape its document had this fingerprint."""

    shape: Shape
    fingerprint: str


def require_seen(actor: Actor, contact_ids: Iterable[int], seen: Sequence[Seen] | None) -> None:
    """Raises Outdated unless each contact is as it was seen, in one of several ways; None demands nothing.

    The caller has locked the contacts, so that they stay as they are found here.
    """
    if seen is None:
        return
    for id in contact_ids:
        now = {shape: fingerprint(read_back(actor, shape, id).encode()) for shape in {one.shape for one in seen}}
        if all(now[one.shape] != one.fingerprint for one in seen):
            raise Outdated
