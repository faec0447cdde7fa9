from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Now

from portico.access import Actor, Permission
from portico.content.models import (
    Announcement,
    AnnouncementAudience,
    AnnouncementRead,
    CompletedModule,
    Training,
    TrainingModule,
    TrainingProgress,
)
from portico.errors import NotFound
from portico.identity.queries.audiences import is_for
from portico.lib.statements import (
    Shape,
    Statement,
    as_documents,
    compiled,
    compiled_page,
    later_number,
    later_text,
)
from portico.selling.queries.named import named_document, named_documents


@dataclass(frozen=True, slots=True)
class TrainingsWanted:
    """Which trainings; what is "" or None is not asked for. `completed` is by the actor."""

    category: str = ""
    completed: bool | None = None


def list_training_documents(
    actor: Actor, shape: Shape, wanted: TrainingsWanted, *, page: int = 1, per_page: int = 25
) -> tuple[int, str]:
    """How many published trainings match, and one page of them joined by commas, in the order they were made.

    Shapes may use `percent`, `completed_at` and `is_completed`, how far the actor is, and modules_of.
    """
    parts = {"category"} if wanted.category else set[str]()
    if wanted.completed is not None:
        parts.add("completed" if wanted.completed else "open")
    values = {"company": actor.company_id, "member": actor.membership_id, "category": wanted.category}
    statement = _trainings(shape, frozenset(parts), per_page)
    ((total, rows),) = statement.fetch({**values, "offset": (page - 1) * per_page})
    return int(total), str(rows)


def get_training_document(actor: Actor, shape: Shape, training_id: int) -> str:
    """One published training as JSON. Raises NotFound."""
    values = {"company": actor.company_id, "member": actor.membership_id, "id": training_id}
    row = _training(shape).fetch_one(values)
    if row is None:
        raise NotFound("training")
    return str(row[0])


def list_announcement_documents(actor: Actor, shape: Shape, *, page: int = 1, per_page: int = 25) -> tuple[int, str]:
    """How many announcements for the actor are shown now, and one page of them joined by commas, newest first.

    Shapes may use `is_read`, whether the actor has.
    """
    values = {"company": actor.company_id, "member": actor.membership_id, "offset": (page - 1) * per_page}
    ((total, rows),) = _announcements(shape, per_page).fetch(values)
    return int(total), str(rows)


def list_unread_announcements(actor: Actor, *, most: int) -> "list[Announcement]":
    """Of those for the actor that are shown now the newest that it has not read."""
    read = AnnouncementRead.objects.filter(
        company_id=OuterRef("company_id"), announcement_id=OuterRef("pk"), member_id=actor.membership_id or 0
    )
    rows = Announcement.objects.filter(company_id=actor.company_id, is_active=True, published_at__lte=Now())
    rows = rows.filter(is_for(AnnouncementAudience, actor.membership_id or 0))
    return list(rows.filter(~Exists(read)).order_by("-published_at", "-id")[:most])


def get_announcement_document(actor: Actor, shape: Shape, announcement_id: int) -> str:
    """One for the actor that is shown now, as JSON. Raises NotFound."""
    values = {"company": actor.company_id, "member": actor.membership_id, "id": announcement_id}
    row = _announcement(shape).fetch_one(values)
    if row is None:
        raise NotFound("announcement")
    return str(row[0])


def list_company_trainings(actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]:
    """The company's trainings with their ids, the newest made first, those before this one: for who keeps them."""
    actor.require(Permission.TRAININGS_WRITE)
    return named_documents(Training.objects.filter(company_id=actor.company_id), shape, before=before, limit=limit)


def get_company_training(actor: Actor, shape: Shape, training_id: int) -> str:
    """One of them. Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    return named_document(Training.objects.filter(company_id=actor.company_id, pk=training_id), shape, "training")


def list_company_announcements(
    actor: Actor, shape: Shape, /, *, before: int | None, limit: int
) -> list[tuple[int, str]]:
    """The company's announcements with their ids, the newest made first, those before this one: for who keeps them."""
    actor.require(Permission.TRAININGS_WRITE)
    return named_documents(Announcement.objects.filter(company_id=actor.company_id), shape, before=before, limit=limit)


def get_company_announcement(actor: Actor, shape: Shape, announcement_id: int) -> str:
    """One of them. Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    rows = Announcement.objects.filter(company_id=actor.company_id, pk=announcement_id)
    return named_document(rows, shape, "announcement")


def modules_of(shape: Shape, *, with_completion: bool) -> Any:
    """For a training's shape: its modules in their order; with completion, `completed_at` is when the actor did one."""
    rows = TrainingModule.objects.filter(company_id=OuterRef("company_id"), training_id=OuterRef("pk"))
    if with_completion:
        done = CompletedModule.objects.filter(
            company_id=OuterRef("company_id"), module_id=OuterRef("pk"), member_id=later_number("member")
        )
        rows = rows.annotate(completed_at=Subquery(done.values("completed_at"), output_field=DateTimeField()))
    return ArraySubquery(rows.order_by("position").values_list(shape.build()))


def _with_progress() -> "QuerySet[Any, Any]":
    mine = TrainingProgress.objects.filter(
        company_id=OuterRef("company_id"), training_id=OuterRef("pk"), member_id=later_number("member")
    )
    rows = Training.objects.filter(company_id=later_number("company"), is_published=True)
    return rows.annotate(
        percent=Coalesce(Subquery(mine.values("percent")), Value(0), output_field=SmallIntegerField()),
        completed_at=Subquery(mine.values("completed_at"), output_field=DateTimeField()),
        is_completed=Exists(mine.filter(completed_at__isnull=False)),
    )


@lru_cache(maxsize=64)
def _trainings(shape: Shape, parts: frozenset[str], per_page: int) -> Statement:
    rows = _with_progress()
    if "category" in parts:
        rows = rows.filter(category=later_text("category"))
    if parts & {"completed", "open"}:
        rows = rows.filter(is_completed=Value("completed" in parts, BooleanField()))
    total = rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    page = as_documents(rows.order_by("id"), shape)
    return compiled_page(total, page, prepared=True, limit=per_page, offset=True)


@lru_cache(maxsize=16)
def _training(shape: Shape) -> Statement:
    return compiled(as_documents(_with_progress().filter(id=later_number("id")), shape))


def _shown() -> "QuerySet[Announcement]":
    read = AnnouncementRead.objects.filter(
        company_id=OuterRef("company_id"), announcement_id=OuterRef("pk"), member_id=later_number("member")
    )
    now = Q(is_active=True, published_at__lte=Now()) & is_for(AnnouncementAudience, later_number("member"))
    return Announcement.objects.filter(now, company_id=later_number("company")).annotate(is_read=Exists(read))


@lru_cache(maxsize=64)
def _announcements(shape: Shape, per_page: int) -> Statement:
    rows = _shown()
    total = rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    page = as_documents(rows.order_by("-published_at", "-id"), shape)
    return compiled_page(total, page, prepared=True, limit=per_page, offset=True)


@lru_cache(maxsize=16)
def _announcement(shape: Shape) -> Statement:
    return compiled(as_documents(_shown().filter(id=later_number("id")), shape))
