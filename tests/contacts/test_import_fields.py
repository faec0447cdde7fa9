"""Which column goes where, and what its cells become."""

from datetime import UTC, date, datetime

import pytest

from portico.access import Role
from portico.contacts.models import ContactList, ContactTag, CustomField, List, Tag
from portico.errors import Invalid
from portico.lib.passwords.verify import verify
from tests.contacts.importing import Imports, rows, titles
from tests.make import make_company, make_contact, make_member


def test_an_export_of_fluentcrm_fits_as_it_is(imported: Imports) -> None:
    summary = imported(
        rows(
            "id,prefix,first_name,last_name,email,timezone,address_line_1,postal_code,city,country,phone,status,"
            "contact_type,source,date_of_birth,total_points,life_time_value,created_at,tags,lists",
            "7,Dr,Ann,Lee,ann@people.test,Europe/Rome,Main 1,00118,Rome,IT,+39 06,unsubscribed,customer,web,1990-12-31,"
            '12,99.5,2024-02-29 23:59:59,"Gold, VIP",News',
        )
    )
    assert (summary.created, summary.ignored_columns) == (1, ["id"])
    ann = imported.contact("ann@people.test")
    assert (ann.prefix, ann.first_name, ann.last_name, ann.postal_code) == ("Dr", "Ann", "Lee", "00118")
    assert (ann.consent, ann.stage, ann.time_zone) == ("unsubscribed", "customer", "Europe/Rome")
    assert (ann.date_of_birth, ann.total_points, str(ann.life_time_value)) == (date(1990, 12, 31), 12, "99.50")
    assert ann.created_at == datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    assert titles(Tag.objects.filter(contacttag__contact=ann)) == ["Gold", "VIP"]
    assert titles(List.objects.filter(contactlist__contact=ann)) == ["News"]


def test_an_export_of_activecampaign_fits_as_it_is(imported: Imports) -> None:
    CustomField.objects.create(company=imported.company, slug="shoe_size", label="Shoe size", kind="number", position=1)
    CustomField.objects.create(company=imported.company, slug="hobbies", label="Hobbies", kind="checkbox", position=2)
    imported(
        rows(
            "Email Address,FIRSTNAME,%LASTNAME%,Phone,Date Created,Tags,SHOE_SIZE,hobbies,Unknown",
            "ann@people.test,Ann,Lee,+39,2024-02-29,Gold||VIP,42,||Chess||Tea||,x",
            "ben@people.test,,,,,,,,",
        )
    )
    ann, ben = imported.contact("ann@people.test"), imported.contact("ben@people.test")
    assert (ann.first_name, ann.last_name) == ("Ann", "Lee")
    assert ann.custom_values == {"shoe_size": "42", "hobbies": ["Chess", "Tea"]}
    assert (ben.first_name, ben.custom_values, ben.consent) == (None, {}, "subscribed")


def test_a_full_name_is_split_only_where_nothing_else_says_the_names(imported: Imports) -> None:
    imported(rows("Email,Name,First Name", "ann@people.test,Ann van Lee,", "ben@people.test,Whoever,Ben"))
    ann, ben = imported.contact("ann@people.test"), imported.contact("ben@people.test")
    assert (ann.first_name, ann.last_name) == ("Ann", "van Lee")
    assert (ben.first_name, ben.last_name) == ("Ben", None)


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("1990-12-31", "1990-12-31"),
        ("1990/12/31", "1990-12-31"),
        ("31.12.1990", "1990-12-31"),
        ("12/31/1990", "1990-12-31"),
        ("31/12/1990", "1990-12-31"),
        ("5/5/1990", "1990-05-05"),
        ("1990-12-31 10:00:00", "1990-12-31"),
        ("0000-00-00", "None"),
    ],
)
def test_dates_are_brought_into_one_form(imported: Imports, cell: str, born: str) -> None:
    assert imported(rows("Email,Birthday", f"ann@people.test,{cell}")).created == 1
    assert str(imported.contact("ann@people.test").date_of_birth) == born


@pytest.mark.parametrize("cell", ["1990-02-30", "soon", "03/04/1990", "99999-01-01"])
def test_a_date_that_is_none_or_could_be_two_is_not_guessed(imported: Imports, cell: str) -> None:
    assert imported(rows("Email,Birthday", f"ann@people.test,{cell}")).rejected == 1
    assert imported.reasons()[2].startswith("Birthday: this")


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Status", "unheard"), ("Contact Type", "king"), ("Points", "-1"), ("Points", "9" * 30),
        ("Life Time Value", "1e99"), ("Created At", "2024-01-01 25:00:00"), ("Owner", "nobody@people.test"),
        ("Tags", "x" * 256),
    ],
)  # fmt: skip
def test_a_value_that_no_field_can_hold_is_rejected(imported: Imports, header: str, cell: str) -> None:
    summary = imported(rows(f"Email,{header}", f"ann@people.test,{cell}", "ben@people.test,"))
    assert (summary.created, summary.rejected) == (1, 1)
    assert imported.reasons()[2].startswith(f"{header}: ")


def test_tags_and_lists_are_titles_found_or_made_once(imported: Imports) -> None:
    gold = Tag.objects.create(company=imported.company, title="Gold", slug="gold")
    imported(
        rows(
            "Email,Tags,Lists", 'ann@people.test,"gold, 42, A",News', "ben@people.test,Gold,news", "cleo@people.test,,"
        )
    )
    assert titles(Tag.objects.filter(company=imported.company)) == ["42", "A", "Gold"]
    assert titles(List.objects.filter(company=imported.company)) == ["News"]
    assert imported.count("tag", gold.pk) == ContactTag.objects.filter(tag=gold).count() == 2
    assert ContactList.objects.filter(company=imported.company).count() == 2


def test_another_companys_tags_and_fields_are_not_used(imported: Imports) -> None:
    other = make_company()
    Tag.objects.create(company=other, title="Gold", slug="gold")
    CustomField.objects.create(company=other, slug="shoe", label="Shoe", kind="text", position=1)
    summary = imported(rows("Email,Tags,Shoe", "ann@people.test,Gold,42"))
    assert summary.ignored_columns == ["Shoe"]
    gold = Tag.objects.get(contacttag__company=imported.company)
    assert (gold.company_id, gold.title) == (imported.company.pk, "Gold")


def test_an_owner_is_named_by_address(imported: Imports) -> None:
    rita = make_member(imported.company, "Rita", Role.REP)
    assert imported(rows("Email,Owner", f"ann@people.test,{rita.user.email.upper()}")).created == 1
    assert imported.contact("ann@people.test").owner_id == rita.pk
    assert imported.count("owner", rita.pk) == 1


def test_clear_passwords_are_hashed_and_stay_as_they_are_when_the_file_comes_again(imported: Imports) -> None:
    text = rows("Email,MyPassword", "ann@people.test, Kestrel ", "ben@people.test,", "bad,Heron")
    summary = imported(text, columns={"mypassword": "password"})
    assert (summary.created, summary.rejected) == (2, 1)
    stored = imported.contact("ann@people.test").password_hash or ""
    assert stored.startswith("$argon2id$")
    assert verify(" Kestrel ", stored)
    assert not verify("Kestrel", stored)
    assert imported.contact("ben@people.test").password_hash is None
    assert imported.rejected()[0]["MyPassword"] == ""
    assert imported(text, columns={"mypassword": "password"}).unchanged == 2
    assert imported.contact("ann@people.test").password_hash == stored
    assert imported(text.replace("Kestrel", "Falcon"), columns={"mypassword": "password"}).updated == 1
    assert verify(" Falcon ", imported.contact("ann@people.test").password_hash or "")


def test_hashes_of_other_systems_are_kept_and_unknown_ones_rejected_unseen(imported: Imports) -> None:
    phpass = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"
    absurd = "$2y$31$abcdefghijklmnopqrstuu9iY1gyjA3k6CGptWJJ9nIT22tG/wV8K"  # a day of work for one sign-in
    people = (f"ann@people.test,{phpass}", "ben@people.test,secret-in-clear", f"cat@people.test,{absurd}")
    summary = imported(rows("Email,user_pass", *people))
    assert (summary.created, summary.rejected) == (1, 2)
    assert verify("test12345", imported.contact("ann@people.test").password_hash or "")
    assert "secret-in-clear" not in imported.file.with_name("people.rejected.csv").read_text()


def test_a_column_can_be_named_or_ignored_by_hand(imported: Imports) -> None:
    summary = imported(
        rows("Mail of work,Phone", "ann@people.test,123"), columns={"Mail of work": "Email", "phone": ""}
    )
    assert (summary.created, summary.ignored_columns) == (1, ["Phone"])
    assert imported.contact("ann@people.test").phone is None
    for columns in ({"Absent": "phone"}, {"Phone": "no such field"}):
        with pytest.raises(Invalid, match=r"There is no field|The file has no column"):
            imported(rows("Email,Phone", "ann@people.test,123"), columns=columns)


def test_a_contact_that_is_there_takes_only_cells_that_are_not_empty(imported: Imports) -> None:
    ann = make_contact(imported.company, email="Ann@people.test", first_name="Ann", city="Rome", phone="1")
    summary = imported(rows("Email,First Name,City,Phone,Tags", "ANN@PEOPLE.TEST,,Oslo,1,Gold", "ben@people.test,B,,,"))
    assert (summary.created, summary.updated, summary.unchanged) == (1, 1, 0)
    after = imported.contact("Ann@people.test")
    assert (after.pk, after.first_name, after.city) == (ann.pk, "Ann", "Oslo")
    assert after.updated_at > ann.updated_at
    again = imported(rows("Email,First Name,City,Phone,Tags", "ANN@PEOPLE.TEST,,Oslo,1,Gold", "ben@people.test,B,,,"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert imported.contact("Ann@people.test").updated_at == after.updated_at


def test_who_has_unsubscribed_or_cannot_be_reached_keeps_that(imported: Imports) -> None:
    for name in ("unsubscribed", "bounced", "complained", "spammed", "pending"):
        make_contact(imported.company, email=f"{name}@people.test", consent=name)
    make_contact(imported.company, email="ann@people.test")
    strict = [f"{name}@people.test,subscribed,Rome" for name in ("unsubscribed", "bounced", "complained", "spammed")]
    imported(rows("Email,Status,City", *strict, "pending@people.test,active,Rome", "ann@people.test,unsubscribed,Rome"))
    for name in ("unsubscribed", "bounced", "complained", "spammed"):
        kept = imported.contact(f"{name}@people.test")
        assert (kept.consent, kept.city, kept.consent_changed_at) == (name, "Rome", None)
    assert imported.contact("pending@people.test").consent == "subscribed"
    ann = imported.contact("ann@people.test")
    assert ann.consent == "unsubscribed"
    assert ann.consent_changed_at is not None


def test_existing_contacts_can_be_left_alone(imported: Imports) -> None:
    make_contact(imported.company, email="ann@people.test", first_name="Ann")
    text = rows("Email,First Name,Tags", "ann@people.test,Other,Gold", "ben@people.test,Ben,Gold")
    summary = imported(text, skip_existing=True, consent="pending")
    assert (summary.created, summary.updated, summary.skipped) == (1, 0, 1)
    ann, ben = imported.contact("ann@people.test"), imported.contact("ben@people.test")
    assert (ann.first_name, ann.consent, ben.consent) == ("Ann", "subscribed", "pending")
    assert not ContactTag.objects.filter(company=imported.company, contact=ann).exists()
    assert ContactTag.objects.filter(company=imported.company, contact=ben).exists()
