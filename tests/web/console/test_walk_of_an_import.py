"""A file as people have it, from their disk into the contacts and out again."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_contact
from tests.web.browser import Browser
from tests.web.console.walking import go_to, walk

ROWS = 10_000
# What a row of each hundred is, by its last two digits; the others are good.
STRANGE = {
    3: "no address",
    17: "bad address",
    21: "twice",
    33: "a cell too many",
    68: "no text",
    44: "quoted",
    55: "UTF-8",
}
REJECTED = {"no address", "bad address", "twice", "a cell too many", "no text"}


def row(number: int) -> bytes:
    """As Windows writes it, with semicolons; one row in a hundred is as another program writes it."""
    what, email = STRANGE.get(number % 100, ""), f"p{number}@people.test"
    name, encoding = f"Jürgen {number}", "utf-8" if what == "UTF-8" else "cp1252"
    match what:
        case "no address":
            email = ""
        case "bad address":
            email = f"p{number} at people.test"
        case "twice":
            email = f" P{number - 1}@People.Test "
        case "quoted":
            name = f'"Jürgen ""Jogi""; der {number}.\nSohn"'
        case "a cell too many":
            name = f"Jürgen;{number}"
        case "no text":
            return f"J\0rgen {number};Groß;{email};Kunde;x\r\n".encode(encoding)
    blank = "\r\n;;;;\r\n" if number % 500 == 0 else ""
    return f"{name};Groß;{email};Kunde;Nr. {number}\r\n{blank}".encode(encoding)


def messy() -> bytes:
    known = "Änne;Neu;ANNA@acme.test;Kunde;\r\n".encode("cp1252")
    return b"Vorname;Nachname;E-Mail;Thema;Interne Nummer\r\n" + known + b"".join(map(row, range(1, ROWS)))


def counts_on(page: Page) -> dict[str, int]:
    """What the page of an import says of its rows."""
    facts = page.eval_on_selector_all(
        ".facts > div", "all => all.map((one) => [...one.children].map((part) => part.textContent.trim()))"
    )
    return {name.lower(): int(re.sub(r"\D", "", number)) for name, number in facts if re.fullmatch(r"[\d,.]+", number)}


@pytest.mark.timeout(180)
def test_a_messy_file_comes_in_says_what_was_wrong_and_goes_out_again(acme: Company, owner: Browser) -> None:
    anna = make_contact(acme, email="anna@acme.test", first_name="Anna", last_name="Alt")
    wrong = Counter(what for number in range(1, ROWS) if (what := STRANGE.get(number % 100)) in REJECTED)
    rejected = wrong.total()
    whole = {"created": ROWS - 1 - rejected, "updated": 1, "unchanged": 0, "skipped": 0, "rejected": rejected}
    with walk(owner) as page:
        page.goto("/console")
        go_to(page, "Imports")
        page.get_by_role("link", name="Import a file").click()
        file = FilePayload(name="kunden.csv", mimeType="text/csv", buffer=messy())
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Send").click()

        expect(page.get_by_role("row", name="Nachname")).to_contain_text("Groß")
        # By their names nearly all of it is known already.
        for header, field in (("Vorname", "first_name"), ("Nachname", "last_name"), ("E-Mail", "email")):
            expect(page.get_by_label(header, exact=True)).to_have_value(field)
        expect(page.get_by_label("Interne Nummer")).to_have_value("")
        page.get_by_label("Thema").select_option(label="Tags")
        page.get_by_role("button", name="Try it, load nothing").click()
        forecast = page.get_by_role("region", name="What it would do")
        for name, count in whole.items():
            expect(forecast).to_contain_text(f"{count:,} {name}")
        expect(forecast).to_contain_text("Tags that would be made: Kunde.")
        expect(page.get_by_label("Thema")).to_have_value("tags")  # what was chosen is still chosen
        page.get_by_role("button", name="Load it").click()

        expect(page.locator("#progress")).to_contain_text("Undo", timeout=90_000)
        counts = counts_on(page)
        assert {name: counts[name] for name in whole} == whole
        assert sum(count for name, count in counts.items() if name.startswith("rejected for")) == rejected
        with page.expect_download() as saved:
            page.get_by_role("link", name="The rejected rows, to be mended (CSV)").click()
        report = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8-sig"))))
        assert len(report) == rejected
        assert all(one["reason"] and one["line"] for one in report)
        go_to(page, "Contacts")
        expect(page.get_by_role("main")).to_contain_text(f"1 to 25 of {whole['created'] + 1:,}")

        go_to(page, "Imports")
        page.get_by_role("link", name="kunden.csv").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#progress")).to_contain_text("undone", timeout=90_000)
        assert counts_on(page)["deleted again"] == whole["created"]
        go_to(page, "Contacts")
        expect(page.get_by_role("main")).to_contain_text("1 to 1 of 1")
        go_to(page, "Tags")
        expect(page.get_by_role("row", name="Kunde")).to_contain_text("0")  # stays, without those contacts
    anna.refresh_from_db()
    assert (anna.first_name, anna.last_name) == ("Anna", "Alt")
    assert Contact.objects.filter(company=acme).count() == 1
