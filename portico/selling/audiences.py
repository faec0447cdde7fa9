"""Whom a thing is for, where the company's own software or a person says so."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, Expression, Func, OuterRef, When

from portico.access import Actor, Role
from portico.identity.actions.audiences import keep_audience
from portico.identity.audiences import Audience, AudiencePart
from portico.lib.statements import JsonField, Literal, Shape
from portico.selling.given import name
from portico.selling.saving import Outcome, Saved, save_named

MOST_NAMED = 300  # of a kind: whoever wants more has a rank or a role for them
EVERYBODY = "everybody"
_KINDS = {"roles": "role", "ranks": "rank__external_id", "members": "member__user__email"}


def audience(value: Any) -> Audience | None:
    """An object with some of roles, ranks and members; null, in files also the word, is the whole company."""
    if value in (None, "", EVERYBODY):
        return None
    if not isinstance(value, dict) or value.keys() - _KINDS.keys():
        raise ValueError(f"object: This must be null, or an object with some of {', '.join(_KINDS)}.")
    found = {kind: _names(kind, value[kind]) for kind in value}
    if not any(found.values()):
        raise ValueError("required: Choose at least one role, rank or person, or everybody.")
    unknown = set(found.get("roles", ())) - set(Role)
    if unknown:
        raise ValueError(f"unknown: Each role must be one of {', '.join(Role)}.")
    return Audience(**found)


def _names(kind: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_NAMED:
        raise ValueError(f"list: {kind} must be a list of at most {MOST_NAMED} texts.")
    return tuple(dict.fromkeys(name(one) for one in value))


def save_for_some(actor: Actor, parts: type[AudiencePart], external_id: str, values: Mapping[str, Any]) -> Saved:
    """As save_named, for the thing whose audience `parts` keep; that is among `values`, as `audience` answers it.

    Of a thing that is there already it stays where it is not said. Raises Invalid for a rank or a member that the
    company does not have.
    """
    thing: Any = parts._meta.get_field(parts.of).related_model
    if "audience" not in values:
        return save_named(actor, thing, external_id, values)
    rest = {column: value for column, value in values.items() if column != "audience"}
    wanted: Audience | None = values["audience"]
    saved = save_named(actor, thing, external_id, {**rest, "for_everybody": wanted is None})
    # Both locked by now: whoever answers or reads at the same time comes before this, or sees it.
    if keep_audience(actor, parts, saved.id, wanted) and saved.outcome is Outcome.SAME:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED.format(table=thing._meta.db_table), [actor.company_id, saved.id])
        return Saved(saved.id, Outcome.CHANGED)
    return saved


def told_audience(values: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit: whether it was said to be for everybody, nothing where nothing was said."""
    return {"for_everybody": values["audience"] is None} if "audience" in values else {}


_CHANGED = "UPDATE {table} SET updated_at = statement_timestamp() WHERE company_id = %s AND id = %s"


def audience_of(parts: type[AudiencePart]) -> Expression:
    """For a shape of the thing: its audience as it was told, null for everybody."""
    kinds: dict[str, Any] = {kind: ArraySubquery(_parts(parts, column)) for kind, column in _KINDS.items()}
    nothing = Literal(None, JsonField())
    return Case(When(for_everybody=True, then=nothing), default=Shape(kinds).build(), output_field=JsonField())


def ranks_of(parts: type[AudiencePart]) -> Expression:
    """For a shape of the thing: the ids of the ranks that it is for."""
    ranks = Func(ArraySubquery(_parts(parts, "rank_id")), function="to_json", output_field=JsonField())
    return Case(When(for_everybody=True, then=Literal("[]", JsonField())), default=ranks, output_field=JsonField())


def _parts(parts: type[AudiencePart], column: str) -> Any:
    rows = parts._default_manager.filter(company_id=OuterRef("company_id"), **{f"{parts.of}_id": OuterRef("pk")})
    return rows.filter(**{f"{column}__isnull": False}).order_by("pk").values(column)
