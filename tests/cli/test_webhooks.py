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
    assert portico("contact", "add", "ann@people.test", *of).code == 0
    (waiting,) = portico("webhook", "deliveries", *of, "--endpoint", id, "--json").value
    assert (waiting["event"], waiting["state"], waiting["tries"]) == ("contact.created", "waiting", 0)
    assert portico("webhook", "replay", id, "--failed", *of, "--json").value == {"deliveries": 0}
    assert portico("webhook", "remove", id, *of).code == 0
    gone = portico("webhook", "rotate", id, *of)
    assert (gone.code, len(gone.err.splitlines())) == (1, 1)
