import base64
import hashlib
import hmac

import argon2
import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portico.lib.passwords import native
from portico.lib.passwords.formats import Format, recognise
from portico.lib.passwords.native import hash_password, is_current
from portico.lib.passwords.tries import MAX_BYTES, UnusablePassword
from portico.lib.passwords.verify import Verdict, verify, verify_nobody
from tests.lib.passwords.vectors import PUBLIC, RAW, SLASHED

RIGHT = Verdict(is_match=True)
RIGHT_BUT_FOREIGN = Verdict(is_match=True, needs_rehash=True)
WRONG = Verdict(is_match=False)

# Of O'Neil; written down, because tests are named by it and every process must name them alike.
OURS = "$argon2id$v=19$m=19456,t=2,p=1$C+tzDInR0h1Axl1VjzOEhQ$vj5+wCTteAwoRBLSlPFYC/4crfWvQ+X5Ajuk5VkL/LU"


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every Argon2 verification, by the hash it was asked for."""
    calls: list[bytes] = []
    real = argon2.low_level.verify_secret

    def counted(stored: bytes, secret: bytes, variant: argon2.Type) -> bool:
        calls.append(stored)
        return real(stored, secret, variant)

    monkeypatch.setattr(native, "verify_secret", counted)
    return calls


@pytest.mark.parametrize(("password", "stored"), [(password, stored) for _, password, stored in PUBLIC])
def test_a_foreign_hash_lets_in_and_is_to_be_replaced(password: str, stored: str) -> None:
    assert verify(password, stored) == RIGHT_BUT_FOREIGN
    assert verify(password + "x", stored) == WRONG


@pytest.mark.parametrize("stored", RAW + SLASHED)
def test_a_password_with_a_quote_opens_what_code_stored_and_what_a_form_stored(stored: str) -> None:
    assert verify("O'Neil", stored) == RIGHT_BUT_FOREIGN
    assert verify("  O'Neil\n", stored) == RIGHT_BUT_FOREIGN
    assert verify("ONeil", stored) == WRONG


@pytest.mark.parametrize("stored", RAW)
def test_slashes_are_added_never_taken_away(stored: str) -> None:
    assert verify(r"O\'Neil", stored) == WRONG


def test_our_own_hash_takes_exactly_the_password() -> None:
    assert verify("O'Neil", OURS) == RIGHT
    for near in ("o'neil", " O'Neil", "O'Neil ", r"O\'Neil", "O'Neil\0", ""):
        assert verify(near, OURS) == WRONG
    slashed = hash_password(r"O\'Neil")
    assert verify("O'Neil", slashed) == WRONG


def test_our_own_hash_is_argon2id_with_19_mib_two_passes_one_lane() -> None:
    assert OURS.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert recognise(OURS) is Format.ARGON2ID
    assert is_current(OURS)
    assert hash_password("O'Neil") != OURS


def test_argon2id_with_other_parameters_is_to_be_replaced() -> None:
    stored = "$argon2id$v=19$m=8192,t=3,p=1$dVV4U2VSNllLRmRKOHdVRw$5sMLt7qe5oD+cPSrV10JHhh1qZvBlZe0enTWPsNsS+0"
    assert not is_current(stored)
    assert verify(r"O\'Neil", stored) == RIGHT_BUT_FOREIGN


def test_bcrypt_reads_72_bytes() -> None:
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert verify("x" * 80, stored) == RIGHT_BUT_FOREIGN
    assert verify("x" * 71, stored) == WRONG


def test_the_new_wordpress_format_reads_all_bytes_and_trims() -> None:
    long = "x" * 80
    stored = "$wp" + bcrypt.hashpw(_wordpress_key(long), bcrypt.gensalt(4)).decode()
    assert verify(long, stored) == RIGHT_BUT_FOREIGN
    assert verify(f" {long} ", stored) == RIGHT_BUT_FOREIGN
    assert verify(long + "y", stored) == WRONG


def _wordpress_key(password: str) -> bytes:
    return base64.b64encode(hmac.new(b"wp-sha384", password.encode(), hashlib.sha384).digest())


def test_the_key_of_the_new_wordpress_format_is_the_published_one() -> None:
    assert _wordpress_key("password") == b"ZEIBxmCIjkyF8MNbMmsrJOPmp2/ioyAvd90BaIOY1lr6z3gfcWZusfjOv0kWasvS"


@pytest.mark.parametrize("password", ["", "x" * (MAX_BYTES + 1)])
def test_an_empty_or_endless_password_opens_nothing(password: str) -> None:
    empty_or_endless = hashlib.md5(password.encode()).hexdigest()  # noqa: S324 - the format under test
    assert verify(password, empty_or_endless) == WRONG
    assert verify(password, OURS) == WRONG
    assert verify_nobody(password) == WRONG
    with pytest.raises(UnusablePassword):
        hash_password(password)


def test_white_space_does_not_open_the_hash_of_nothing() -> None:
    assert verify("  ", hashlib.md5(b"").hexdigest()) == WRONG  # noqa: S324 - the format under test


def test_the_longest_password_works() -> None:
    assert verify("x" * MAX_BYTES, hash_password("x" * MAX_BYTES)) == RIGHT


def test_a_verdict_is_as_true_as_the_match() -> None:
    assert RIGHT
    assert RIGHT_BUT_FOREIGN
    assert not WRONG


def test_whoever_is_unknown_costs_one_verification_of_ours(spent: list[bytes]) -> None:
    assert verify_nobody("O'Neil") == WRONG
    (asked,) = spent
    assert is_current(asked.decode())
    assert recognise(asked.decode()) is Format.ARGON2ID


@pytest.mark.parametrize("stored", [OURS, *RAW, hashlib.md5(b"O'Neil").hexdigest(), "*", ""])  # noqa: S324 - as above
def test_a_wrong_password_costs_the_same_whatever_is_stored(spent: list[bytes], stored: str) -> None:
    assert verify("wrong", stored) == WRONG
    assert len(spent) == 1


@pytest.mark.parametrize("stored", RAW)
def test_a_right_foreign_password_leaves_the_work_to_its_replacement(spent: list[bytes], stored: str) -> None:
    assert verify("O'Neil", stored) == RIGHT_BUT_FOREIGN
    assert spent == []


@pytest.mark.parametrize(
    "stored",
    [
        "$2y$31$abcdefghijklmnopqrstuud8zgG74c/9V9agANgeV1bGAWdLlnzOa",
        "$P$SabcdefghAqfN2uCgwCGE2s7XXiG7X/",
        "$argon2id$v=19$m=4194304,t=4,p=1$dVV4U2VSNllLRmRKOHdVRw$5sMLt7qe5oD+cPSrV10JHhh1qZvBlZe0enTWPsNsS+0",
        "$argon2id$v=19$m=8,t=1,p=16$dVV4U2VSNllLRmRKOHdVRw$5sMLt7qe5oD+cPSrV10JHhh1qZvBlZe0enTWPsNsS+0",
        OURS[:-1],
        "$argon2id$v=19$m=19456,t=2,p=1$",
        "$argon2id$v=19$m=19456,t=2,p=1$é$é",
        "$argon2id$v=19$m=19456,t=2,p=1$dVV4U2VSNllLRmRKOHdVRw$\ud800",
        "$argon2id$v=19$m=19456,t=2,p=1$dVV4U2VSNllLRmRKOHdVRB$5sMLt7qe5oD+cPSrV10JHhh1qZvBlZe0enTWPsNsS+0",
    ],
)
def test_a_hash_that_is_too_costly_or_broken_matches_nothing(stored: str) -> None:
    assert verify("O'Neil", stored) == WRONG


PREFIXES = ["", "$P$B", "$2y$05$", "$wp$2y$05$", "$argon2id$v=19$m=8,t=1,p=1$", OURS[:31], OURS[:54], "$generic$"]


@given(prefix=st.sampled_from(PREFIXES), rest=st.text(max_size=60), password=st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_stored_text_makes_it_crash(prefix: str, rest: str, password: str) -> None:
    assert verify(password, prefix + rest) == WRONG


@given(password=st.text(min_size=1, max_size=20))
@settings(max_examples=15, deadline=None)
def test_every_password_opens_its_own_hash(password: str) -> None:
    assert verify(password, hash_password(password)) == RIGHT
