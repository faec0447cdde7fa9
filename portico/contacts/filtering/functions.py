"""SQL that filters need beyond Django's own, as Django expressions. Each takes another expression, never text."""

from typing import Any

from django.db.models import BooleanField, Field, Func, TextField


class NumericField(Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """PostgreSQL's numeric, of any precision."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 -- Django's signature
        return "numeric"


class Condition(Func):
    output_field = BooleanField()


class Always(Condition):
    template = "true"


class Nobody(Condition):
    # Not Django's empty Q: a query that cannot match anything is not compiled at all there.
    template = "false"


class Opposite(Condition):
    """True also where the condition is neither true nor false, because there is nothing to compare."""

    template = "NOT coalesce(%(expressions)s, false)"


class EqualsAny(Condition):
    template = "%(expressions)s)"
    arg_joiner = " = ANY("


class LoweredAll(Func):
    """An array of texts in lower case, as PostgreSQL lowers them; computed once for the statement."""

    template = "(SELECT lower(%(expressions)s::text)::text[])::text[]"
    output_field = TextField()


class MomentText(Func):
    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    output_field = TextField()


class ShortText(Func):
    """A number as text, without zeros at the end of its decimals."""

    template = "trim_scale(%(expressions)s::numeric)::text"
    output_field = TextField()


class JsonAt(Func):
    """The value under a key of a jsonb."""

    template = "(%(expressions)s)"
    arg_joiner = " -> "
    output_field = TextField()


class TextAt(JsonAt):
    """The same as text."""

    arg_joiner = " ->> "


class _Repeating(Func):
    """A Func whose template has its expression several times, and so its values."""

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # passed on as they are
        sql, values = super().as_sql(*args, **kwargs)
        return sql, [*values] * str(self.template).count("%(expressions)s")


class AsNumber(_Repeating):
    """The number that a text is, or NULL. The digits are few enough that PostgreSQL can always read them."""

    template = r"(CASE WHEN %(expressions)s ~ '^\s*[-+]?\d{1,30}(\.\d{1,30})?\s*$' THEN (%(expressions)s)::numeric END)"
    output_field = NumericField()


class AsStamp(_Repeating):
    """A text that begins with a date as YYYY-MM-DD HH:MM:SS, or NULL; in one form so that texts compare as times."""

    template = (
        r"(CASE WHEN %(expressions)s ~ '^\d{4}-\d\d-\d\d' THEN left(replace(%(expressions)s, 'T', ' '), 19) || "
        "substr('0000-00-00 00:00:00', 1 + least(length(%(expressions)s), 19)) END COLLATE \"C\")"
    )
    output_field = TextField()


_CHOICES = (
    "jsonb_array_elements_text(CASE jsonb_typeof({0}) WHEN 'array' THEN {0} ELSE jsonb_build_array({0}) END)"
    " AS choices (choice)"
)


class _OfChoices(Condition):
    """Func writes its expressions as one text; here the first stands in several places."""

    test = ""

    def as_sql(self, compiler: Any, *_args: Any, **_kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Func's has more options than this needs
        (it, it_values), (wanted, values) = map(compiler.compile, self.get_source_expressions())
        rows = _CHOICES.format(it)
        return f"EXISTS (SELECT FROM {rows} WHERE {self.test.format(wanted)})", [*it_values * 3, *values]


class AnyChoice(_OfChoices):
    """One of the choices in this JSON is among these."""

    test = "lower(choice) = ANY({})"


class ChoiceLike(_OfChoices):
    """One of the choices in this JSON matches this pattern."""

    test = "lower(choice) LIKE {}"
