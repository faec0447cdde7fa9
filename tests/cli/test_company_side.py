"""Files of what the company's own software names."""

import json
from pathlib import Path

from tests.cli.command import Command


def test_orders_come_from_csv_and_json_and_can_be_brought_in_again(portico: Command, tmp_path: Path) -> None:
    assert portico("contact", "add", "ann@people.test", "--company", "acme").code == 0
    sheet = tmp_path / "orders.csv"
    sheet.write_text(
        "external_id,currency,total,contact_email,items,tax\n"
        'A1,USD,10.50,ann@people.test,"[{""title"": ""Kit""}]",\n'
        "A2,USD,ten,ann@people.test,,1\n"
        "A3,JPY,1200,nobody@people.test,,\n"
    )
    done = portico("order", "import", str(sheet), "--company", "acme", "--json").value
    assert {name: done[name] for name in ("added", "changed", "same", "rejected")} == {
        "added": 1, "changed": 0, "same": 0, "rejected": 2,
    }  # fmt: skip
    assert [one["line"] for one in done["problems"]] == [3, 4]
    rows = [
        {"external_id": "A1", "currency": "USD", "total": "10.50"},
        {"external_id": "A4", "currency": "EUR", "total": 1},
    ]
    lines = tmp_path / "orders.json"
    for text in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        lines.write_text(text)
        again = portico("order", "import", str(lines), "--company", "acme")
        assert again.code == 0
    assert "0 are new, 0 were changed, 2 were so before, 0 could not be taken" in again.out
    found = portico.rows("SELECT external_id, total, items_count FROM sales_order ORDER BY 1")
    assert found == [("A1", 1050, 1), ("A4", 100, 0)]
    lines.write_text("{")
    broken = portico("order", "import", str(lines), "--company", "acme")
    assert (broken.code, len(broken.err.splitlines())) == (1, 1)


def test_who_keeps_media_and_sets_ranks_is_granted_just_that(portico: Command) -> None:
    words = ("user", "add", "shop@acme.test", "--company", "acme", "--role", "manager")
    added = portico(*words, "--permissions", "media.write,ranks.write", "--json").value
    assert added["permissions"] == ["media.write", "ranks.write"]
    wrong = portico(*words, "--permissions", "media.keep")
    assert wrong.code != 0
    assert "media.write" in wrong.err


def test_news_and_events_come_with_whom_they_are_for(portico: Command, tmp_path: Path) -> None:
    sheet = tmp_path / "news.csv"
    sheet.write_text(
        "external_id,title,audience\n"
        'N1,For Rita,"{""members"": [""rita@acme.test""], ""roles"": [""admin""]}"\n'
        "N2,For all,everybody\n"
        'N3,For nobody,"{""ranks"": [""none""]}"\n'
        "N4,Also for all,\n"
    )
    done = portico("announcement", "import", str(sheet), "--company", "acme", "--json").value
    assert (done["added"], done["rejected"]) == (3, 1)
    assert done["problems"] == [{"line": 4, "problems": ["audience: There is no rank none."]}]
    found = portico.rows("SELECT external_id, for_everybody FROM announcement ORDER BY 1")
    assert found == [("N1", False), ("N2", True), ("N4", True)]
    assert portico.rows("SELECT role, member_id IS NOT NULL FROM announcement_audience ORDER BY 2") == [
        ("admin", False), (None, True),
    ]  # fmt: skip
    again = portico("announcement", "import", str(sheet), "--company", "acme", "--json").value
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 3)
    lines = tmp_path / "events.json"
    times = {"starts_at": "2099-01-01T10:00:00Z", "ends_at": "2099-01-01T11:00:00Z"}
    lines.write_text(json.dumps({"external_id": "E1", "title": "Talk", **times, "audience": {"roles": ["rep"]}}))
    assert portico("event", "import", str(lines), "--company", "acme", "--json").value["added"] == 1
    assert portico.rows("SELECT role FROM event_audience") == [("rep",)]
