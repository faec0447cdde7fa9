"""`portico segment`, `portico tag`, `portico list`: contacts sorted from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Command

ACME = ("--company", "acme")
IN_ROME = json.dumps([[{"subject": "own", "name": "city", "operator": "is", "value": "Rome"}]])


def test_a_segment_is_counted_kept_shown_and_deleted(portico: Command, tmp_path: Path) -> None:
    file, people = tmp_path / "filter.json", tmp_path / "people.csv"
    file.write_text(IN_ROME)
    people.write_text("Email,City\nin-rome@people.test,Rome\nin-oslo@people.test,Oslo\n")
    portico("contact", "import", str(people), *ACME)
    assert portico("segment", "count", IN_ROME, *ACME, "--json").value == {"contacts": 1}
    made = portico("segment", "add", "In Rome", f"@{file}", *ACME, "--json").value
    assert (made["title"], made["slug"]) == ("In Rome", "in-rome")
    listed = {one["title"]: one for one in portico("segment", "list", *ACME, "--json").value}
    assert (listed["In Rome"]["contacts"], listed["In Rome"]["id"]) == (1, made["id"])
    assert listed["All contacts"]["contacts"] >= 2
    assert portico("segment", "show", str(made["id"]), *ACME, "--json").value["filter"] == json.loads(IN_ROME)
    portico("company", "add", "elsewhere", "--name", "Elsewhere")
    assert portico("segment", "show", str(made["id"]), "--company", "elsewhere").code == 1
    assert portico("segment", "delete", str(made["id"]), *ACME).code == 0
    assert portico("segment", "delete", str(made["id"]), *ACME).code == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("Rome", "no JSON"),
        ("@/no/such/file", "Cannot read /no/such/file"),
        ("{}", "list of groups"),
        ('[[{"subject": "own", "name": "city", "operator": "like"}]]', "Group 1, item 1: operator must be one of is,"),
        ('[[], ["x"]]', "Group 2, item 1: A condition is an object"),
        ('[[{"subject": "own", "field": "city", "operator": "is"}]]', "There is no key field"),
        ('[[{"subject": "own", "name": "sky", "operator": "is", "value": "x"}]]', "There is no such field"),
        ('[[{"subject": "tags", "operator": "any_of", "value": [9999]}]]', ""),
    ],
)
def test_what_is_wrong_with_a_filter_is_said(portico: Command, wrong: str, said: str) -> None:
    done = portico("segment", "count", wrong, *ACME)
    assert said in done.err
    assert "Traceback" not in done.err
    assert (done.code, done.out) == ((1, "") if said else (0, "0 contacts match.\n"))


@pytest.mark.parametrize("kind", ["tag", "list"])
def test_tags_and_lists_are_added_listed_and_deleted(portico: Command, kind: str) -> None:
    made = portico(kind, "add", "Odd & ends", *ACME, "--json").value
    assert portico(kind, "add", "odd ends", *ACME).code == 1
    portico("contact", "add", f"{kind}@people.test", *ACME, f"--{kind}", "Odd & ends")
    (found,) = [one for one in portico(kind, "list", *ACME, "--json").value if one["id"] == made["id"]]
    assert found == {"id": made["id"], "title": "Odd & ends", "slug": "odd-ends", "contacts": 1}
    portico("contact", "add", f"letter-{kind}@people.test", *ACME, f"--{kind}", "A")  # a title, however short
    counts = {one["title"]: one["contacts"] for one in portico(kind, "list", *ACME, "--json").value}
    assert counts["A"] == 1
    assert portico(kind, "delete", str(made["id"]), *ACME).code == 0
    assert portico(kind, "delete", str(made["id"]), *ACME).code == 1
