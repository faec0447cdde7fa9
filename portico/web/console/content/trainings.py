"""Content → Trainings: what the company's people can learn, in modules, and how far they are."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.actions.authoring import add_training, change_training, move_module
from portico.content.actions.learning import delete_training
from portico.content.models import Training
from portico.content.queries.authored import (
    Learner,
    count_learners,
    count_modules,
    get_training,
    list_learners,
    list_modules,
)
from portico.content.queries.learning import list_company_trainings
from portico.errors import NotFound
from portico.lib.statements import Shape
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, Pages, show_list
from portico.web.console.pressing import pressed
from portico.web.figures import moment
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/content/trainings"
_PER_PAGE = 50
_PEOPLE = 50
_ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "category": "category",
        "duration_minutes": "duration_minutes",
        "is_published": "is_published",
        "modules": count_modules(),
    }
)


def above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Trainings")),)


def show(visit: Visit) -> HttpResponse:
    before = visit.number_asked("before") or None
    found = list_company_trainings(visit.actor, _ROW, before=before, limit=_PER_PAGE + 1)
    listing = Listing(
        title=_("Trainings"),
        text=_("What your people learn in the app, in parts that they do one after the other."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Is"), lambda row: state(is_published=row["is_published"])),
            Column(_("Category"), lambda row: row["category"]),
            Column(_("Modules"), lambda row: row["modules"], is_number=True),
            Column(_("Minutes"), lambda row: row["duration_minutes"], is_number=True),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("No training yet. Add one, then its modules, and publish it when it is ready."),
        add=Link(f"{PATH}/add", _("Add training")),
    )
    return show_list(
        visit,
        listing,
        [orjson.loads(document) for _id, document in found[:_PER_PAGE]],
        said=_("The training is deleted.") if visit.done == "deleted" else "",
        pages=Pages(after=f"?before={found[_PER_PAGE - 1][0]}" if len(found) > _PER_PAGE else ""),
    )


def state(*, is_published: bool) -> str:
    return _("published") if is_published else _("not published")


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        return go(f"{PATH}/{add_training(visit.actor, _given(visit))}", done="added")

    return tried(visit, _new(), act)


def _given(visit: Visit) -> dict[str, Any]:
    fields: dict[str, Any] = {name: visit.text(name) for name in ("title", "description", "category", "image_url")}
    minutes = visit.text("duration_minutes").strip() or 0
    return {**fields, "duration_minutes": minutes, "is_published": visit.text("is_published") == "yes"}


def _new() -> Sheet:
    return Sheet(
        title=_("Add training"),
        button=_("Save"),
        text=_("Its modules come next. Nobody sees it before it is published."),
        back=PATH,
        crumbs=above(),
        fields=_fields(Training(title="", description="", category="", duration_minutes=0, is_published=False)),
    )


def _fields(row: Training) -> tuple[Field, ...]:
    published = (
        Choice("no", _("Not yet"), _("Only who writes trainings sees it."), not row.is_published),
        Choice("yes", _("Published"), _("Everybody in the company finds it in the app."), row.is_published),
    )
    return (
        Field("title", _("Title"), value=row.title),
        Field("description", _("Description"), kind="textarea", value=row.description, is_required=False),
        Field("category", _("Category"), value=row.category, is_required=False),
        Field("duration_minutes", _("Minutes in all"), value=_number(row.duration_minutes), inputmode="numeric",
              is_required=False),
        Field("image_url", _("Address of a picture"), kind="url", value=row.image_url or "", is_required=False),
        Field("is_published", _("Published"), kind="radio", choices=published),
    )  # fmt: skip


def _number(number: int) -> str:
    return str(number) if number else ""


def show_one(visit: Visit, id: int) -> HttpResponse:
    training = get_training(visit.actor, id)
    modules = list(list_modules(visit.actor, id))
    counted = count_learners(visit.actor, id)
    after = visit.number_asked("after")
    people = list_learners(visit.actor, id, after=after, limit=_PEOPLE + 1)
    said = {
        "added": _("The training is there. Add its modules now."),
        "saved": _("Saved."),
        "module-deleted": _("The module is deleted."),
    }
    return show_screen(
        visit,
        "training.html",
        title=training.title,
        crumbs=above(),
        said=said.get(visit.done, ""),
        training=training,
        path=f"{PATH}/{id}",
        facts=(
            (_("It is"), state(is_published=training.is_published)),
            (_("Category"), training.category or _("none")),
            (_("Minutes in all"), training.duration_minutes),
            (_("Have begun it"), counted.begun),
            (_("Have completed it"), counted.completed),
            (_("Known to other software as"), training.external_id),
        ),
        modules=modules,
        people=[_learner(one) for one in people[:_PEOPLE]],
        after=f"?after={people[_PEOPLE - 1].member_id}" if len(people) > _PEOPLE else "",
    )


def _learner(one: Learner) -> tuple[object, ...]:
    completed = moment(one.completed_at) if one.completed_at else ""
    return one.name or one.email, f"{one.percent} %", moment(one.updated_at), completed


def press(visit: Visit, id: int) -> HttpResponse:
    """Move one of its modules up or down."""
    word, module_id = pressed(visit)
    if word not in _STEPS:
        raise NotFound("press")
    move_module(visit.actor, id, module_id, steps=_STEPS[word])
    return go(f"{PATH}/{id}", done="saved")


_STEPS = {"up": -1, "down": 1}


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(get_training(visit.actor, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    training = get_training(visit.actor, id)

    def act() -> HttpResponse:
        change_training(visit.actor, id, _given(visit), seen=seen_at(visit))
        return go(f"{PATH}/{id}", done="saved")

    return tried(visit, _existing(training), act)


def _existing(training: Training) -> Sheet:
    return Sheet(
        title=training.title,
        button=_("Save"),
        back=f"{PATH}/{training.pk}",
        crumbs=at(training),
        fields=_fields(training),
        hidden={"seen": training.updated_at.isoformat()},
    )


def at(training: Training) -> tuple[Crumb, ...]:
    return (*above(), Crumb(f"{PATH}/{training.pk}", training.title))


def _lost(visit: Visit, training: Training) -> str:
    counted = count_learners(visit.actor, training.pk)
    return _(
        "It goes, with its modules and with how far people are: %(begun)d have begun it, %(completed)d have completed"
        " it. This cannot be undone."
    ) % {"begun": counted.begun, "completed": counted.completed}


def _delete(visit: Visit, training: Training) -> HttpResponse:
    delete_training(visit.actor, training.pk)
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_training(visit.actor, key), at=at, lost=_lost, delete=_delete
).screens
