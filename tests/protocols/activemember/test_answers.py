import base64
from datetime import date

import pytest

from portico.contacts.actions.passwords import set_password
from portico.contacts.models import Contact, CustomField
from portico.protocols.activemember.fields import STANDARD
from tests.lib.php.real import RealPHP
from tests.make import make_contact
from tests.protocols.activemember.site import PASSWORD, Site


def fill(site: Site) -> Contact:
    """A contact with something in every kind of field."""
    for position, (slug, kind) in enumerate([("shoe_size", "number"), ("hobbies", "checkbox"), ("motto", "text")]):
        CustomField.objects.create(company=site.company, slug=slug, label=slug, kind=kind, position=position)
    contact = site.member(
        "jö", first_name="Jö", last_name="O'Neil", phone="+49 1", city="Köln", date_of_birth=date(1990, 12, 31)
    )
    Contact.objects.filter(pk=contact.pk).update(custom_values={"shoe_size": 43.5, "hobbies": ["chess", "go"], "x": 1})
    return contact


def test_all_fields_are_one_flat_array_of_texts_in_a_fixed_order(site: Site) -> None:
    contact = fill(site)
    fields = site.fields(contact.email)
    assert list(fields) == [*STANDARD, "shoe_size", "hobbies", "motto", "tags"]
    assert all(isinstance(value, str) for key, value in fields.items() if key != "tags")
    assert fields["id"] == str(contact.pk)
    assert fields["email"] == contact.email
    assert fields["city"] == "Köln"
    assert fields["date_of_birth"] == "1990-12-31"
    assert fields["cdate"] == contact.created_at.strftime("%Y-%m-%d %H:%M:%S")
    assert fields["state"] == ""
    assert (fields["shoe_size"], fields["hobbies"], fields["motto"]) == ("43.5", "||chess||go||", "")


def test_names_come_in_both_spellings(site: Site) -> None:
    fields = site.fields(fill(site).email)
    assert fields["first_name"] == fields["firstname"] == "Jö"
    assert fields["last_name"] == fields["lastname"] == "O'Neil"
    assert fields["fullname"] == "Jö O'Neil"


def test_tags_are_ids_with_titles_and_none_of_another_contact(site: Site) -> None:
    ann, bob = site.member("ann", tags=["Gold", "Silver"]), site.member("bob")
    make_contact(site.company, tags=["Bronze"])
    tags = site.fields(ann.email)["tags"]
    assert set(tags.values()) == {"Gold", "Silver"}
    assert list(tags) == sorted(tags, key=int)
    assert site.fields(bob.email)["tags"] == []  # as PHP writes an empty array


def test_the_password_is_in_no_answer_however_it_is_asked_for(site: Site) -> None:
    CustomField.objects.create(company=site.company, slug="password", label="Password", kind="text", position=1)
    ann = site.member()
    Contact.objects.filter(pk=ann.pk).update(custom_values={"password": "imported in clear"})
    everything = site.ask(ann.email).text
    asked = site.fields(ann.email, retfields="password,PASSWORD,%PASSWORD%,pass,password_hash,email")
    assert "imported" not in everything
    assert "argon2" not in everything
    assert PASSWORD not in everything
    assert list(asked.values()) == ["", "", "", "", "", ann.email]


def test_exactly_the_asked_fields_come_in_the_asked_order_and_spelling(site: Site) -> None:
    ann = site.member(first_name="Ann", tags=["Gold"])
    asked = site.fields(ann.email, retfields="tags, FirstName ,%EMAIL%,nonsense,,first_name,email,email")
    assert list(asked) == ["tags", "FirstName", "%EMAIL%", "nonsense", "first_name", "email"]
    assert list(asked["tags"].values()) == ["Gold"]
    assert asked["FirstName"] == asked["first_name"] == "Ann"
    assert asked["%EMAIL%"] == asked["email"] == ann.email
    assert asked["nonsense"] == ""


def test_unknown_fields_alone_are_still_a_success(site: Site) -> None:
    assert site.fields(site.member().email, retfields="nonsense") == {"nonsense": ""}
    assert site.fields(site.member("bob").email, retfields=" , ,")["email"]  # as if it had not been passed


def test_a_custom_field_cannot_take_the_place_of_one_of_ours(site: Site) -> None:
    CustomField.objects.create(company=site.company, slug="email", label="E", kind="text", position=1)
    CustomField.objects.create(company=site.company, slug="tags", label="T", kind="text", position=2)
    ann = site.member(tags=["Gold"])
    Contact.objects.filter(pk=ann.pk).update(custom_values={"email": "mallory@evil.test", "tags": "Platinum"})
    fields = site.fields(ann.email)
    assert fields["email"] == ann.email
    assert list(fields["tags"].values()) == ["Gold"]


def test_the_default_is_php_serialize_byte_for_byte(site: Site) -> None:
    ann = site.member(first_name="Jö", tags=["Gold"])
    (tag,) = site.fields(ann.email)["tags"]
    answer = site.ask(ann.email, retfields="id,first_name,tags,no")
    id = str(ann.pk)
    expected = (
        f'a:4:{{s:2:"id";s:{len(id)}:"{id}";s:10:"first_name";s:3:"Jö";'
        f's:4:"tags";a:1:{{i:{tag};s:4:"Gold";}}s:2:"no";s:0:"";}}'
    )
    assert answer.content == expected.encode()
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_real_php_reads_what_we_write(site: Site) -> None:
    program = RealPHP.program()
    if program is None:
        pytest.skip("no php on the PATH: reading with real PHP left out")
    contact, php = fill(site), RealPHP(program)
    try:
        expected = site.fields(contact.email)
        assert php.unserializes_to(site.ask(contact.email).content, {**expected, "tags": {}})
        assert php.json_encode({**expected, "tags": {}}) == site.ask(contact.email, json="1").content
    finally:
        php.close()


@pytest.mark.parametrize("value", ["1", "", "yes", "json", "on"])
def test_json_is_on_when_passed(site: Site, value: str) -> None:
    answer = site.ask(site.member().email, json=value)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["email"]


@pytest.mark.parametrize("value", ["0", "false", "No", "OFF"])
def test_a_plain_no_is_not_on(site: Site, value: str) -> None:
    ann = site.member()
    assert site.ask(ann.email, json=value, base64=value).content.startswith(b"a:")


def test_base64_covers_the_whole_answer_in_either_format(site: Site) -> None:
    ann = site.member()
    for more in ({}, {"json": "1"}):
        plain, coded = site.ask(ann.email, **more), site.ask(ann.email, base64="", **more)
        assert coded.content == base64.b64encode(plain.content)
        assert coded.headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_consent_and_archiving_do_not_matter(site: Site) -> None:
    ann = site.member(consent="unsubscribed")
    Contact.objects.filter(pk=ann.pk).update(archived_at=ann.created_at)
    assert site.fields(ann.email)["email"] == ann.email


def test_the_address_is_matched_ignoring_case(site: Site) -> None:
    contact = make_contact(site.company, email=f"Zoë.B@{site.company.slug}.test")
    set_password(site.operator, contact.pk, PASSWORD)
    assert site.fields(f"zoË.b@{site.company.slug.upper()}.TEST")["id"] == str(contact.pk)
    assert site.fields(f"zoe.b@{site.company.slug}.test") is False


def test_a_changed_contact_shows_at_once(site: Site) -> None:
    ann = site.member(first_name="Ann")
    assert site.fields(ann.email)["first_name"] == "Ann"
    Contact.objects.filter(pk=ann.pk).update(first_name="Anna")
    assert site.fields(ann.email)["first_name"] == "Anna"
