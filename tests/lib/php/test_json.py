import json
import math

import pytest
from hypothesis import given, settings

from portico.lib.php.json import json_encode
from tests.lib.php.real import RealPHP
from tests.lib.php.test_serialize import CONTACT, nested
from tests.lib.php.values import values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (False, "false"),
        (1.0, "1"),
        (-0.0, "-0"),
        (1e25, "1.0e+25"),
        (1e-05, "1.0e-5"),
        ("a/é", r'"a\/\u00e9"'),
        ("😀", r'"\ud83d\ude00"'),
        ("\x7f\x01\n", '"\x7f\\u0001\\n"'),
        ("\\u007f/", r'"\\u007f\/"'),
        ({}, "[]"),
        ([], "[]"),
        ({0: "a", 1: "b"}, '["a","b"]'),
        ({"0": "a", "1": "b"}, '["a","b"]'),
        ({1: "b", 0: "a"}, '{"1":"b","0":"a"}'),
        ({7: "Gold"}, '{"7":"Gold"}'),
        ({"a/b": [1, {"": None}]}, r'{"a\/b":[1,{"":null}]}'),
    ],
)
def test_every_kind_is_written_as_php_writes_it(value: object, expected: str) -> None:
    assert json_encode(value) == expected.encode()


def test_any_json_reader_reads_it() -> None:
    assert json.loads(json_encode(CONTACT)) == CONTACT | {"tags": {"7": "Gold", "9": "Silver"}}


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert json_encode({"a\ud800": "\udfff"}) == b'{"a?":"?"}'


@pytest.mark.parametrize("value", [math.inf, math.nan, b"\xff", 2**63, nested(200)])
def test_what_php_cannot_write_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"infinite|utf-8|64 bits|nested"):
        json_encode(value)


def test_what_is_no_plain_value_is_refused() -> None:
    with pytest.raises(TypeError):
        json_encode(object())


@given(value=values)
@settings(max_examples=150, deadline=None)
def test_real_php_writes_the_same(php: RealPHP, value: object) -> None:
    try:
        ours = json_encode(value)
    except ValueError:
        ours = b"FALSE"
    assert ours == php.json_encode(value)
