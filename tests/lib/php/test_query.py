import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portico.lib.php.query import MAX_NESTING, MAX_VARIABLES, QueryValue, parse_query
from tests.lib.php.real import RealPHP

CASES: list[tuple[str, dict[str, QueryValue]]] = [
    ("", {}),
    ("a=1&b=2", {"a": "1", "b": "2"}),
    ("x=1&x=2", {"x": "2"}),
    ("json", {"json": ""}),
    ("json&a=1", {"json": "", "a": "1"}),
    ("&&a&&=x&=&", {"a": ""}),
    ("a=b=c", {"a": "b=c"}),
    ("a;b=1", {"a;b": "1"}),
    ("u=jo+e%20x%2By", {"u": "jo e x+y"}),
    ("a=%zz%4&b=%", {"a": "%zz%4", "b": "%"}),
    ("a=%ff", {"a": "�"}),
    ("a=%E2%82%AC", {"a": "€"}),
    ("a=x%00y", {"a": "x\0y"}),
    ("a.b=1&c+d=2&+e=3&%20f=4", {"a_b": "1", "c_d": "2", "e": "3", "f": "4"}),
    ("a.b[c.d e]=1", {"a_b": {"c.d e": "1"}}),
    ("tags[]=1&tags[]=2", {"tags": ["1", "2"]}),
    ("tags%5B%5D=1&tags%5b%5d=2", {"tags": ["1", "2"]}),
    ("tags[0]=1&tags[1]=2", {"tags": ["1", "2"]}),
    ("tags[1]=1&tags[0]=2", {"tags": {"1": "1", "0": "2"}}),
    ("tags[5]=1&tags[]=2", {"tags": {"5": "1", "6": "2"}}),
    ("a[08]=1&a[]=2", {"a": {"08": "1", "0": "2"}}),
    ("a[x]=1&a[]=2", {"a": {"x": "1", "0": "2"}}),
    ("f[types][]=V&f[types][]=W", {"f": {"types": ["V", "W"]}}),
    ("a[][b]=1&a[][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
    ("c[0][e]=x&c[0][f]=y&c[1][e]=z", {"c": [{"e": "x", "f": "y"}, {"e": "z"}]}),
    ("a=1&a[]=2", {"a": ["2"]}),
    ("a[]=2&a=1", {"a": "1"}),
    ("a[b]=1&a[b][c]=2", {"a": {"b": {"c": "2"}}}),
    ("a[b][c]=2&a[b]=1", {"a": {"b": "1"}}),
    ("a[0]=1&a[0]=2", {"a": ["2"]}),
    ("a[ ]=1", {"a": ["1"]}),
    ("a[  ]=1", {"a": {"  ": "1"}}),
    ("a[ b]=1", {"a": {" b": "1"}}),
    ("a[[]=1", {"a": {"[": "1"}}),
    ("a[b]c=1", {"a": {"b": "1"}}),
    ("a[b]c[d]=1", {"a": {"b": "1"}}),
    ("a[b=1", {"a_b": "1"}),
    ("a[b.c d[e=1", {"a_b_c_d_e": "1"}),
    ("a[b][c=1", {"a": {"b": "1"}}),
    ("a]=1&b][=2", {"a]": "1", "b]_": "2"}),
    ("[a]=1&[]=2&[=3&+[x]=4", {}),
    ("[]", {}),
    ("1=x&2[3]=y", {"1": "x", "2": {"3": "y"}}),
    ("a[-5]=x&a[-0]=y", {"a": {"-5": "x", "-0": "y"}}),
    ("a" + "[x]" * 65 + "=1&b=2", {"b": "2"}),
    ("a[b]=1&a" + "[x]" * 65 + "=1", {}),
    ("a=1&a" + "[x]" * 64 + "[=1", {}),
    ("a" + "[x]" * 70 + "=1&a=2", {"a": "2"}),
]


@pytest.mark.parametrize(("query", "expected"), CASES)
def test_it_decodes_as_php_does(query: str, expected: dict[str, QueryValue]) -> None:
    assert parse_query(query) == expected
    assert parse_query(query.encode()) == expected
    assert list(parse_query(query)) == list(expected)


@pytest.mark.parametrize("query", [query for query, _ in CASES])
def test_real_php_decodes_the_same(php: RealPHP, query: str) -> None:
    assert parse_query(query) == php.parse_str(query.encode())


# Nothing that makes a NUL or bytes that are not UTF-8: names are cut at NUL by PHP, and bad bytes look alike here.
PIECES = [
    "a",
    "b",
    "0",
    "1",
    "08",
    "[",
    "]",
    "[]",
    "[0]",
    "[a]",
    ".",
    "+",
    " ",
    "=",
    "&",
    "&",
    "%5B",
    "%5d",
    "%zz",
    "é",
    "\t",
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=400, deadline=None)
def test_real_php_decodes_odd_input_the_same(php: RealPHP, pieces: list[str]) -> None:
    query = "".join(pieces)
    assert parse_query(query) == php.parse_str(query.encode())


def test_a_nul_in_a_name_is_kept() -> None:
    assert parse_query(b"pass%00x=1") == {"pass\0x": "1"}


def test_the_deepest_nesting_is_kept() -> None:
    found: QueryValue = parse_query("a" + "[x]" * MAX_NESTING + "=1")
    for _ in range(MAX_NESTING + 1):
        assert isinstance(found, dict)
        (found,) = found.values()
    assert found == "1"


def test_the_number_of_variables_is_bounded() -> None:
    assert parse_query(b"&".join([b"ids[]=7"] * MAX_VARIABLES)) == {"ids": ["7"] * MAX_VARIABLES}
    with pytest.raises(ValueError, match="variables"):
        parse_query(b"&".join([b"ids[]=7"] * (MAX_VARIABLES + 1)))


def test_the_number_of_arrays_is_bounded() -> None:
    with pytest.raises(ValueError, match="arrays"):
        parse_query(b"&".join([b"a" + b"[]" * MAX_NESTING] * (2 * MAX_VARIABLES // MAX_NESTING)))


@given(raw=st.binary(max_size=200) | st.text("[]%0a&=\ud800\0", max_size=200))
@settings(max_examples=300, deadline=None)
def test_nothing_makes_it_crash(raw: bytes | str) -> None:
    for name, value in parse_query(raw).items():
        assert isinstance(name, str)
        assert isinstance(value, str | list | dict)


@pytest.mark.parametrize(
    "raw",
    [
        b"a" + b"[" * 1_000_000,
        b"a" + b"[]" * 500_000,
        b"a" + b"[x" * 500_000 + b"]",
        b"&" * 1_000_000,
        b"%" * 1_000_000,
        b"%5B" * 300_000,
        b"a[" + b"9" * 1_000_000 + b"]=1",
        b"&".join(b"a[%d][b]=1" % number for number in range(MAX_VARIABLES - 1)),
    ],
    ids=["open", "append", "unclosed", "ampersands", "percents", "encoded", "digits", "wide"],
)
def test_hostile_input_takes_linear_time(raw: bytes) -> None:
    started = time.monotonic()
    parse_query(raw)
    assert time.monotonic() - started < 5
