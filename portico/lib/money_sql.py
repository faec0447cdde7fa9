"""Amounts of money in SQL: the same as lib.money, where PostgreSQL builds the JSON."""

from typing import Any, ClassVar

from django.db.models import F, Func

from portico.lib.money import WITH_THREE_DECIMALS, WITHOUT_DECIMALS
from portico.lib.statements import JsonField

_NONE, _THREE = (", ".join(f"'{code}'" for code in codes) for codes in (WITHOUT_DECIMALS, WITH_THREE_DECIMALS))


def _decimal(units: str, currency: str) -> str:
    """PostgreSQL keeps as many places as round is told."""
    decimals = f"CASE WHEN {currency} IN ({_NONE}) THEN 0 WHEN {currency} IN ({_THREE}) THEN 3 ELSE 2 END"
    return f"round({units} / power(10::numeric, {decimals}), {decimals})"


class AsNumber(Func):
    """A column of smallest units, with that of its currency, as a JSON number with all its places, like 249.90."""

    cast: ClassVar[str] = ""
    output_field = JsonField()

    def __init__(self, units: str, currency: str = "currency") -> None:
        super().__init__(F(units), F(currency))

    def as_sql(self, compiler: Any, _connection: Any, **_more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Func's has more options than this needs
        (units, _), (currency, _) = (compiler.compile(one) for one in self.get_source_expressions())
        return f"to_json({_decimal(units, currency)}{self.cast})", []


class AsText(AsNumber):
    """The same as a text."""

    cast = "::text"


class PricedItems(AsNumber):
    """A column with a list of objects: each with its number from 1 as "id", and its "price" as a JSON number."""

    names: ClassVar[tuple[str, ...]] = ("title", "sku", "quantity", "image_url")

    def as_sql(self, compiler: Any, _connection: Any, **_more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # see AsNumber
        (items, _), (currency, _) = (compiler.compile(one) for one in self.get_source_expressions())
        price = _decimal("(item ->> 'price')::bigint", currency)
        told = ", ".join(f"'{name}', item -> '{name}'" for name in self.names)
        row = f"json_build_object('id', number, {told}, 'price', {price}{self.cast})"
        rows = f"jsonb_array_elements({items}) WITH ORDINALITY AS one (item, number)"
        return f"(SELECT coalesce(json_agg({row} ORDER BY number), '[]') FROM {rows})", []  # noqa: S608 -- our own columns


class TextPricedItems(PricedItems):
    """The same with prices as texts."""

    cast = "::text"
