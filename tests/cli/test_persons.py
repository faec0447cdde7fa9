"""A contact's history, duplicates, merging, export and end, from the command line."""

import json
import zipfile

from tests.cli.command import Command


def add(portico: Command, email: str, *more: str) -> int:
    return int(portico("contact", "add", email, "--company", "acme", *more, "--json").value["id"])


def test_history_is_told_by_address_and_by_id(portico: Command) -> None:
    ann = add(portico, "ann@history.test", "--first-name", "Ann", "--tag", "Gold")
    portico("contact", "assign", "ann@history.test", "--company", "acme", "--owner", "rita@acme.test")
    events = portico("contact", "history", "ANN@history.test", "--company", "acme", "--json").value
    assert [one["action"] for one in events] == ["contact.changed", "contact.added"]
    assert events == portico("contact", "history", str(ann), "--company", "acme", "--json").value
    shown = portico("contact", "history", str(ann), "--company", "acme").out
    assert "first_name: - -> Ann" in shown
    assert "operator" in shown
    nobody = portico("contact", "history", "nobody@history.test", "--company", "acme")
    assert (nobody.code, nobody.err) == (1, "portico: There is no such contact.")
    assert portico("contact", "history", "9" * 30, "--company", "acme").code == 1


def test_sign_ins_are_told_with_site_and_address(portico: Command) -> None:
    kim = add(portico, "kim@sign-ins.test")
    asked = ("contact", "sign-ins", "kim@sign-ins.test", "--company", "acme")
    assert portico(*asked).out == "Has not signed in.\n"
    for action in ("contact.signed_in", "contact.sign_in_limited"):
        portico.rows(
            "INSERT INTO audit_entry (company_id, actor, action, subject, subject_id, wire, address, details) SELECT"
            " company_id, 'code Club', %s, 'contact', id, 'activemember', '203.0.113.7', '{}' FROM contact"
            " WHERE id = %s RETURNING id",
            action,
            kim,
        )
    limited, signed_in = portico(*asked, "--json").value
    assert (limited["is_limited"], signed_in["is_limited"]) == (True, False)
    assert (signed_in["by"], signed_in["address"]) == ("code Club", "203.0.113.7")
    assert "had to wait" in portico(*asked).out
    assert portico("contact", "history", str(kim), "--company", "acme", "--json").value[0]["action"] == "contact.added"
    assert portico("contact", "sign-ins", "1000000", "--company", "acme").err == "portico: There is no such contact."


def test_duplicates_are_listed_previewed_merged_and_taken_apart(portico: Command) -> None:
    one = add(portico, "max.power@gmail.com", "--first-name", "Max")
    two = add(portico, "maxpower@googlemail.com", "--first-name", "Maximilian", "--phone", "0170 9998877")
    (group,) = portico("contact", "duplicates", "--company", "acme", "--json").value
    assert (group["reason"], group["count"]) == ("email", 2)
    assert "max.power@gmail.com" in portico("contact", "duplicates", "--company", "acme").out
    both = ("max.power@gmail.com", str(two), "--company", "acme", "--take", "first_name")
    assert "Maximilian" in portico("contact", "merge", *both, "--preview").out
    merged = portico("contact", "merge", *both, "--json").value
    assert (merged["winner"], merged["loser"]) == (one, two)
    assert portico("contact", "duplicates", "--company", "acme").out == "No duplicates.\n"
    again = portico("contact", "merge", *both)
    assert (again.code, "already" in again.err) == (1, True)
    assert portico("contact", "unmerge", str(merged["merge"]), "--company", "acme").code == 0
    assert len(portico("contact", "duplicates", "--company", "acme", "--json").value) == 1
    assert portico("contact", "merge", *both, "--keep", "first_name").code == 2


def test_a_person_is_handed_out_and_erased(portico: Command) -> None:
    eve = add(portico, "eve@erase.test", "--first-name", "Evelyn")
    place = portico.folder / "eve.zip"
    portico("contact", "export", "eve@erase.test", "--company", "acme", "--out", str(place))
    with zipfile.ZipFile(place) as archive:
        assert json.loads(archive.read("contact.json"))[0]["first_name"] == "Evelyn"
    assert place.stat().st_mode & 0o077 == 0
    refused = portico("contact", "erase", "eve@erase.test", "--company", "acme")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    gone = portico("contact", "erase", "eve@erase.test", "--company", "acme", "--yes", "--json").value
    assert gone == {"id": eve, "pseudonym": f"erased-{eve}"}
    assert "Evelyn" not in portico("contact", "history", str(eve), "--company", "acme").out
    assert portico("contact", "export", "eve@erase.test", "--company", "acme", "--out", str(place)).code == 1


def test_an_archive_that_cannot_be_written_leaves_nothing_behind(portico: Command) -> None:
    add(portico, "kim@erase.test")
    before = sorted(portico.folder.iterdir())
    lost = portico("contact", "export", "1000000", "--company", "acme", "--out", str(portico.folder / "x.zip"))
    assert (lost.code, sorted(portico.folder.iterdir())) == (1, before)
    nowhere = portico("contact", "export", "kim@erase.test", "--company", "acme", "--out", "/nowhere/kim.zip")
    assert (nowhere.code, "Cannot write" in nowhere.err) == (1, True)
