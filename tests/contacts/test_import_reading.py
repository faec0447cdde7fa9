"""What files look like: encodings, delimiters, quotes, and the rows that cannot be taken."""

import stat

import pytest

from portico.errors import Invalid
from tests.contacts.importing import Imports, rows

UMLAUTS = rows("Email,First Name,City", "joerg@people.test,Jörg,Köln", "zoe@people.test,Zoë,Nîmes")


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (UMLAUTS.encode(), "utf-8", ","),
        (UMLAUTS.encode("utf-8-sig"), "utf-8", ","),
        (UMLAUTS.encode("latin-1"), "cp1252", ","),
        (UMLAUTS.replace(",", ";").encode("cp1252"), "cp1252", ";"),
        (UMLAUTS.replace(",", "\t").encode("utf-16"), "utf-16", "\t"),
        (UMLAUTS.replace("\n", "\r\n").encode(), "utf-8", ","),
        (UMLAUTS.replace("\n", "\r").encode(), "utf-8", ","),
    ],
    ids=["plain", "with a BOM", "Latin-1", "semicolons", "tabs in UTF-16", "from Windows", "from an old Mac"],
)
def test_encoding_and_delimiter_are_found_out(imported: Imports, content: bytes, encoding: str, delimiter: str) -> None:
    summary = imported(content)
    assert (summary.created, summary.rejected) == (2, 0)
    assert (summary.encoding, summary.delimiter) == (encoding, delimiter)
    one, other = imported.contact("joerg@people.test"), imported.contact("zoe@people.test")
    assert (one.first_name, one.city, other.first_name, other.city) == ("Jörg", "Köln", "Zoë", "Nîmes")


def test_the_first_umlaut_may_be_far_from_the_beginning(imported: Imports) -> None:
    plain = [f"p{number}@people.test,Ann,Rome" + " " * 900 for number in range(1500)]
    summary = imported(rows("Email,First Name,City", *plain, "last@people.test,Jörg,Köln").encode("latin-1"))
    assert (summary.created, summary.encoding) == (1501, "cp1252")
    assert imported.contact("last@people.test").first_name == "Jörg"


def test_one_spoilt_byte_costs_its_own_row_only(imported: Imports) -> None:
    content = UMLAUTS.encode() + b"bad@people.test,\xff\xfe,Rome\n" + "uwe@people.test,Uwe,Überlingen\n".encode()
    summary = imported(content)
    assert (summary.created, summary.rejected, summary.encoding) == (3, 1, "utf-8")
    assert imported.contact("uwe@people.test").city == "Überlingen"
    assert "bytes that are no text" in imported.reasons()[4]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks(imported: Imports) -> None:
    text = 'Email,Address,City\nann@people.test,"Main Street 1\nBack door, left","The ""Old"" Town"\nbad,x,y\n'
    assert imported(text).created == 1
    ann = imported.contact("ann@people.test")
    assert (ann.address_line_1, ann.city) == ("Main Street 1\nBack door, left", 'The "Old" Town')
    assert list(imported.reasons()) == [4]  # the line in the file, not the number of the row


def test_bad_rows_are_reported_with_line_and_reason_and_the_others_are_taken(imported: Imports) -> None:
    summary = imported(
        rows(
            "Email,First Name",
            "ann@people.test,Ann",
            "no-address,Ben",
            ",Cleo",
            "dan@people.test,Dan,extra",
            "eve@people.test",
            "",
            "fay@people.test,Fay,",
            "ANN@people.test,Other Ann",
            "gus@people.test,G\0us",
            f"hal@people.test,{'x' * 2001}",
        )
    )
    assert (summary.created, summary.rejected, summary.rows) == (2, 7, 9)
    assert imported.emails() == ["ann@people.test", "fay@people.test"]
    assert imported.contact("ann@people.test").first_name == "Ann"
    reasons = imported.reasons()
    assert reasons == {
        3: "Email: this is no e-mail address",
        4: "it has no e-mail address",
        5: "it has 3 cells, the header has 2",
        6: "it has 1 cells, the header has 2",
        9: "line 2 has the same e-mail address",
        10: "it has a NUL byte",
        11: "First Name: it is longer than 2000 characters",
    }
    assert imported.rejected()[0]["First Name"] == "Ben"


def test_a_mended_report_can_be_imported_itself(imported: Imports) -> None:
    imported(rows("Email,First Name", "ann@people,Ann", "ben@people.test,Ben"))
    report = imported.file.with_name("people.rejected.csv")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    summary = imported(report.read_text("utf-8-sig").replace("ann@people", "ann@people.test"))
    assert (summary.created, summary.ignored_columns) == (1, ["line", "reason"])
    assert imported.contact("ann@people.test").first_name == "Ann"
    assert not report.exists()  # nothing was rejected this time, and the old report would say otherwise


def test_a_duplicate_far_down_the_file_is_found(imported: Imports) -> None:
    people = [f"p{number}@people.test" for number in range(10_005)]
    summary = imported(rows("Email", *people, "P3@People.test"))
    assert (summary.created, summary.rejected) == (10_005, 1)
    assert imported.reasons() == {10_007: "line 5 has the same e-mail address"}
    assert imported.emails() == people  # ids follow the file


def test_a_cell_that_never_ends_does_not_take_the_whole_file_with_it(imported: Imports) -> None:
    filler = "x" * 70_000
    summary = imported(
        rows("Email,City", "ann@people.test,Rome", f'ben@people.test,"{filler}', filler, "cleo@people.test,Oslo")
    )
    assert "cleo@people.test" in imported.emails()
    assert summary.created == 2
    assert "a quote is never closed" in imported.reasons()[3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "no header row"),
        ("First Name,City\nAnn,Rome\n", "No column holds e-mail addresses"),
        ("Email,E-Mail Address\na@people.test,b@people.test\n", "are one field"),
    ],
    ids=["empty", "without addresses", "two columns of addresses"],
)
def test_a_file_that_cannot_be_understood_is_refused_whole(imported: Imports, content: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        imported(content)
    assert imported.emails() == []


def test_the_report_never_overwrites_the_file_itself(imported: Imports) -> None:
    with pytest.raises(Invalid, match="overwrite"):
        imported("Email\nann@people.test\n", rejected=imported.file)
    assert imported.file.read_text() == "Email\nann@people.test\n"
