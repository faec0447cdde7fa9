from typing import Any

import pytest

from portico.lib.environment import Environment, WrongSetting, database_of


def reading(**variables: str) -> Environment:
    return Environment("PORTICO_", {f"PORTICO_{name}": text for name, text in variables.items()})


def test_what_is_not_set_has_its_default() -> None:
    env = reading()
    assert (env.text("DATA", "here"), env.flag("ALLOW_HTTP"), env.flag("PREPARED", default=True)) == (
        "here",
        False,
        True,
    )
    assert env.number("THREADS", 32) == 32
    assert env.networks("PROXIES") == ()


def test_values_are_read_as_what_they_are() -> None:
    env = reading(DATA=" /srv/portico ", ALLOW_HTTP="Yes", THREADS="8", PROXIES="10.0.0.0/8, ::1")
    assert (env.text("DATA"), env.flag("ALLOW_HTTP"), env.number("THREADS", 1)) == ("/srv/portico", True, 8)
    assert [str(network) for network in env.networks("PROXIES")] == ["10.0.0.0/8", "::1/128"]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda env: env.flag("X"), "perhaps"), (lambda env: env.number("X", 1), "many"),
        (lambda env: env.number("X", 1), "0"), (lambda env: env.number("X", 1), "-1"),
        (lambda env: env.number("X", 1, most=64), "65"), (lambda env: env.number("X", 1), "٣"),
        (lambda env: env.networks("X"), "10.0.0.0/99"), (lambda env: env.networks("X"), "proxy.example"),
        (lambda env: env.address("X", ""), "not an address"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_taken_is_named_in_one_sentence(read: Any, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(reading(X=value))
    assert "PORTICO_X" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_name_that_nobody_asked_for_is_refused() -> None:
    env = reading(DATA="x", DATTA="y")
    env.text("DATA")
    with pytest.raises(WrongSetting, match="PORTICO_DATTA"):
        env.refuse_unknown()
    env.text("DATTA")
    env.refuse_unknown()


def test_a_database_address_is_taken_apart() -> None:
    place = database_of("postgresql://ann:p%40ss@db.example:5433/base?sslmode=require")
    assert (place["NAME"], place["USER"], place["PASSWORD"], place["HOST"]) == ("base", "ann", "p@ss", "db.example")
    assert str(place["PORT"]) == "5433"
    assert place["OPTIONS.sslmode"] == "require"
    for wrong in ("mysql://x/y", "postgresql://db.example", "what"):
        with pytest.raises(WrongSetting, match="DATABASE_URL"):
            database_of(wrong)
