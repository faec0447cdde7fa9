import html
import json
import re

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.field_by_field import add_custom_field
from portico.contacts.actions.fields import Definition
from portico.contacts.actions.segments import WantedSegment, add_segment, change_segment
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.models import List, Organization, Segment, Tag
from tests.make import make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.forms import fields_of


def press(owner: Browser, path: str, page: str, button: str, **more: str | list[str]) -> str:
    """The page that comes of pressing this button on the form of the page, with these fields filled in."""
    answer = owner.call("POST", path, data={**fields_of(page), **more, "press": button})
    assert answer.status_code in {200, 422}, answer.text
    return answer.text


def with_condition(owner: Browser, path: str, page: str, what: str, **more: str | list[str]) -> str:
    return press(owner, path, press(owner, path, page, "choose", what=what), "add", **more)


def test_a_segment_is_put_together_in_words_and_shows_who_is_in_it(acme: Company, owner: Browser) -> None:
    assert "No segment yet" in owner.get("/segments").text
    make_contact(acme, first_name="Anna", city="Köln", tags=["Gold", "Blue"])
    make_contact(acme, first_name="Bob", city="Bonn", tags=["Gold"])
    make_contact(acme, first_name="Eve", city="Kiel", consent="pending")
    path = "/segments/add"
    page = with_condition(owner, path, owner.get(path).text, "tags:", how="any_of", value="gold, Blue")
    assert "Tags is one of: Gold, Blue" in page or "Tags is one of: Blue, Gold" in page
    assert "2 contacts are like that now" in page
    page = with_condition(owner, path, page, "own:city", how="contains", value="öl")
    assert "1 contact is like that now" in page
    page = with_condition(owner, path, page, "own:consent", how="any_of", value=["pending"], to="new")
    assert "2 contacts are like that now" in page
    assert "City contains öl" in page
    saved = owner.call(
        "POST", path, data={**fields_of(page), "title": "Near", "description": "To visit.", "press": "save"}
    )
    assert saved.status_code == 303, saved.text
    shown = owner.get(saved.headers["Location"]).text
    assert "Anna" in shown
    assert "Eve" in shown
    assert "Bob" not in shown
    assert "and City contains öl, or: Status is one of: pending. To visit." in shown
    segment = Segment.objects.get(company_id=acme.pk)
    assert [len(group) for group in segment.filter["groups"]] == [2, 1]
    listed = owner.get("/segments").text
    assert f'href="/segments/{segment.pk}">Near</a></th><td>2</td>' in listed.replace(' class="number"', "")

    page = press(owner, f"/segments/{segment.pk}/edit", owner.get(f"/segments/{segment.pk}/edit").text, "off-0-0")
    assert "Tags is" not in page
    renamed = {**fields_of(page), "title": "Rhine", "press": "save"}
    assert owner.call("POST", f"/segments/{segment.pk}/edit", data=renamed).status_code == 303
    segment.refresh_from_db()
    assert (segment.title, segment.description) == ("Rhine", "To visit.")
    assert [len(group) for group in segment.filter["groups"]] == [1, 1]

    assert owner.send(f"/segments/{segment.pk}/delete", name="Near").status_code == 422
    assert owner.send(f"/segments/{segment.pk}/delete", name="Rhine").status_code == 303
    assert owner.get(f"/segments/{segment.pk}").status_code == 404


def options_of(page: str, field: str) -> list[str]:
    select = page.split(f'<select id="field-{field}"')[1].split("</select>", maxsplit=1)[0]
    return [html.unescape(one) for one in re.findall(r'<option value="([^"]*)"', select)]


def test_all_that_is_offered_can_be_asked_for(acme: Company, owner: Browser) -> None:
    for kind in ("text", "number", "date", "date_time", "single-select", "checkbox"):
        add_custom_field(operator(acme.pk), Definition(kind, f"Own {kind}", options=("S", "M")))
    make_contact(acme, tags=["One"])
    Organization.objects.create(company_id=acme.pk, name="One")
    List.objects.create(company_id=acme.pk, title="One", slug="one")
    start = owner.get("/segments/add").text
    for what in options_of(start, "what"):
        page = press(owner, "/segments/add", start, "choose", what=what)
        plain = "One" if what in {"tags:", "lists:", "organizations:"} else "1"
        ticks = re.findall(r'type="checkbox" name="value" value="([^"]*)"', page)
        for how in options_of(page, "how"):
            value = ticks[:1] or ("2026-01-31" if how in {"before", "after", "on"} else plain)
            made = press(owner, "/segments/add", page, "add", how=how, value=value, of="bought")
            assert "like that now" in made, (what, how)
            assert 'value="off-0-0"' in made, (what, how)


def test_what_cannot_be_asked_is_said_beside_the_field_and_keeps_the_rest(acme: Company, owner: Browser) -> None:
    path = "/segments/add"
    page = with_condition(owner, path, owner.get(path).text, "own:city", how="is", value="Kiel")
    wrong = (
        ("tags:", {"how": "any_of", "value": "Glod"}, "error-value", "Glod"),
        ("tags:", {"how": "any_of", "value": " , "}, "error-value", ""),
        ("own:city", {"how": "is", "value": ""}, "error-value", ""),
        ("own:city", {"how": "is", "value": "a\0b"}, "error-value", ""),
        ("own:city", {"how": "less", "value": "1"}, "error-how", ""),
        ("own:total_points", {"how": "more", "value": "many"}, "error-value", "many"),
        ("own:date_of_birth", {"how": "before", "value": "soon"}, "error-value", "soon"),
        ("own:date_of_birth", {"how": "days_within", "value": "-3"}, "error-value", "-3"),
        ("own:consent", {"how": "any_of"}, "error-value", ""),
        ("event_count:", {"how": "more", "value": "2", "of": ""}, "error-of", ""),
    )
    for what, fields, error, typed in wrong:
        refused = with_condition(owner, path, page, what, **fields)
        assert f'id="{error}"' in refused, (what, fields)
        assert "City is Kiel" in refused
        assert typed in refused
    for damaged in (
        "{",
        "[[[[",
        '[[{"subject": "tags"}]]',
        '[[{"subject": "tags", "operator": "any_of", "value": [1e9]}]]',
    ):
        answer = owner.call("POST", path, data={**fields_of(page), "filter": damaged, "press": "keep"})
        assert answer.status_code in {200, 422}, damaged
    huge = json.dumps([[{"subject": "tags", "operator": "any_of", "value": [10**30, -1, True, None, {}]}]])
    assert owner.call("POST", path, data={**fields_of(page), "filter": huge, "press": "keep"}).status_code == 200
    untitled = owner.call("POST", path, data={**fields_of(page), "title": " ", "press": "save"})
    assert untitled.status_code == 422
    assert 'id="error-title"' in untitled.text
    assert owner.call("POST", path, data={**fields_of(page), "press": "explode"}).status_code == 422
    assert not Segment.objects.filter(company_id=acme.pk).exists()


def test_of_two_who_change_the_same_segment_the_second_is_told(acme: Company, owner: Browser) -> None:
    segment = add_segment(operator(acme.pk), WantedSegment("Near"))
    path = f"/segments/{segment.pk}/edit"
    form = {**fields_of(owner.get(path).text), "title": "Far", "press": "save"}
    change_segment(operator(acme.pk), segment.pk, WantedSegment(description="By Otto"))
    late = owner.call("POST", path, data=form)
    assert late.status_code == 409
    assert 'value="Far"' in late.text
    assert Segment.objects.get(pk=segment.pk).title == "Near"
    assert owner.call("POST", path, data={**fields_of(late.text), "press": "save"}).status_code == 303
    assert Segment.objects.get(pk=segment.pk).title == "Far"

    # Nor is it forgotten by the buttons that are pressed before Save.
    page = owner.get(path).text
    change_segment(operator(acme.pk), segment.pk, WantedSegment(description="By Otto again"))
    page = press(owner, path, page, "keep", title="Farther")
    assert owner.call("POST", path, data={**fields_of(page), "press": "save"}).status_code == 409


def test_a_filter_too_long_for_a_form_keeps_its_conditions_when_it_is_renamed(acme: Company, owner: Browser) -> None:
    cities = tuple(f"{number} {'x' * 100}" for number in range(200))
    wanted = Filter(((Condition("own", "city", Operator.ANY_OF, cities),),))
    segment = add_segment(operator(acme.pk), WantedSegment("Towns", wanted))
    path = f"/segments/{segment.pk}/edit"
    page = owner.get(path).text
    assert "too long to be changed here" in page
    saved = owner.call("POST", path, data={**fields_of(page), "title": "Places", "press": "save"})
    assert saved.status_code == 303, saved.text
    after = Segment.objects.get(pk=segment.pk)
    assert (after.title, after.filter) == ("Places", segment.filter)


def test_a_page_of_segments_has_the_exact_count_of_each(acme: Company, owner: Browser) -> None:
    actor = operator(acme.pk)
    add_custom_field(actor, Definition("text", "Size"))
    for number in range(5):
        contact = make_contact(acme, first_name="Anna" if number else "Bob", tags=["Gold"] if number > 2 else [])
        change_contact(actor, contact.pk, {}, custom_values={"size": "M" if number == 1 else "S"})
    gold = Tag.objects.get(company_id=acme.pk).pk
    own = {"c": Condition("own", "first_name", Operator.IS, "anna"), "d": Condition("custom", "size", Operator.IS, "S")}
    wanted = {"b": (Condition("tags", "", Operator.ANY_OF, (gold,)),), **{title: (one,) for title, one in own.items()}}
    add_segment(actor, WantedSegment("a"))
    for title, group in wanted.items():
        add_segment(actor, WantedSegment(title, Filter((group,))))
    add_segment(actor, WantedSegment("e", Filter(((own["c"], own["d"]), wanted["b"]))))
    for number in range(7):
        add_segment(actor, WantedSegment(f"f{number}", Filter(((Condition("gone", "", Operator.IS),),))))
    first = re.findall(r">(\w+)</a></th><td class=\"number\">(\d+)</td>", owner.get("/segments").text)
    assert first == [
        ("a", "5"), ("b", "2"), ("c", "4"), ("d", "4"), ("e", "3"), *((f"f{number}", "0") for number in range(5))
    ]  # fmt: skip
    assert re.findall(r">(\w+)</a></th>", owner.get("/segments?page=2").text) == ["f5", "f6"]


def test_who_may_only_look_changes_no_segment(acme: Company, enter: Enter) -> None:
    segment = add_segment(operator(acme.pk), WantedSegment("Near"))
    lou = enter(make_member(acme, "Lou", Role.MANAGER, {Permission.CONTACTS_READ, Permission.TAGS_READ}))
    assert "Add segment" not in lou.get("/segments").text
    shown = lou.get(f"/segments/{segment.pk}").text
    assert "Near" in shown
    assert "/edit" not in shown
    assert "/delete" not in shown
    assert lou.get(f"/segments/{segment.pk}/edit").status_code == 404
