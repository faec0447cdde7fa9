"""Trainings and announcements as those who write them see them: one part of them, and how far people are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Expression, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portico.access import Actor, Permission
from portico.content.models import Announcement, AnnouncementRead, Training, TrainingModule, TrainingProgress
from portico.errors import NotFound
from portico.lib.statements import Literal


@dataclass(frozen=True, slots=True)
class Learner:
    """How far a member is in a training."""

    member_id: int
    name: str
    email: str
    percent: int
    completed_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who has read an announcement, and when first."""

    member_id: int
    name: str
    email: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """How many members have begun a training, and how many of those have completed it."""

    begun: int
    completed: int


def get_training(actor: Actor, training_id: int) -> Training:
    """One of the company's, published or not. Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    found = Training.objects.filter(company_id=actor.company_id, pk=training_id).first()
    if found is None:
        raise NotFound("training")
    return found


def get_announcement(actor: Actor, announcement_id: int) -> Announcement:
    """One of the company's, shown or not. Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    found = Announcement.objects.filter(company_id=actor.company_id, pk=announcement_id).first()
    if found is None:
        raise NotFound("announcement")
    return found


def list_modules(actor: Actor, training_id: int) -> "QuerySet[TrainingModule]":
    """A training's modules in their order; there are at most some hundreds."""
    actor.require(Permission.TRAININGS_WRITE)
    rows = TrainingModule.objects.filter(company_id=actor.company_id, training_id=training_id)
    return rows.order_by("position", "pk")


def get_module(actor: Actor, module_id: int) -> TrainingModule:
    """With its training. Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    rows = TrainingModule.objects.filter(company_id=actor.company_id, pk=module_id)
    found = rows.select_related("training").first()
    if found is None:
        raise NotFound("module")
    return found


def count_modules() -> Expression:
    """How many modules a training has, for a shape."""
    return _counted(TrainingModule.objects.filter(company_id=OuterRef("company_id"), training_id=OuterRef("pk")))


def count_readers() -> Expression:
    """How many members have read an announcement, for a shape: counted along the table's own key."""
    rows = AnnouncementRead.objects.filter(company_id=OuterRef("company_id"), announcement_id=OuterRef("pk"))
    return _counted(rows)


def _counted(rows: "QuerySet[Any]") -> Expression:
    total = rows.order_by().values("company_id").annotate(total=Count("*")).values("total")
    return Coalesce(Subquery(total), Literal("0", BigIntegerField()))


def count_learners(actor: Actor, training_id: int) -> Begun:
    """Counted, not kept: a training has at most a row for each member, all in one stretch of the table's own key."""
    rows = _learners(actor, training_id)
    told = rows.aggregate(begun=Count("*"), completed=Count("completed_at"))
    return Begun(told["begun"], told["completed"])


def list_learners(actor: Actor, training_id: int, *, after: int = 0, limit: int) -> list[Learner]:
    """Members who have begun a training, in the order in which they joined, those behind this member."""
    rows = _learners(actor, training_id).filter(member_id__gt=after).order_by("member_id")[:limit]
    found = rows.values_list(*_PERSON, "percent", "completed_at", "updated_at")
    return [Learner(id, f"{first} {last}".strip(), *rest) for id, first, last, *rest in found]


def list_readers(actor: Actor, announcement_id: int, *, after: int = 0, limit: int) -> list[Reader]:
    """Members who have read an announcement, in the order in which they joined, those behind this member."""
    actor.require(Permission.TRAININGS_WRITE)
    rows = AnnouncementRead.objects.filter(company_id=actor.company_id, announcement_id=announcement_id)
    found = rows.filter(member_id__gt=after).order_by("member_id")[:limit].values_list(*_PERSON, "read_at")
    return [Reader(id, f"{first} {last}".strip(), *rest) for id, first, last, *rest in found]


_PERSON = ("member_id", "member__user__first_name", "member__user__last_name", "member__user__email")


def _learners(actor: Actor, training_id: int) -> "QuerySet[TrainingProgress]":
    actor.require(Permission.TRAININGS_WRITE)
    return TrainingProgress.objects.filter(company_id=actor.company_id, training_id=training_id)
