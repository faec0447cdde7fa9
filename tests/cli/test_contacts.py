import stat
from pathlib import Path

from portico.lib.passwords.verify import verify
from tests.cli.command import Command

HASH = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"  # of test12345


def stored(portico: Command, email: str) -> str:
    ((found,),) = portico.rows("SELECT coalesce(password_hash, '') FROM contact WHERE email = %s", email)
    return str(found)


def contacts(portico: Command) -> int:
    ((count,),) = portico.rows("SELECT count(*) FROM contact")
    return int(count)


def test_a_contact_is_added_with_all_that_belongs_to_it(portico: Command) -> None:
    made = portico(
        "contact", "add", "ann@people.test", "--company", "acme", "--first-name", "Ann", "--last-name", "Lee",
        "--phone", "+39", "--tag", "Gold", "--tag", "42", "--list", "News", "--owner", "RITA@acme.test",
        "--password-stdin", "--json", text=" Kestrel \nnot this line",
    ).value  # fmt: skip
    assert list(made) == [
        "id", "email", "company", "first_name", "last_name", "phone", "tags", "lists", "owner", "has_password",
    ]  # fmt: skip
    assert (made["email"], made["tags"], made["lists"]) == ("ann@people.test", ["Gold", "42"], ["News"])
    ((first, last, phone, owner),) = portico.rows(
        "SELECT c.first_name, c.last_name, c.phone, u.email FROM contact c JOIN membership m ON m.id = c.owner_id"
        " JOIN portico_user u ON u.id = m.user_id WHERE c.id = %s",
        made["id"],
    )
    assert (first, last, phone, owner) == ("Ann", "Lee", "+39", "rita@acme.test")
    tags = portico.rows("SELECT title FROM contact_tag JOIN tag ON tag.id = tag_id ORDER BY 1")
    assert tags == [("42",), ("Gold",)]
    assert verify(" Kestrel ", stored(portico, "ann@people.test"))
    assert not verify("Kestrel", stored(portico, "ann@people.test"))


def test_a_hash_of_another_system_is_kept_as_it_is(portico: Command) -> None:
    words = ("contact", "add", "ben@people.test", "--company", "acme", "--password-hash-stdin")
    assert portico(*words, text=HASH).code == 0
    assert stored(portico, "ben@people.test") == HASH


def test_a_contact_that_cannot_be_added_leaves_nothing_behind(portico: Command) -> None:
    before, tags = contacts(portico), portico.rows("SELECT count(*) FROM tag")
    add = ("contact", "add", "cleo@people.test", "--company", "acme", "--tag", "Only for Cleo")
    for words, text, sentence in (
        (("--owner", "nobody@acme.test"), "", "no such user"),
        (("--password-stdin",), "\n", "A password has 1 to 4096 bytes"),
        (("--password-stdin",), "x" * 5000, "A password has 1 to 4096 bytes"),
        (("--password-hash-stdin",), "clear text", "no password hash of a known format"),
        (("--first-name", "x" * 2001), "", "longer than 2000"),
        (("--tag", "x" * 256), "", "A title has 1 to 255"),
    ):
        done = portico(*add, *words, text=text)
        assert (done.code, done.out) == (1, ""), words
        assert sentence in done.err
        assert len(done.err.splitlines()) == 1
        assert "clear text" not in done.err
    assert contacts(portico) == before
    assert portico.rows("SELECT count(*) FROM tag") == tags
    assert portico(*add, "--password-stdin", text=b"\xff\n").err.startswith("portico: The line on standard input")
    assert portico(*add, "--password-stdin", "--password-hash-stdin").code == 2


def test_an_address_that_is_none_or_taken_is_refused(portico: Command) -> None:
    assert portico("contact", "add", "dan@people.test", "--company", "acme").code == 0
    for email, sentence in (
        ("DAN@people.test", "has this e-mail address already"),
        ("dan", "no e-mail address"),
        ("", "needs an e-mail address"),
    ):
        done = portico("contact", "add", email, "--company", "acme")
        assert (done.code, done.out) == (1, "")
        assert sentence in done.err


def test_a_contact_is_given_to_a_rep_and_its_password_set(portico: Command) -> None:
    assert portico("contact", "add", "eve@people.test", "--company", "acme").code == 0
    there = ("--company", "acme", "--owner", "rita@acme.test", "--json")
    assert portico("contact", "assign", "EVE@people.test", *there).value["owner"] == "rita@acme.test"
    ((owned,),) = portico.rows("SELECT owner_id IS NOT NULL FROM contact WHERE email = 'eve@people.test'")
    assert owned
    assert portico("contact", "assign", "nobody@people.test", *there).err == "portico: There is no such contact."

    password = ("contact", "password", "eve@people.test", "--company", "acme")
    assert portico(*password).code == 2
    assert "at least 15 characters" in portico(*password, "--password-stdin", text="Pässwort-1\r\n").err
    new = "Zwölf grüne Otter"
    assert portico(*password, "--password-stdin", "--json", text=f"{new}\r\n").value["has_password"] is True
    assert verify(new, stored(portico, "eve@people.test"))

    mailed = portico("contact", "password-link", "EVE@people.test", "--company", "acme")
    assert (mailed.code, mailed.out.strip()) == (0, "A mail with a link goes to eve@people.test.")
    ((subject,),) = portico.rows('SELECT subject FROM mail WHERE "to" = %s', "eve@people.test")
    assert subject.startswith("Set your password for ")
    nobody = portico("contact", "password-link", "nobody@people.test", "--company", "acme")
    assert nobody.err == "portico: There is no such contact."


def test_a_file_is_imported_and_what_was_rejected_is_beside_it(portico: Command, tmp_path: Path) -> None:
    file = tmp_path / "people of ours.csv"
    file.write_text("Email;Tags;Nothing\nfay@people.test;Gold;\nbad;;\nfay@people.test;;\n")
    done = portico("contact", "import", str(file), "--company", "acme", "--json")
    report = tmp_path / "people of ours.rejected.csv"
    assert done.value == {
        "rows": 3, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 2,
        "rejected_file": str(report), "ignored_columns": ["Nothing"], "encoding": "utf-8", "delimiter": ";",
    }  # fmt: skip
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "no e-mail address" in report.read_text()
    again = portico("contact", "import", str(file), "--company", "acme", "--rejected", str(tmp_path / "other.csv"))
    assert again.out.startswith("3 rows: 0 created, 0 updated, 1 unchanged, 0 skipped, 2 rejected.")
    assert (tmp_path / "other.csv").exists()
    assert portico("contact", "import", str(tmp_path / "absent.csv"), "--company", "acme").code == 2
    assert portico("contact", "import", str(file), "--company", "acme", "--column", "Nothing").code == 2
    refused = portico("contact", "import", str(file), "--company", "acme", "--column", "Email=")
    assert (refused.code, refused.err.count("\n")) == (1, 0)
    assert "No column holds e-mail addresses" in refused.err


def test_a_file_may_come_through_a_pipe(portico: Command) -> None:
    done = portico("contact", "import", "/dev/stdin", "--company", "acme", "--rejected", str(portico.folder / "r.csv"),
                   "--json", text="Email,First Name\ngus@people.test,Jörg\n".encode("latin-1"))  # fmt: skip
    assert (done.value["created"], done.value["encoding"]) == (1, "cp1252")


def test_sample_people_are_the_same_for_the_same_seed_and_added_once(portico: Command) -> None:
    for slug in ("first", "second", "third"):
        assert portico("company", "add", slug, "--name", slug).code == 0
    first = portico("sample", "--company", "first", "--contacts", "60", "--seed", "5", "--json").value
    assert (first["created"], first["existing"]) == (60, 0)
    portico("sample", "--company", "second", "--contacts", "60", "--seed", "5")
    portico("sample", "--company", "third", "--contacts", "60", "--seed", "6")
    first_people, second_people, third_people = (
        portico.rows(
            "SELECT email, first_name, city, consent, date_of_birth, custom_values FROM contact c"
            " JOIN company ON company.id = company_id WHERE slug = %s ORDER BY c.id",
            slug,
        )
        for slug in ("first", "second", "third")
    )
    assert first_people == second_people != third_people
    again = portico("sample", "--company", "first", "--contacts", "70", "--seed", "5", "--json").value
    assert (again["created"], again["existing"]) == (10, 60)


def test_it_works_the_same_while_a_server_runs(portico: Command) -> None:
    from tests.server import Server

    with Server.running(portico.folder, DATABASE_URL="") as server:
        assert portico("contact", "add", "hal@people.test", "--company", "acme", "--json").value["id"]
        assert portico("sample", "--company", "acme", "--contacts", "20").code == 0
        sent = server.post("/api/authentication/send_mfa?email=rita@acme.test")
        assert sent.status_code < 300
        (mail,) = portico("outbox", "--to", "RITA@acme.test", "--last", "1", "--json").value
        assert mail["to"] == "rita@acme.test"
        assert any(word.isdigit() and len(word) == 6 for word in mail["text"].split())
        assert "/sign-in/" in mail["text"]
        assert mail["text"].strip() in portico("outbox", "--to", "rita@acme.test").out
        assert server.get("/").status_code == 200


def test_an_outbox_without_mail_says_so(portico: Command) -> None:
    assert portico("outbox", "--to", "nobody@people.test", "--json").value == []
    assert portico("outbox", "--to", "nobody@people.test").out == "No mail yet.\n"
    assert portico("outbox", "--last", "0").code == 2


def test_mail_that_was_sealed_with_another_key_is_named_and_not_shown(portico: Command) -> None:
    portico.rows(
        'INSERT INTO mail ("to", subject, sealed_text, state, failure) VALUES'
        " ('ida@people.test', 'Hello', '\\x00112233445566778899aabbccddeeff', 'captured', '') RETURNING id"
    )
    (mail,) = portico("outbox", "--to", "ida@people.test", "--json").value
    assert (mail["subject"], "PORTICO_SECRET_KEY" in mail["text"]) == ("Hello", True)


def test_ranks_come_from_a_file_whole_or_not_at_all(portico: Command, tmp_path: Path) -> None:
    file = tmp_path / "ranks.csv"
    file.write_text("\ufeffemail,rank,rank_name,total_points,leads_remaining\nRITA@acme.test,ARM,Assistant,15000,\n")
    said = portico("rep", "import-ranks", str(file), "--company", "acme", "--json").value
    assert said == {"company": "acme", "members": 1}
    kept = "SELECT r.name, m.total_points, m.leads_remaining FROM membership m JOIN rank r ON r.id = m.rank_id"
    assert portico.rows(kept) == [("Assistant", 15_000, 0)]
    for text, sentence in (
        ("email,total_points\nrita@acme.test,9\nnobody@acme.test,9\n", "Row 2"),
        ("email,total_points\nrita@acme.test,many\n", "Line 2"),
        ("email,salary\nrita@acme.test,1\n", "salary"),
    ):
        file.write_text(text)
        refused = portico("rep", "import-ranks", str(file), "--company", "acme")
        assert (refused.code, sentence in refused.err) == (1, True), refused.err
    assert portico.rows(kept) == [("Assistant", 15_000, 0)]
