import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.http.ranges import Span, Unsatisfiable, span_of


@given(st.text(max_size=30) | st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True), st.integers(0, 500))
def test_a_part_is_always_inside_the_file(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except Unsatisfiable:
        return
    assert span is None or (0 <= span.start < size and 0 < span.length <= size - span.start)


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=5-", Span(5, 5)),
        ("bytes=-3", Span(7, 3)),
        ("bytes=-30", Span(0, 10)),
        ("bytes=2-99", Span(2, 8)),
        ("bytes=7-2", None),
        ("items=0-1", None),
        ("", None),
    ],
)
def test_what_is_asked_is_what_comes(header: str, span: Span | None) -> None:
    assert span_of(header, 10) == span
