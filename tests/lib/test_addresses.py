import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from portico.lib.addresses import is_email

PARTS = st.text("abzAZ09+_-.", min_size=1, max_size=70)
LABELS = st.text("abzAZ09-.", min_size=1, max_size=70)
ENDS = st.sampled_from(["test", "co.uk", "x", "museum", "c-d", "12", ""])


@pytest.mark.parametrize(
    "text",
    [
        "ann@people.test", "Ann.Lee+news@People.Example", "o'neil@people.test", "jörg@münchen.test", "a@b.cd",
        f"{'x' * 64}@people.test", "a_b-c@x-y.example", "1@2.de",
    ],
)  # fmt: skip
def test_what_people_call_an_address_is_one(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "ann", "ann@", "@people.test", "ann@people", "ann lee@people.test", "ann@people..test", ".ann@people.test",
        "ann.@people.test", "a..b@people.test", "ann@-people.test", "ann@people-.test",
        "ann@people.test ", "ann@people.test\n",
        "ann@@people.test", "ann@people.test,ben@people.test", "ann@[127.0.0.1]",
        f"a@{'x' * 64}.test", f"a@{'x.' * 130}test", "ann\0@people.test", "ann\ud800@people.test",
    ],
)  # fmt: skip
def test_what_no_mail_can_go_to_is_none(text: str) -> None:
    assert not is_email(text)


@given(PARTS, LABELS, ENDS)
def test_what_is_plainly_an_address_is_one_to_the_library_too(local: str, domain: str, end: str) -> None:
    text = f"{local}@{domain}.{end}"
    try:
        validate_email(text, check_deliverability=False)
        says = len(text) <= 254
    except EmailNotValidError:
        says = False
    assert is_email(text) == says
