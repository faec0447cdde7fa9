from collections.abc import Iterator

from django.db.models import Count, QuerySet

from portico.access import Actor, Permission
from portico.contacts.models import ImportBatch, ImportRejected
from portico.errors import NotFound


def list_imports(actor: Actor) -> "QuerySet[ImportBatch]":
    """The company's imports, newest first. Raises Denied."""
    actor.require(Permission.CONTACTS_WRITE)
    return ImportBatch.objects.filter(company_id=actor.company_id).order_by("-pk")


def get_import(actor: Actor, id: int) -> ImportBatch:
    """One import. Raises NotFound, Denied."""
    batch = list_imports(actor).filter(pk=id).first() if 0 < id < 2**63 else None
    if batch is None:
        raise NotFound("import")
    return batch


def list_rejected(actor: Actor, id: int) -> Iterator[ImportRejected]:
    """The rows that it rejected, in the order of the file, read as they are wanted. Raises NotFound, Denied."""
    return _rejected(actor, id).order_by("line", "pk").iterator(chunk_size=2000)


def count_rejected(actor: Actor, id: int) -> dict[str, int]:
    """How many rows it rejected by kind: a field's name, or cells, duplicate, unreadable. Raises NotFound, Denied."""
    kinds = _rejected(actor, id).values_list("kind").annotate(rows=Count("pk"))
    return dict(kinds.order_by("-rows", "kind"))


def _rejected(actor: Actor, id: int) -> "QuerySet[ImportRejected]":
    return ImportRejected.objects.filter(company_id=actor.company_id, batch_id=get_import(actor, id).pk)
