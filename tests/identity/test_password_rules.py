import pytest

from portico.errors import Invalid
from portico.identity.password_rules import checked_password

OWN = ["anna.becker@acme-tools.test", "Anna", "Becker", "Acme Tools Ltd"]

COMMON = [
    "passwordpassword",
    "P@ssw0rd2024!!!",
    "Passwort12345678!",
    "123456789012345",
    "qwertyuiopasdfg",
    "mnbvcxz98765432",
    "aaaaaaaaaaaaaaaa",
    "abcabcabcabcabcx",
    "1q2w3e4r5t6y7u8i",
    "correcthorsebatterystaple",
    "iloveyou-iloveyou",
    "Summer2025-Winter2026!",
    "anna.becker.2024",
    "AcmeToolsAcmeTools",
    "4nn4-b3ck3r-4cme",
    "\N{FULLWIDTH LATIN SMALL LETTER P}asswordpassword",
]
GOOD = [
    "kuibyshev plank",
    "brittle copper vases",
    "日本語のとても長いパスワードです",
    "xkq vbnwtz 77 oplm",
    "%&/()=?$§+*~#<>|",
    "wdkjqwdlkjwdqlw",
]


@pytest.mark.parametrize("password", COMMON)
def test_what_is_tried_first_is_refused(password: str) -> None:
    for has_factor in (True, False):
        with pytest.raises(Invalid) as no:
            checked_password(password, has_factor=has_factor, own=OWN)
        assert [problem.rule for problem in no.value.problems] == ["common"]


@pytest.mark.parametrize("password", GOOD)
def test_whatever_else_is_long_enough_is_taken_as_it_is(password: str) -> None:
    assert checked_password(password, has_factor=False, own=OWN) == password


@pytest.mark.parametrize(
    ("length", "has_factor", "rule"),
    [(7, True, "short"), (8, True, ""), (14, False, "short"), (15, False, ""), (256, False, ""), (257, True, "long")],
)
def test_length_is_counted_in_characters(length: int, rule: str, *, has_factor: bool) -> None:
    password = "".join(chr(0x4E00 + at * 7) for at in range(length))
    if not rule:
        assert checked_password(password, has_factor=has_factor) == password
        return
    with pytest.raises(Invalid) as no:
        checked_password(password, has_factor=has_factor)
    assert [problem.rule for problem in no.value.problems] == [rule]


def test_what_looks_the_same_is_the_same() -> None:
    """One keyboard writes an umlaut as one character, another as two."""
    one = checked_password("Zwölf große Öfen", has_factor=False)
    assert checked_password("Zwo\u0308lf große O\u0308fen", has_factor=False) == one
