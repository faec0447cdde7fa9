import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.lib.texts import is_storable


@pytest.mark.parametrize("text", ["", "plain", "Zoë 🦉", "\ud7ff\ue000", "\x01"])
def test_what_is_text_can_be_stored(text: str) -> None:
    assert is_storable(text)


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "Zoë \udfff", "é\0"])
def test_what_no_database_takes_is_told(text: str) -> None:
    assert not is_storable(text)


@given(st.text(st.characters(exclude_categories=[])))
def test_it_is_what_utf_8_can_write_without_nul(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        assert not is_storable(text)
    else:
        assert is_storable(text) == ("\0" not in text)
