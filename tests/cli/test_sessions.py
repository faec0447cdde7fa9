import json
from datetime import UTC, datetime, timedelta

import pytest

from portico.lib.postgres import PORT, socket_folder
from tests.cli.command import Command


@pytest.fixture
def sessions(portico: Command) -> list[int]:
    """Three of Rita's, the last begun first."""
    import psycopg

    with psycopg.connect(
        host=str(socket_folder(portico.folder / "postgres")), port=PORT, user="portico", dbname="portico"
    ) as connection:
        end = datetime.now(UTC) + timedelta(days=1)
        rows = [
            connection.execute(
                "INSERT INTO session (company_id, membership_id, name, wire, methods, agent, address, expires_at)"
                " SELECT company_id, id, '', 'fluid', ARRAY['passcode'], %s, '203.0.113.7', %s FROM membership"
                " RETURNING id",
                [f"App {number}", end],
            ).fetchone()
            for number in range(3)
        ]
        connection.execute(
            "INSERT INTO known_device (user_id, digest, label, wire, address, expires_at)"
            " SELECT id, 'x', 'Rep app', 'fluid', '203.0.113.0/24', %s FROM portico_user",
            [end],
        )
    return [row[0] for row in rows if row]


def test_sessions_are_listed_named_and_ended_and_devices_forgotten(portico: Command, sessions: list[int]) -> None:
    def listed(*words: str) -> list[dict[str, object]]:
        return list(json.loads(portico("session", "list", "Rita@acme.test", "--json", *words).out))

    assert portico("session", "name", str(sessions[0]), " Rita's phone ").out == f"Session {sessions[0]} is named.\n"
    (row,) = (one for one in listed() if one["id"] == sessions[0])
    assert (row["company"], row["name"], row["agent"], row["methods"]) == (
        "acme",
        "Rita's phone",
        "App 0",
        ["passcode"],
    )
    assert {one["id"] for one in listed("--company", "acme")} == set(sessions)
    assert listed("--company", "globex") == []
    assert portico("session", "end", str(sessions[0])).code == 0
    assert {one["id"] for one in listed()} == set(sessions[1:])
    kept = str(sessions[2])
    assert portico("session", "end", "--all-of", "rita@acme.test", "--but", kept, "--json").value == {"ended": 1}
    assert [one["id"] for one in listed()] == [sessions[2]]
    assert portico("session", "end", "--all-of", "rita@acme.test").out == "1 sessions of rita@acme.test are ended.\n"
    assert listed() == []

    assert "Rep app" in portico("device", "list", "rita@acme.test").out
    (device,) = portico("device", "list", "rita@acme.test", "--json").value
    assert portico("device", "forget", str(device["id"])).code == 0
    assert portico("device", "list", "rita@acme.test").out == "No devices.\n"

    for words, code, sentence in (
        (("session", "end"), 2, "Say either"),
        (("session", "end", "1", "--all-of", "rita@acme.test"), 2, "Say either"),
        (("session", "end", str(sessions[0])), 1, "There is no such session."),
        (("session", "end", "999999999"), 1, "There is no such session."),
        (("session", "name", kept, "x"), 1, "There is no such session."),
        (("session", "list", "nobody@acme.test"), 1, "There is no such user."),
        (("device", "forget", str(device["id"])), 1, "There is no such device."),
        (("device", "forget", "0"), 2, "range"),
    ):
        done = portico(*words)
        assert (done.code, done.out) == (code, ""), words
        assert sentence in done.err, words


def test_a_user_is_removed_disabled_and_enabled(portico: Command) -> None:
    assert portico("user", "disable", "rita@acme.test").out == "rita@acme.test is disabled.\n"
    assert portico("user", "disable", "rita@acme.test").err == "portico: This user is disabled already."
    assert portico("user", "enable", "RITA@acme.test", "--json").value == {"email": "RITA@acme.test", "active": True}
    assert portico("user", "remove", "rita@acme.test", "--company", "acme").code == 0
    assert portico("user", "remove", "rita@acme.test", "--company", "acme").code == 1
    assert portico("user", "add", "rita@acme.test", "--company", "acme", "--role", "rep").code == 0
    assert (
        portico("user", "remove", "rita@acme.test", "--company", "nobody").err == "portico: There is no such company."
    )
