import base64
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portico.lib.php.serialize import serialize
from portico.lib.php.values import MAX_DEPTH
from tests.lib.php.real import RealPHP
from tests.lib.php.values import floats, values

CONTACT = {
    "id": "12",
    "email": "jö@example.com",
    "first_name": "O'Neil",
    "tags": {7: "Gold", 9: "Silver"},
    "score": 1.5,
    "active": True,
    "note": None,
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "N;"),
        (True, "b:1;"),
        (False, "b:0;"),
        (-7, "i:-7;"),
        (2**63 - 1, "i:9223372036854775807;"),
        (0.1, "d:0.1;"),
        (1.0, "d:1;"),
        (-0.0, "d:-0;"),
        (1e16, "d:10000000000000000;"),
        (1e17, "d:1.0E+17;"),
        (1e25, "d:1.0E+25;"),
        (0.0001, "d:0.0001;"),
        (1e-05, "d:1.0E-5;"),
        (1.5e-7, "d:1.5E-7;"),
        (123.25, "d:123.25;"),
        (math.inf, "d:INF;"),
        (-math.inf, "d:-INF;"),
        (math.nan, "d:NAN;"),
        ("", 's:0:"";'),
        ("é", 's:2:"é";'),
        ("日本", 's:6:"日本";'),
        ('a"b;c', 's:5:"a"b;c";'),
        ({}, "a:0:{}"),
        ([], "a:0:{}"),
        ([1, 2], "a:2:{i:0;i:1;i:1;i:2;}"),
        ((1,), "a:1:{i:0;i:1;}"),
        ({"8": 1, "-5": 2}, "a:2:{i:8;i:1;i:-5;i:2;}"),
        ({"08": 1, "-0": 2, "1.5": 3, "": 4}, 'a:4:{s:2:"08";i:1;s:2:"-0";i:2;s:3:"1.5";i:3;s:0:"";i:4;}'),
        ({True: 1}, "a:1:{i:1;i:1;}"),
    ],
)
def test_every_kind_is_written_as_php_writes_it(value: object, expected: str) -> None:
    assert serialize(value) == expected.encode()


def test_a_contact_is_written_as_php_writes_it() -> None:
    assert (
        serialize(CONTACT)
        == (
            'a:7:{s:2:"id";s:2:"12";s:5:"email";s:15:"jö@example.com";s:10:"first_name";s:6:"O\'Neil";'
            's:4:"tags";a:2:{i:7;s:4:"Gold";i:9;s:6:"Silver";}s:5:"score";d:1.5;s:6:"active";b:1;s:4:"note";N;}'
        ).encode()
    )
    assert base64.b64encode(serialize({"email": "jö@example.com", "id": "12"})) == (
        b"YToyOntzOjU6ImVtYWlsIjtzOjE1OiJqw7ZAZXhhbXBsZS5jb20iO3M6MjoiaWQiO3M6MjoiMTIiO30="
    )


def test_bytes_are_written_as_they_are() -> None:
    assert serialize(b"\xff\x00") == b's:2:"\xff\x00";'


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert serialize("a\ud800b") == b's:3:"a?b";'


def test_of_two_keys_that_php_takes_for_one_the_last_value_stays_in_the_first_place() -> None:
    assert serialize({"8": "a", "x": "b", 8: "c"}) == b'a:2:{i:8;s:1:"c";s:1:"x";s:1:"b";}'


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, [2**63], {2**63: 1}])
def test_an_integer_beyond_64_bits_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="64 bits"):
        serialize(value)


@pytest.mark.parametrize("value", [object(), Decimal(1), {1, 2}, {None: 1}, {1.5: 1}, {b"a": 1}])
def test_what_is_no_plain_value_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        serialize(value)


def nested(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_nesting_is_bounded() -> None:
    assert serialize(nested(MAX_DEPTH)).endswith(b"a:0:{}" + b"}" * (MAX_DEPTH - 1))
    with pytest.raises(ValueError, match="nested"):
        serialize(nested(MAX_DEPTH + 1))
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested"):
        serialize(endless)


@given(value=values)
@settings(max_examples=150, deadline=None)
def test_real_php_writes_the_same_and_reads_the_value_back(php: RealPHP, value: object) -> None:
    ours = serialize(value)
    assert ours == php.serialize(value)
    assert php.unserializes_to(ours, value)


@given(found=st.lists(floats | st.just(math.nan), max_size=50))
@settings(max_examples=100, deadline=None)
def test_real_php_writes_the_same_floats(php: RealPHP, found: list[float]) -> None:
    assert serialize(found) == php.serialize(found)
