import pytest

from tests.cli.command import Command

ADD = ("key", "add", "kim@acme.test", "--company", "acme", "--name", "Zapier", "--json")


@pytest.fixture(autouse=True)
def kim(portico: Command) -> None:
    portico("user", "add", "kim@acme.test", "--company", "acme", "--role", "manager", "--permissions", "contacts.read")


def test_a_key_is_rotated_and_its_use_shown(portico: Command) -> None:
    made = portico(*ADD).value
    new = portico("key", "rotate", str(made["id"]), "--grace", "2h", "--json").value
    assert list(new) == ["username", "password", "id", "expires_at"]
    assert (new["username"], new["id"]) == (made["username"], made["id"])
    assert new["password"] != made["password"]
    assert portico("key", "usage", str(made["id"]), "--json").value == []


def test_the_rules_of_a_key_are_listed(portico: Command) -> None:
    made = portico(*ADD, "--network", "10.1.2.3/8", "--network", "::1", "--per-minute", "60", "--permissions",
                   "contacts.read", "--expires-in", "never").value  # fmt: skip
    assert made["expires_at"] is None
    (row,) = (one for one in portico("key", "list", "--json").value if one["id"] == made["id"])
    assert (row["networks"], row["requests_per_minute"]) == (["10.0.0.0/8", "::1/128"], 60)
    assert (row["permissions"], row["expires_at"]) == (["contacts.read"], None)


def test_a_key_without_an_end_is_warned_of(portico: Command) -> None:
    words = [word for word in ADD if word != "--json"]
    assert "never expires" in portico(*words, "--expires-in", "never").out
    assert "never expires" not in portico(*words).out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--network", "anywhere"), 1, "203.0.113.0/24"),
        (("--per-minute", "0"), 1, "A limit is 1 to"),
        (("--permissions", "tags.delete"), 1, "cannot have permissions that kim@acme.test lacks"),
        (("--permissions", "fly"), 2, "no permission fly"),
        (("--expires-in", "soon"), 2, "or never"),
    ],
)
def test_what_is_no_rule_is_refused_in_one_sentence(
    portico: Command, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = portico(*ADD, *words)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err


def test_a_codes_rules_are_listed(portico: Command) -> None:
    made = portico("code", "add", "--company", "acme", "--name", "Site", "--expires-in", "90d", "--network", "10.0.0.1",
                   "--per-minute", "600", "--json").value  # fmt: skip
    (row,) = (one for one in portico("code", "list", "--json").value if one["id"] == made["id"])
    assert (row["networks"], row["requests_per_minute"]) == (["10.0.0.1/32"], 600)
    assert row["expires_at"] is not None


def test_a_codes_tags_are_listed_by_title_and_its_use_shown(portico: Command) -> None:
    for title in ("Gold", "Blocked"):
        assert portico("contact", "add", f"{title}@people.test", "--company", "acme", "--tag", title).code == 0
    made = portico("code", "add", "--company", "acme", "--name", "Strict", "--required-tag", "gold", "--banning-tag",
                   "Blocked", "--json").value  # fmt: skip
    (row,) = (one for one in portico("code", "list", "--json").value if one["id"] == made["id"])
    assert (row["required_tags"], row["banning_tags"]) == (["Gold"], ["Blocked"])
    assert "Gold" in portico("code", "list", "--company", "acme").out
    assert portico("code", "usage", str(made["id"]), "--json").value == []
    assert portico("code", "usage", "999").err == "portico: There is no such code."
