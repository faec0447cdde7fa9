"""Trainings and announcements as people write them here: by their id, where others name them.

Whoever changes a training or its modules holds the training's row, so that two do not mix up its order.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.content.actions.learning import MODULE, MOST_MODULES, save_announcement, save_training
from portico.content.actions.libraries import moved
from portico.content.actions.outdated import require_unchanged
from portico.content.models import Announcement, Training, TrainingModule
from portico.content.queries.authored import get_module
from portico.errors import Invalid, NotFound
from portico.lib.secrets import random_text
from portico.selling.given import given

_NAME = 16  # random characters
_ORDER = """
UPDATE training_module SET position = given.position FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (id, position)
WHERE training_module.company_id = %s AND training_id = %s AND training_module.id = given.id
"""


def add_training(actor: Actor, fields: Mapping[str, Any]) -> int:
    """A new training under a name of its own; answers its id. `fields` as in save_training. Raises Invalid."""
    return save_training(actor, {**fields, "external_id": _new_name()}).id


def add_announcement(actor: Actor, fields: Mapping[str, Any]) -> int:
    """The same for an announcement, with `fields` as in save_announcement."""
    return save_announcement(actor, {**fields, "external_id": _new_name()}).id


def _new_name() -> str:
    return f"written-{random_text(_NAME)}"


@transaction.atomic
def change_training(actor: Actor, training_id: int, fields: Mapping[str, Any], *, seen: datetime | None = None) -> None:
    """`fields` as in save_training, the title among them; `seen` is its `updated_at` as the actor read it.

    Raises NotFound; Invalid; Outdated where it or one of its modules was changed since.
    """
    training = _held(actor, training_id, seen)
    save_training(actor, {**fields, "external_id": training.external_id})


@transaction.atomic
def change_announcement(
    actor: Actor, announcement_id: int, fields: Mapping[str, Any], *, seen: datetime | None = None
) -> None:
    """The same for an announcement, with `fields` as in save_announcement."""
    actor.require(Permission.TRAININGS_WRITE)
    rows = Announcement.objects.filter(company_id=actor.company_id, pk=announcement_id)
    announcement = rows.select_for_update(no_key=True).first()
    if announcement is None:
        raise NotFound("announcement")
    require_unchanged(announcement, seen)
    save_announcement(actor, {**fields, "external_id": announcement.external_id})


@transaction.atomic
def add_module(actor: Actor, training_id: int, fields: Mapping[str, Any]) -> int:
    """A new module behind the others; answers its id. `fields` are of MODULE. Raises NotFound, Invalid."""
    training = _held(actor, training_id)
    values = given(fields, MODULE, ("title",))
    rows = _modules(training)
    if rows.count() >= MOST_MODULES:
        raise Invalid.one("modules", "many", f"A training has at most {MOST_MODULES} modules.")
    last = rows.aggregate(last=Max("position"))["last"] or 0
    key = values.pop("key", _new_name())
    module = TrainingModule.objects.create(
        company_id=actor.company_id, training=training, key=key, position=last + 1, **values
    )
    _changed(actor, training, "module added", module.pk)
    return module.pk


@transaction.atomic
def change_module(actor: Actor, module_id: int, fields: Mapping[str, Any], *, seen: datetime | None = None) -> None:
    """`seen` is the training's `updated_at`. Raises NotFound, Invalid, Outdated."""
    training = _holding(actor, module_id, seen)
    values = given(fields, MODULE, ("title",))
    if not _modules(training).filter(pk=module_id).update(**values):
        raise NotFound("module")
    _changed(actor, training, "module changed", module_id)


@transaction.atomic
def move_module(actor: Actor, training_id: int, module_id: int, *, steps: int) -> None:
    """Put it so many places further on, with less than 0 further to the front; at an end it stays.

    Raises NotFound, also for a module of another training.
    """
    training = _held(actor, training_id)
    ids = list(_modules(training).order_by("position", "pk").values_list("pk", flat=True))
    if module_id not in ids:
        raise NotFound("module")
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, [moved(ids, module_id, steps), actor.company_id, training.pk])
    _changed(actor, training, "module moved", module_id)


@transaction.atomic
def delete_module(actor: Actor, module_id: int) -> None:
    """Take a part away, with who has done it; how far people are in the training stays. Raises NotFound."""
    training = _holding(actor, module_id)
    if not _modules(training).filter(pk=module_id).delete()[0]:
        raise NotFound("module")
    _changed(actor, training, "module deleted", module_id)


def _holding(actor: Actor, module_id: int, seen: datetime | None = None) -> Training:
    """The training of this module, held: what was read of the module before may be over."""
    return _held(actor, get_module(actor, module_id).training_id, seen)


def _held(actor: Actor, training_id: int, seen: datetime | None = None) -> Training:
    actor.require(Permission.TRAININGS_WRITE)
    rows = Training.objects.filter(company_id=actor.company_id, pk=training_id)
    training = rows.select_for_update(no_key=True).first()
    if training is None:
        raise NotFound("training")
    require_unchanged(training, seen)
    return training


def _modules(training: Training) -> Any:
    return TrainingModule.objects.filter(company_id=training.company_id, training=training)


def _changed(actor: Actor, training: Training, what: str, module_id: int) -> None:
    rows = Training.objects.filter(company_id=actor.company_id, pk=training.pk)
    rows.update(updated_at=Now())
    record(actor, "training.changed", "training", training.pk, title=training.title, what=what, module=module_id)
