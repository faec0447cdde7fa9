"""`portico import`: a file handed to the worker, and everything that can be said to it afterwards."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import Command

PEOPLE = "Email,First Name,Tags,Nothing\nann@people.test,Ann,New,x\nbad,Bob,,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people of ours.csv"
    path.write_text(PEOPLE)
    return path


def count(portico: Command) -> int:
    ((found,),) = portico.rows("SELECT count(*) FROM contact")
    return int(found)


def work(portico: Command) -> None:
    """What the worker does, once."""
    program = (
        "import django; django.setup(); from procrastinate.contrib.django import app\n"
        "with app.replace_connector(app.connector.get_worker_connector()) as running:\n"
        "    running.run_worker(wait=False, listen_notify=False)"
    )
    environment = portico.environment(DJANGO_SETTINGS_MODULE="portico.settings")
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)


def test_a_dry_run_says_what_would_be_and_leaves_nothing(portico: Command, file: Path) -> None:
    before = count(portico)
    done = portico("import", "start", str(file), "--company", "acme", "--dry-run", "--json").value
    assert (done["created"], done["rejected"], done["rejected_by"]) == (1, 1, {"email": 1})
    assert (done["new_tags"], done["ignored_columns"]) == (["New"], ["Nothing"])
    told = portico("import", "start", str(file), "--company", "acme", "--dry-run").out
    assert told.startswith("It would be: 1 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected.")
    assert count(portico) == before
    assert not list((portico.folder / "uploads").rglob("*.csv"))


def test_an_import_is_started_done_looked_at_and_undone(portico: Command, file: Path) -> None:
    before = count(portico)
    started = portico("import", "start", str(file), "--company", "acme", "--json").value
    assert (started["state"], started["file"]) == ("waiting", "people of ours.csv")
    id = str(started["id"])
    file.unlink()  # it is copied
    paused = portico("import", "pause", id, "--company", "acme")
    assert paused.out == f"Import {id} is paused.\n"
    work(portico)
    assert count(portico) == before
    assert portico("import", "resume", id, "--company", "acme", "--json").value["state"] == "waiting"
    work(portico)
    assert count(portico) == before + 1
    status = portico("import", "status", id, "--company", "acme", "--json").value
    assert (status["state"], status["rows"], status["total"], status["created"]) == ("done", 2, 2, 1)
    assert (status["rejected_by"], status["seconds_left"]) == ({"email": 1}, 0)
    assert portico("import", "status", id, "--company", "acme").out.splitlines() == [
        f"Import {id} of people of ours.csv is done.",
        "2 of 2 rows: 1 created, 0 updated, 0 unchanged, 0 skipped, 1 rejected.",
        "Rejected for: email 1",
    ]
    table = list(csv.reader(io.StringIO(portico("import", "rejected", id, "--company", "acme").out)))
    assert table[0] == ["line", "reason", "Email", "First Name", "Tags", "Nothing"]
    assert (table[1][0], table[1][2:]) == ("3", ["bad", "Bob", "", ""])
    listed = portico("import", "list", "--company", "acme", "--json").value
    assert [one["state"] for one in listed if one["id"] == started["id"]] == ["done"]
    undone = portico("import", "undo", id, "--company", "acme")
    assert undone.out == f"Import {id} is undone: 1 deleted, 0 put back.\n"
    assert count(portico) == before
    again = portico("import", "undo", id, "--company", "acme")
    assert (again.code, again.err) == (1, "portico: The import is undone.")


def test_what_the_plain_import_did_can_be_undone_too(portico: Command, file: Path) -> None:
    before = count(portico)
    assert portico("contact", "import", str(file), "--company", "acme").code == 0
    assert count(portico) == before + 1
    newest = portico("import", "list", "--company", "acme", "--last", "1", "--json").value[0]
    assert newest["kind"] == "file"
    assert portico("import", "undo", str(newest["id"]), "--company", "acme").code == 0
    assert count(portico) == before


def test_a_cancelled_one_stays_so(portico: Command, file: Path) -> None:
    id = str(portico("import", "start", str(file), "--company", "acme", "--json").value["id"])
    assert portico("import", "cancel", id, "--company", "acme").out == f"Import {id} is cancelled.\n"
    refused = portico("import", "resume", id, "--company", "acme")
    assert refused.code == 1
    assert "cancelled" in refused.err


def test_what_cannot_be_done_is_one_sentence(portico: Command, file: Path) -> None:
    for words in (["status", "999999"], ["undo", "999999"], ["pause", "999999"], ["rejected", "999999"]):
        done = portico("import", *words, "--company", "acme")
        assert (done.code, done.err) == (1, "portico: There is no such import.")
    nothing = portico("import", "start", str(file), "--company", "acme", "--map", "Fax=phone")
    assert (nothing.code, nothing.err) == (1, "portico: The file has no column fax.")
    assert portico("import", "start", str(file), "--company", "acme", "--map", "Fax").code == 2
    assert not json.loads(portico("import", "list", "--company", "acme", "--json").out)[0]["file"].startswith(
        "contacts-"
    )
