"""SQL behind the keys of this wire's rows."""

from typing import Any

from django.db.models import CharField, Func, Value
from django.db.models.functions import Concat, NullIf, Trim


class Instant(Func):
    """ISO 8601 in UTC, whole seconds, with Z; null stays null."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    output_field = CharField()


def full_name(prefix: str = "") -> Any:
    """First and last name with one blank between; "" when there is neither. PostgreSQL's concat skips nulls."""
    return Trim(Concat(f"{prefix}first_name", Value(" "), f"{prefix}last_name", output_field=CharField()))


def or_null(field: str) -> Any:
    """Null instead of an empty text."""
    return NullIf(field, Value("", CharField()))
