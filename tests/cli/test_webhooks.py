"""Outgoing webhooks as the operator keeps them."""

from tests.cli.command import Command


def test_an_endpoint_lives_from_add_to_remove(portico: Command) -> None:
    of = ("--company", "acme")
    added = portico("webhook", "add", "https://hooks.test/x", *of, "--event", "contact.created", "--json").value
    assert added["secret"].startswith("whsec_")
    id = str(added["id"])
    (row,) = portico("webhook", "list", *of, "--json").value
    assert (row["url"], row["events"], row["state"]) == ("https://hooks.test/x", ["contact.created"], "good")
    assert "secret" not in row
    assert portico("webhook", "rotate", id, *of, "--json").value["secret"] != added["secret"]
    assert portico("contact", "add", "ann@people.test", *of).code == 0
    (waiting,) = portico("webhook", "deliveries", *of, "--endpoint", id, "--json").value
    assert (waiting["event"], waiting["state"], waiting["tries"]) == ("contact.created", "waiting", 0)
    assert portico("webhook", "replay", str(waiting["id"]), *of).code == 0
    assert portico("webhook", "replay", id, "--failed", *of, "--json").value == {"deliveries": 0}
    assert portico("webhook", "enable", id, *of).code == 0
    assert portico("webhook", "remove", id, *of).code == 0
    assert portico("webhook", "deliveries", *of, "--json").value == []

    for words in (("rotate", id), ("replay", "999"), ("remove", id), ("enable", id)):
        done = portico("webhook", words[0], words[1], *of)
        assert (done.code, len(done.err.splitlines())) == (1, 1)
    for url in ("http://hooks.test/x", "https://127.0.0.1/x", "https://localhost/x"):
        assert portico("webhook", "add", url, *of).code == 1
    assert portico("webhook", "add", "https://hooks.test/x", *of, "--event", "contact.exploded").code == 1
    assert portico("webhook", "list", *of, PORTICO_ALLOW_PRIVATE_WEBHOOKS="perhaps").code == 1
