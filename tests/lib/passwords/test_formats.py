import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.lib.passwords.formats import Format, TooCostly, UnknownFormat, recognise
from tests.lib.passwords.vectors import PUBLIC, RAW

BCRYPT_REST = "abcdefghijklmnopqrstuud8zgG74c/9V9agANgeV1bGAWdLlnzOa"
PHPASS_REST = "abcdefghAqfN2uCgwCGE2s7XXiG7X/"
ARGON2_REST = "dVV4U2VSNllLRmRKOHdVRw$5sMLt7qe5oD+cPSrV10JHhh1qZvBlZe0enTWPsNsS+0"


@pytest.mark.parametrize(("format_", "stored"), [(format_, stored) for format_, _, stored in PUBLIC])
def test_a_format_is_recognised_by_its_shape(format_: Format, stored: str) -> None:
    assert recognise(stored) is format_


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "*",
        "*0",
        "hunter2",
        "$P$Babcdefgh",
        f"$P$4{PHPASS_REST}",
        f"$P$T{PHPASS_REST}",
        f"$P$B{PHPASS_REST}\n",
        f"$P$B{PHPASS_REST}x",
        f"$S$B{PHPASS_REST}",
        f"$2y$03${BCRYPT_REST}",
        f"$2z$05${BCRYPT_REST}",
        f"$2y$5${BCRYPT_REST}",
        f"$2y$05${BCRYPT_REST[:-1]}",
        "$2y$05$abcdefghijklmnopqrstuvd8zgG74c/9V9agANgeV1bGAWdLlnzOa",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC/E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        f"$wp$P$B{PHPASS_REST}",
        f"$argon2d$v=19$m=65536,t=4,p=1${ARGON2_REST}",
        f"$argon2id$m=65536,t=4,p=1${ARGON2_REST}",
        f"$argon2id$v=19$m=7,t=4,p=1${ARGON2_REST}",
        f"$argon2id$v=19$m=65536,t=0,p=1${ARGON2_REST}",
        f"$argon2id$v=19$m=65536,t=1,p=0${ARGON2_REST}",
        "5f4dcc3b5aa765d61d8327deb882cf9",
        "5f4dcc3b5aa765d61d8327deb882cf9g",
        "$generic$short",
    ],
)
def test_what_cannot_be_verified_is_refused(stored: str) -> None:
    with pytest.raises(UnknownFormat):
        recognise(stored)


@pytest.mark.parametrize(
    ("dear", "bearable"),
    [
        (f"$P$H{PHPASS_REST}", f"$P$G{PHPASS_REST}"),
        (f"$P$S{PHPASS_REST}", f"$P$5{PHPASS_REST}"),
        (f"$2y$16${BCRYPT_REST}", f"$2y$15${BCRYPT_REST}"),
        (f"$wp$2y$31${BCRYPT_REST}", f"$wp$2y$04${BCRYPT_REST}"),
        (f"$argon2id$v=19$m=262145,t=1,p=1${ARGON2_REST}", f"$argon2id$v=19$m=262144,t=1,p=1${ARGON2_REST}"),
        (f"$argon2i$v=19$m=9999999999,t=1,p=1${ARGON2_REST}", f"$argon2i$v=19$m=8,t=1,p=1${ARGON2_REST}"),
        (f"$argon2id$v=19$m=65536,t=11,p=1${ARGON2_REST}", f"$argon2id$v=19$m=65536,t=10,p=1${ARGON2_REST}"),
        (f"$argon2id$v=19$m=65536,t=1,p=17${ARGON2_REST}", f"$argon2id$v=19$m=65536,t=1,p=16${ARGON2_REST}"),
    ],
)
def test_what_would_cost_too_much_is_refused(dear: str, bearable: str) -> None:
    with pytest.raises(TooCostly):
        recognise(dear)
    assert recognise(bearable)


@given(
    stored=st.text(max_size=70)
    | st.builds(str.__add__, st.sampled_from(["$P$", "$2y$", "$wp$2y$10$", "$argon2id$v=19$m="]), st.text(max_size=70))
    | st.builds(lambda stored, cut: stored[:-cut], st.sampled_from(RAW), st.integers(1, 60))
)
def test_anything_else_is_refused_in_the_same_way(stored: str) -> None:
    with pytest.raises(UnknownFormat):
        recognise(stored)
