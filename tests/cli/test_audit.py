import json
from pathlib import Path

from tests.cli.command import Command


def test_the_audit_is_verified_and_exported(portico: Command, tmp_path: Path) -> None:
    portico("company", "add", "chain", "--name", "Chain")
    portico("contact", "add", "ann@people.test", "--company", "chain")
    told = portico("audit", "verify", "--company", "chain", "--json").value
    assert set(told) == {"seals", "entries", "unsealed", "erased", "removed_seals", "head"}
    assert told["entries"] + told["unsealed"] >= 2
    file = tmp_path / "audit.jsonl"
    done = portico("audit", "export", "--company", "chain", "--to", str(file), "--json").value
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert done == {"file": str(file), "entries": len(lines)}
    assert "contact.added" in {line["action"] for line in lines}
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_export_never_overwrites_a_file(portico: Command, tmp_path: Path) -> None:
    portico("company", "add", "chain-two", "--name", "Chain")
    file = tmp_path / "audit.jsonl"
    file.write_text("mine")
    done = portico("audit", "export", "--company", "chain-two", "--to", str(file))
    assert (done.code, done.out) == (1, "")
    assert "File exists" in done.err
    assert file.read_text() == "mine"


def test_a_head_that_was_never_there_breaks_the_proof(portico: Command) -> None:
    portico("company", "add", "chain-three", "--name", "Chain")
    done = portico("audit", "verify", "--company", "chain-three", "--head", "1:00")
    assert (done.code, done.out) == (1, "")
    assert "was cut off" in done.err
