"""The list of contacts as a tool: narrowed down, in one's own columns, kept as a view, taken along as a file."""

import csv
import html
import io
import re

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.segments import WantedSegment, add_segment
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.models import ContactView, CustomField, Tag
from tests.make import make_company, make_contact, make_contacts, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/contacts/\d+">([^<]+)</a>', page)


def chips(page: str) -> list[str]:
    return re.findall(r'<li><a href="(/contacts[^"]*)">[^<]*<span aria-hidden', html.unescape(page))


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]+)<', page)


def test_each_filter_narrows_and_is_a_chip_that_can_be_taken_off(acme: Company, owner: Browser) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    CustomField.objects.create(company=acme, slug="colour", label="Eye colour", kind="text", position=0)
    CustomField.objects.create(company=make_company(), slug="theirs", label="Theirs", kind="text", position=0)
    ann = make_contact(acme, first_name="Ann", tags=["Gold & more"], owner_id=rita.pk).pk
    make_contact(acme, first_name="Bob", consent="pending")
    change_contact(operator(acme.pk), ann, {}, custom_values={"colour": "dark green"}, attach_lists=["News"])
    tag = Tag.objects.get(company=acme).pk
    condition = Condition("own", "first_name", Operator.IS, "Bob")
    segment = add_segment(operator(acme.pk), WantedSegment("Bobs", Filter(((condition,),)))).pk

    page = owner.get(f"/contacts?tag={tag}&field=colour&value=GREEN").text
    assert names(page) == ["Ann"]
    assert "Tag: Gold &amp; more" in page, "a tag that is named by its number is shown by its title"
    assert "Eye colour: GREEN" in page
    assert chips(page) == ["/contacts?field=colour&value=GREEN", f"/contacts?tag={tag}"]
    for query, found in {
        "tag=Gold+%26+more&list=News": ["Ann"],
        f"owner={rita.user.email}": ["Ann"],
        "owner=none": ["Bob"],
        f"segment={segment}": ["Bob"],
        f"segment={segment}&owner={rita.user.email}": [],
        "field=colour": ["Ann"],
        "status=pending&search=bo": ["Bob"],
        "value=alone": ["Bob", "Ann"],
    }.items():
        assert names(owner.get(f"/contacts?{query}").text) == found, query
    for query in ("owner=nobody@acme.test", "segment=1x", "segment=" + "9" * 30, "field=theirs", "field=%00"):
        answer = owner.get(f"/contacts?{query}")
        assert answer.status_code == (200 if "%00" in query else 422), query
        assert ('role="alert"' in answer.text) == (answer.status_code == 422)
    assert owner.get("/contacts?" + "&".join(["search=" + "x" * 3000, *["column=x"] * 400])).status_code == 200


def test_everybody_chooses_columns_and_the_address_keeps_them(acme: Company, owner: Browser) -> None:
    CustomField.objects.create(company=acme, slug="size", label="Size", kind="number", position=0)
    contact = make_contact(acme, first_name="Ann", email="ann@acme.test", city="Bonn").pk
    change_contact(operator(acme.pk), contact, {}, custom_values={"size": 7})
    assert heads(owner.get("/contacts").text) == ["Name", "E-mail", "Phone", "Status", "Tags", "Lists"]
    page = owner.get("/contacts?column=city&column=field.size&column=gone&column=field.gone&column=owner").text
    assert heads(page) == ["Name", "City", "Size", "Owner"]
    assert "<td>Bonn</td><td>7</td><td></td>" in page
    assert re.search(r'value="city" checked', page)
    assert not re.search(r'value="phone" checked', page)


def test_a_view_is_saved_opened_renamed_and_deleted_by_whose_it_is(acme: Company, owner: Browser, enter: Enter) -> None:
    mia = enter(make_member(acme, "Mia", Role.ADMIN))
    make_contact(acme, first_name="Ann", consent="pending")
    query = "status=pending&column=city"
    page = f"/contacts?{query}&search="
    saved = owner.send("/saved-views", page=page, view=query + "&done=x&evil=1", name=" Waiting ")
    assert saved.headers["Location"] == f"/contacts?{query}&done=view"
    view = ContactView.objects.get(company=acme)
    assert (view.name, view.query) == ("Waiting", query)
    shown = owner.get(f"/contacts?{query}").text
    assert re.search(rf'<a href="/contacts\?{html.escape(query)}" aria-current="page">Waiting</a>', shown)
    assert "Waiting" not in mia.get("/contacts").text
    for name, status in (("", 422), ("x" * 61, 422), ("WAITING", 422), ("a\0b", 422), ("Other", 303)):
        assert owner.send("/saved-views", page=page, view=query, name=name).status_code == status
    at = f"/saved-views/{view.pk}"
    for method, path in (("GET", at), ("POST", at), ("GET", f"{at}/delete"), ("POST", f"{at}/delete")):
        data = {"csrfmiddlewaretoken": mia.token("/contacts/add"), "name": "Mine", "is_sure": "yes"}
        how = {"data": data} if method == "POST" else {}
        assert mia.call(method, path, **how).status_code == 404
    assert mia.send("/saved-views", page=page, view=query, name="Waiting").status_code == 303, "a name for each"
    assert owner.send(at, name="other").status_code == 422
    assert owner.send(at, name="Wait").status_code == 303
    assert "Wait<" in owner.get("/saved-views").text
    assert owner.send(f"{at}/delete").status_code == 422
    gone = owner.send(f"{at}/delete", is_sure="yes")
    assert gone.headers["Location"] == f"/contacts?{query}&done=view-deleted"
    assert owner.get(at).status_code == 404
    assert ContactView.objects.filter(company=acme).count() == 2


def test_the_list_leaves_as_a_file_of_what_it_shows(acme: Company, owner: Browser, enter: Enter) -> None:
    CustomField.objects.create(company=acme, slug="email", label="Second e-mail", kind="text", position=0)
    CustomField.objects.create(company=acme, slug="size", label="Size", kind="number", position=1)
    ann = make_contact(acme, first_name="=Ann", email="ann@acme.test", tags=["Gold", "Blue"]).pk
    change_contact(operator(acme.pk), ann, {}, custom_values={"size": 7, "email": "no"})
    make_contact(acme, first_name="Bob", email="bob@acme.test")

    def rows(query: str) -> list[list[str]]:
        answer = owner.get(f"/contacts/export?{query}")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["Content-Disposition"]
        return list(csv.reader(io.StringIO(answer.text)))

    query = "tag=Gold&column=tags&column=field.size&column=field.email"
    assert rows(query) == [
        ["email", "first_name", "last_name", "tags", "size"],
        ["ann@acme.test", "'=Ann", "", "Blue, Gold", "7"],
    ]
    assert [row[0] for row in rows("")] == ["email", "ann@acme.test", "bob@acme.test"]
    assert owner.get("/contacts/export?owner=nobody@acme.test").status_code == 422
    assert "/contacts/export?tag=Gold" in owner.get("/contacts?tag=Gold").text
    timid = enter(make_member(acme, "Tim", Role.MANAGER, {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE}))
    assert "/contacts/export" not in timid.get("/contacts").text
    assert timid.get("/contacts/export").status_code == 404


def test_nobody_counts_how_many_thousands_match_a_search(acme: Company, owner: Browser) -> None:
    make_contacts(acme, 10_020, first_name="'Max'")
    searched = owner.get("/contacts?search=max").text
    assert "1 to 25 of more than 10,000" in searched
    assert "Change all that match" in searched
    assert "1 to 25 of 10,020" in owner.get("/contacts").text
    assert "10,001 to 10,020 of 10,020" in owner.get("/contacts?page=401").text


def test_who_may_only_look_has_filters_and_no_more(acme: Company, viewer: Browser, enter: Enter) -> None:
    make_contact(acme, first_name="Ann", tags=["Gold"])
    page = viewer.get("/contacts?tag=Gold").text
    assert names(page) == ["Ann"]
    assert 'type="checkbox" name="id"' not in page
    assert "Bulk changes" not in page
    assert '<option value="Gold">' not in page, "who may not see the tags is not told all of them"
    segment = add_segment(operator(acme.pk), WantedSegment("All", Filter(()))).pk
    assert viewer.get(f"/contacts?segment={segment}").status_code == 422
    rep = enter(make_member(acme, "Rita", Role.REP)).get("/contacts?owner=none").text
    assert names(rep) == []
    assert 'name="owner"' not in rep


def test_states_are_words_of_the_readers_language(acme: Company, owner: Browser) -> None:
    contact = make_contact(acme, first_name="Ada")
    for path in ("/contacts", f"/contacts/{contact.pk}"):
        shown = owner.call("GET", path, headers={"Accept-Language": "de"}).text
        main = shown[shown.index("<main") : shown.index("</main")]
        assert ">subscribed<" not in main, path
        assert "abonniert" in main, path
