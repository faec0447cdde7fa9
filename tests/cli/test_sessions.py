"""In this process, on the suite's own data folder: a process for each command would cost more than all it shows."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from portico.access import Role, stranger
from portico.cli import main
from portico.identity.actions.devices import remember_device
from portico.identity.models import Membership, Session
from tests.make import make_company, make_member
from tests.protocols.fluid.app import jwt_of


@pytest.fixture
def rita(database: None) -> Membership:  # noqa: ARG001 -- must be up
    return make_member(make_company(), "Rita", Role.REP)


def told(*words: str | int) -> str:
    done = CliRunner().invoke(main, list(map(str, words)))
    assert done.exit_code == 0, done.output
    return done.stdout


def value(*words: str | int) -> Any:
    return json.loads(told(*words, "--json"))


def refused(*words: str | int) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(map(str, words)))
    assert done.stdout == ""
    return done.exit_code, done.stderr


def test_sessions_are_listed_named_and_ended(rita: Membership) -> None:
    email, slug = rita.user.email, rita.company.slug
    for _ in range(3):
        jwt_of(rita)
    rows = Session.objects.filter(company_id=rita.company_id, membership_id=rita.pk)
    first, second, third = rows.order_by("pk").values_list("pk", flat=True)
    assert told("session", "name", first, " Rita's phone ") == f"Session {first} is named.\n"
    (row,) = (one for one in value("session", "list", email.upper()) if one["id"] == first)
    assert (row["company"], row["name"], row["wire"], row["methods"]) == (slug, "Rita's phone", "fluid", ["passcode"])
    assert {one["id"] for one in value("session", "list", email, "--company", slug)} == {first, second, third}
    assert value("session", "list", email, "--company", "globex") == []
    told("session", "end", first)
    assert refused("session", "end", first) == (1, "portico: There is no such session.\n")
    assert refused("session", "name", first, "x") == (1, "portico: There is no such session.\n")
    assert value("session", "end", "--all-of", email, "--but", third) == {"ended": 1}
    assert [one["id"] for one in value("session", "list", email)] == [third]
    assert told("session", "end", "--all-of", email) == f"1 sessions of {email} are ended.\n"
    assert told("session", "list", email) == "No sessions.\n"
    for words in ((), (third, "--all-of", email)):
        code, sentence = refused("session", "end", *words)
        assert code == 2
        assert "Say either" in sentence
    assert refused("session", "end", 2**62) == (1, "portico: There is no such session.\n")
    assert refused("session", "list", "nobody@nowhere.test") == (1, "portico: There is no such user.\n")


def test_devices_are_listed_and_forgotten(rita: Membership) -> None:
    remember_device(stranger(wire="fluid", address="203.0.113.7", agent="Rep app"), rita.user_id)
    assert "Rep app" in told("device", "list", rita.user.email)
    (device,) = value("device", "list", rita.user.email)
    assert (device["wire"], device["address"]) == ("fluid", "203.0.113.0/24")
    told("device", "forget", device["id"])
    assert told("device", "list", rita.user.email) == "No devices.\n"
    assert refused("device", "forget", device["id"]) == (1, "portico: There is no such device.\n")
    assert refused("device", "forget", 0)[0] == 2


def test_a_user_is_removed_disabled_and_enabled(rita: Membership) -> None:
    email, slug = rita.user.email, rita.company.slug

    def state() -> str:
        (row,) = value("user", "list", "--company", slug)
        assert (row["email"], row["role"], row["name"], row["company"]) == (email, "rep", "Rita Example", slug)
        return str(row["state"])

    assert state() == "active"
    assert email in told("user", "list")
    assert told("user", "disable", email) == f"{email} is disabled.\n"
    assert state() == "disabled"
    assert refused("user", "disable", email) == (1, "portico: This user is disabled already.\n")
    assert value("user", "enable", email.upper()) == {"email": email.upper(), "active": True}
    told("user", "remove", email, "--company", slug)
    assert state() == "removed"
    assert refused("user", "remove", email, "--company", slug) == (
        1,
        "portico: There is no such user in this company.\n",
    )
    told("user", "add", email, "--company", slug, "--role", "rep")
    assert state() == "active"
    assert refused("user", "remove", email, "--company", "nobody") == (1, "portico: There is no such company.\n")
