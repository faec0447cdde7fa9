import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.lib.passwords.tries import MAX_BYTES, UnusablePassword, password_bytes, tries


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        (b"plain", [b"plain"]),
        (b"O'Neil", [b"O'Neil", rb"O\'Neil"]),
        (rb'a"b\c', [rb'a"b\c', rb"a\"b\\c"]),
        (b"a\0b", [b"a\0b", rb"a\0b"]),
        (b" x\t\r\n\x0b", [b" x\t\r\n\x0b", b"x"]),
        (b" O'Neil ", [b" O'Neil ", rb" O\'Neil ", b"O'Neil", rb"O\'Neil"]),
        (b"\xc2\xa0x", [b"\xc2\xa0x"]),
        (b"  ", [b"  "]),
    ],
)
def test_a_password_is_tried_as_typed_then_as_wordpress_changes_it(typed: bytes, forms: list[bytes]) -> None:
    assert tries(typed) == forms


@given(typed=st.binary(min_size=1, max_size=30))
def test_there_are_at_most_four_different_tries_the_typed_one_first(typed: bytes) -> None:
    forms = tries(typed)
    assert forms[0] == typed
    assert len(forms) == len(set(forms)) <= 4


def test_a_try_never_grows_over_the_limit() -> None:
    assert tries(b"'" * MAX_BYTES) == [b"'" * MAX_BYTES]


def test_an_empty_or_endless_password_is_unusable() -> None:
    assert len(password_bytes("é" * (MAX_BYTES // 2))) == MAX_BYTES
    for password in ("", "x" * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2) + "x"):
        with pytest.raises(UnusablePassword):
            password_bytes(password)


def test_different_lone_surrogates_stay_different() -> None:
    assert password_bytes("\ud800") != password_bytes("\ud801")
