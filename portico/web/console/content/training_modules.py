"""One module of a training: added, changed, deleted."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.actions.authoring import add_module, change_module, delete_module
from portico.content.models import Training, TrainingModule
from portico.content.queries.authored import get_module, get_training
from portico.web.console.content import trainings
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/content/training-modules"
_NO_MODULE = TrainingModule(title="", duration_minutes=0)


def _path(training_id: int) -> str:
    return f"{trainings.PATH}/{training_id}"


def show_add(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _new(get_training(visit.actor, id)))


def add(visit: Visit, id: int) -> HttpResponse:
    sheet = _new(get_training(visit.actor, id))

    def act() -> HttpResponse:
        add_module(visit.actor, id, _given(visit))
        return go(_path(id), done="saved")

    return tried(visit, sheet, act)


def _given(visit: Visit) -> dict[str, Any]:
    return {
        "title": visit.text("title"),
        "duration_minutes": visit.text("duration_minutes").strip() or 0,
        "media_type": visit.text("media_type") or None,
        "video_url": visit.text("video_url"),
    }


def _new(training: Training) -> Sheet:
    return Sheet(
        title=_("Add module"),
        button=_("Save"),
        back=_path(training.pk),
        crumbs=trainings.at(training),
        fields=_fields(_NO_MODULE),
    )


def _fields(module: TrainingModule) -> tuple[Field, ...]:
    known = {"": _("Nothing"), "video": _("A film"), "pdf": _("A document"), "audio": _("A sound")}
    if module.media_type and module.media_type not in known:
        known[module.media_type] = module.media_type  # what other software has said stays to be chosen
    choices = [Choice(value, text, is_chosen=(module.media_type or "") == value) for value, text in known.items()]
    minutes = str(module.duration_minutes) if module.duration_minutes else ""
    return (
        Field("title", _("Title"), value=module.title),
        Field("duration_minutes", _("Minutes"), value=minutes, inputmode="numeric", is_required=False),
        Field("media_type", _("It has"), kind="select", choices=choices, is_required=False),
        Field(
            "video_url",
            _("Its address"),
            kind="url",
            value=module.video_url or "",
            is_required=False,
            hint=_("Such as the link of a film, or of a medium under Media."),
        ),
    )


def show(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(get_module(visit.actor, id)))


def change(visit: Visit, id: int) -> HttpResponse:
    module = get_module(visit.actor, id)

    def act() -> HttpResponse:
        change_module(visit.actor, id, _given(visit), seen=seen_at(visit))
        return go(_path(module.training_id), done="saved")

    return tried(visit, _existing(module), act)


def _existing(module: TrainingModule) -> Sheet:
    return Sheet(
        title=module.title,
        button=_("Save"),
        back=_path(module.training_id),
        crumbs=trainings.at(module.training),
        fields=_fields(module),
        hidden={"seen": module.training.updated_at.isoformat()},
        links=(Link(f"{PATH}/{module.pk}/delete", _("Delete this module")),),
    )


def _delete(visit: Visit, module: TrainingModule) -> HttpResponse:
    delete_module(visit.actor, module.pk)
    return go(_path(module.training_id), done="module-deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_module(visit.actor, key),
    at=lambda module: (*trainings.at(module.training), Crumb(f"{PATH}/{module.pk}", module.title)),
    lost=lambda *_one: _(
        "The module goes, with who has done it. How far people are in the training stays. This cannot be undone."
    ),
    delete=_delete,
).screens
