import re

import pytest

from portico.lib.secrets import ALPHABET, digest, is_well_formed, new_secret, random_text, seal, unseal


def test_a_secret_can_be_told_by_its_form_alone() -> None:
    secret = new_secret("ptk_")
    assert re.fullmatch(r"ptk_[0-9A-Za-z]{30}", secret)
    assert is_well_formed(secret, "ptk_")
    assert not is_well_formed(secret, "psc_")
    assert not is_well_formed(secret + "x", "ptk_")
    assert not is_well_formed("ptk_" + "é" * 30, "ptk_")


def test_one_wrong_character_anywhere_is_noticed() -> None:
    secret = new_secret("ptk_")
    for place in range(len("ptk_"), len(secret)):
        other = "x" if secret[place] != "x" else "y"
        assert not is_well_formed(secret[:place] + other + secret[place + 1 :], "ptk_")


def test_no_two_are_alike() -> None:
    assert len({new_secret("ptk_") for _ in range(1000)}) == 1000
    assert set(random_text(5000)) == set(ALPHABET)


def test_a_digest_is_of_one_secret_and_one_purpose() -> None:
    assert digest("a", "key") == digest("a", "key")
    assert len({digest("a", "key"), digest("b", "key"), digest("a", "code"), digest("", "key")}) == 4
    assert len(digest("\ud800", "key")) == 32


def test_what_is_sealed_opens_only_with_its_purpose_and_unchanged() -> None:
    sealed = seal("Pässwörd".encode(), "mail")
    assert unseal(sealed, "mail").decode() == "Pässwörd"
    assert seal("Pässwörd".encode(), "mail") != sealed
    assert "Pässwörd".encode() not in sealed
    for broken, purpose in (
        (sealed, "jwt"),
        (sealed[:-1], "mail"),
        (sealed[:20] + b"x" + sealed[21:], "mail"),
    ):
        with pytest.raises(ValueError, match="sealed with another key"):
            unseal(broken, purpose)
