from dataclasses import dataclass
from functools import cache

from django.db.models import BigIntegerField, Count, Sum
from django.db.models.functions import Coalesce

from portico.access import Actor, Permission
from portico.content.files.addresses import may_open
from portico.content.models import StoredFile
from portico.errors import NotFound
from portico.lib.statements import Statement, compiled, later_text


@dataclass(frozen=True, slots=True)
class Servable:
    """A file as it goes out: where it lies in the store, what it is, and what it was called."""

    place: str
    name: str
    content_type: str
    size: int
    is_private: bool


def get_servable(token: str, *, until: str, signature: str) -> Servable:
    """The file with this token, for anybody who knows it, a private one with a good signature only. Raises NotFound."""
    row = None if "\0" in token else _by_token().fetch_one({"token": token})
    if row is None:
        raise NotFound("file")
    company_id, name, content_type, size, is_private = row
    if is_private and not may_open(company_id, token, until=until, signature=signature):
        raise NotFound("file")
    return Servable(f"{company_id}/{token}", name, content_type, size, is_private)


@cache
def _by_token() -> Statement:
    rows = StoredFile.objects.filter(
        token=later_text("token"), state=StoredFile.State.KEPT
    )  # any company: by its token
    return compiled(rows.values_list("company_id", "name", "content_type", "size", "is_private"))


@dataclass(frozen=True, slots=True)
class Stored:
    """How many files the company has in the store, and how large they are together, in bytes."""

    files: int
    bytes: int


def get_stored(actor: Actor) -> Stored:
    """Thumbnails are files too."""
    actor.require(Permission.ADMINISTRATION)
    rows = StoredFile.objects.filter(company_id=actor.company_id, state=StoredFile.State.KEPT)
    told = rows.aggregate(files=Count("*"), bytes=Coalesce(Sum("size"), 0, output_field=BigIntegerField()))
    return Stored(told["files"], told["bytes"])
