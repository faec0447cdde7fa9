"""The company's own fields of its contacts: added, put in order, changed, deleted."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.contacts.actions.field_by_field import (
    add_custom_field,
    change_custom_field,
    delete_custom_field,
    move_custom_field,
)
from portico.contacts.actions.fields import Definition
from portico.contacts.models import CustomField
from portico.contacts.queries.fields import fingerprint_of_field, get_custom_field, list_custom_fields
from portico.contacts.queries.segments import list_segments_that_name
from portico.errors import Invalid
from portico.web.console.deletions import Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, show_list
from portico.web.console.words import kind_labels
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/settings/custom-fields"
_Kind = CustomField.Kind


def _above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Custom fields")),)


def show(visit: Visit) -> HttpResponse:
    kinds = kind_labels()
    listing = Listing(
        title=_("Custom fields"),
        text=_("What this company keeps about its contacts beside the usual: one field for each question."),
        columns=(
            Column(_("Label"), lambda row: row.label),
            Column(_("Group"), lambda row: row.group or ""),
            Column(_("Type"), lambda row: kinds.get(row.kind, row.kind)),
            Column(_("Options"), lambda row: ", ".join(row.options or ())),
            Column(_("Name in the API"), lambda row: row.slug),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("No field yet. Add one, such as a size, a membership number or the day of a contract."),
        add=Link(f"{PATH}/add", _("Add field")),
    )
    said = {"saved": _("Saved."), "deleted": _("The field is deleted.")}.get(visit.done, "")
    fields = list_custom_fields(visit.actor)
    # By the groups as they come first; the fields inside keep their order.
    groups = list(dict.fromkeys(one.group or "" for one in fields))
    return show_list(visit, listing, sorted(fields, key=lambda one: groups.index(one.group or "")), said=said)


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        kind = visit.text("kind")
        if kind not in _Kind.values:
            raise Invalid.one("kind", "unknown", _("Choose one of these."))
        add_custom_field(visit.actor, _wanted(visit, kind))
        return go(PATH, done="saved")

    return tried(visit, _new(), act)


def _wanted(visit: Visit, kind: str) -> Definition:
    options = tuple(line.strip() for line in visit.text("options").splitlines() if line.strip())
    group = visit.text("group").strip() or None
    return Definition(kind, visit.text("label").strip(), options=options, group=group)


def _new() -> Sheet:
    kinds = [Choice(kind, label) for kind, label in kind_labels().items()]
    return Sheet(
        title=_("Add field"),
        button=_("Save"),
        back=PATH,
        crumbs=_above(),
        fields=(
            Field("label", _("Label")),
            Field("kind", _("Type"), kind="select", choices=kinds, hint=_("This cannot be changed later.")),
            _options_field(),
            _group_field(),
        ),
    )


def _options_field() -> Field:
    hint = _("One a line. Only for what is chosen from a list.")
    return Field("options", _("Options"), kind="textarea", is_required=False, hint=hint)


def _group_field() -> Field:
    hint = _("Fields of one group stand together.")
    return Field("group", _("Group"), is_required=False, hint=hint)


def show_one(visit: Visit, id: int) -> HttpResponse:
    said = _("Moved.") if visit.done == "moved" else ""
    return show_sheet(visit, _existing(get_custom_field(visit.actor, id)), said=said)


def change(visit: Visit, id: int) -> HttpResponse:
    field = get_custom_field(visit.actor, id)

    def act() -> HttpResponse:
        change_custom_field(visit.actor, id, _wanted(visit, field.kind), seen=visit.text("seen"))
        return go(PATH, done="saved")

    return tried(visit, _existing(field), act)


def _existing(field: CustomField) -> Sheet:
    fields = [Field("label", _("Label")).holding(field.label)]
    if field.options is not None:
        fields.append(_options_field().holding("\n".join(field.options)))
    fields.append(_group_field().holding(field.group or ""))
    kind, path = kind_labels().get(field.kind, field.kind), f"{PATH}/{field.pk}"
    return Sheet(
        title=field.label,
        button=_("Save"),
        text=_("{type}. Its name in the API, {name}, stays.").format(type=kind, name=field.slug),
        back=PATH,
        crumbs=_above(),
        fields=fields,
        hidden={"seen": fingerprint_of_field(field)},
        links=(Link(f"{path}/move", _("Move this field")), Link(f"{path}/delete", _("Delete this field"))),
    )


def show_move(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _moving(get_custom_field(visit.actor, id)))


def move(visit: Visit, id: int) -> HttpResponse:
    field = get_custom_field(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("way") not in {"up", "down"}:
            raise Invalid.one("way", "unknown", _("Choose one of these."))
        move_custom_field(visit.actor, id, earlier=visit.text("way") == "up")
        return go(f"{PATH}/{id}", done="moved")

    return tried(visit, _moving(field), act)


def _moving(field: CustomField) -> Sheet:
    ways = (Choice("up", _("One place up"), is_chosen=True), Choice("down", _("One place down")))
    return Sheet(
        title=_("Move {label}").format(label=field.label),
        button=_("Move"),
        text=_("Among the fields of its group, here and on every form."),
        back=f"{PATH}/{field.pk}",
        crumbs=_at(field),
        fields=(Field("way", _("Where to"), kind="radio", choices=ways),),
    )


def _at(field: CustomField) -> tuple[Crumb, ...]:
    return (*_above(), Crumb(f"{PATH}/{field.pk}", field.label))


def _lost(visit: Visit, field: CustomField) -> str:
    text = _(
        "What contacts hold in it is no longer shown, searched or exported. It stays in the database, and comes back"
        " when a field with the name {name} is added again."
    ).format(name=field.slug)
    segments = list_segments_that_name(visit.actor, field.slug)
    lost = _("These segments ask for it, and will be empty: {segments}.").format(segments=", ".join(segments))
    return f"{text} {lost}" if segments else text


def _delete(visit: Visit, field: CustomField) -> HttpResponse:
    delete_custom_field(visit.actor, field.pk)
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_custom_field(visit.actor, key), at=_at, lost=_lost, delete=_delete
).screens
