"""Charts as SVG, made here: no script, and the numbers stand in a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from portico.web import figures

_WIDTH, _HEIGHT = 600, 120
_GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """Its place as SVG wants it written, whatever the reader's language does to numbers."""

    x: str
    y: str
    width: str
    height: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is what the tallest bar stands for."""

    title: str
    bars: Sequence[Bar]
    most: int
    width: int = _WIDTH
    height: int = _HEIGHT


def bars(title: str, numbers: Sequence[tuple[str, int]]) -> Chart | None:
    """A bar for each label and number, from the left; None where there are no numbers."""
    if not numbers:
        return None
    most = max(1, *(number for _, number in numbers)) if len(numbers) > 1 else max(1, numbers[0][1])
    step = _WIDTH / max(len(numbers), 10)
    made = []
    for place, (label, number) in enumerate(numbers):
        height = round(_HEIGHT * number / most, 1)
        x, y, wide, high = (f"{one:.1f}" for one in (place * step, _HEIGHT - height, step - _GAP, height))
        made.append(Bar(x, y, wide, high, f"{label}: {figures.number(number)}"))
    return Chart(title, made, most)
