import re
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.field_by_field import add_custom_field, change_custom_field, move_custom_field
from portico.contacts.actions.fields import Definition
from portico.contacts.actions.segments import WantedSegment, add_segment
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.models import Contact, CustomField
from tests.make import make_contact
from tests.web.browser import Browser
from tests.web.console.forms import fields_of

PATH = "/settings/custom-fields"


def labels(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/settings/custom-fields/\d+">([^<]+)</a>', page)


def test_a_field_is_added_changed_and_moved_inside_its_group(acme: Company, owner: Browser) -> None:
    assert "No field yet" in owner.get(PATH).text
    for label, group in (("Size", "Shop"), ("Member number", ""), ("Colour", "Shop")):
        assert owner.send(f"{PATH}/add", label=label, kind="text", group=group).status_code == 303
    assert labels(owner.get(PATH).text) == ["Size", "Colour", "Member number"]
    colour = CustomField.objects.get(company_id=acme.pk, label="Colour")
    page = f"{PATH}/{colour.pk}"
    assert owner.send(f"{page}/move", way="sideways").status_code == 422
    assert owner.send(f"{page}/move", way="up").status_code == 303
    assert labels(owner.get(PATH).text) == ["Colour", "Size", "Member number"]
    assert owner.send(f"{page}/move", way="up").status_code == 303  # it is the first already
    assert labels(owner.get(PATH).text) == ["Colour", "Size", "Member number"]

    form = {**fields_of(owner.get(page).text), "label": "Color", "group": ""}
    change_custom_field(operator(acme.pk), colour.pk, Definition("text", "Tint", group="Shop"))
    late = owner.call("POST", page, data=form)
    assert late.status_code == 409
    assert 'value="Color"' in late.text
    assert owner.call("POST", page, data=fields_of(late.text)).status_code == 303
    colour.refresh_from_db()
    assert (colour.label, colour.slug, colour.group, colour.kind) == ("Color", "colour", None, "text")


def test_what_no_field_can_be_is_refused_beside_its_input(acme: Company, owner: Browser) -> None:
    wrong = (
        ({"label": "", "kind": "text"}, "error-label"),
        ({"label": "x" * 256, "kind": "text"}, "error-label"),
        ({"label": "a\0b", "kind": "text"}, "error-label"),
        ({"label": "Size", "kind": "colour"}, "error-kind"),
        ({"label": "Size", "kind": "radio", "options": " \n "}, "error-options"),
        ({"label": "Size", "kind": "text", "group": "x" * 256}, "error-group"),
    )
    for fields, error in wrong:
        refused = owner.send(f"{PATH}/add", **fields)
        assert refused.status_code == 422, fields
        assert f'id="{error}"' in refused.text, fields
    assert not CustomField.objects.filter(company_id=acme.pk).exists()


def test_deleting_says_what_is_lost_and_wants_the_label(acme: Company, owner: Browser) -> None:
    actor = operator(acme.pk)
    field = add_custom_field(actor, Definition("single-select", "Size", options=("S", "M")))
    contact = make_contact(acme)
    change_contact(actor, contact.pk, {}, custom_values={"size": "M"})
    wanted = Filter(((Condition("custom", "size", Operator.IS, "M"),),))
    add_segment(actor, WantedSegment("Mediums", wanted))
    page = f"{PATH}/{field.pk}/delete"
    assert "Mediums" in owner.get(page).text
    assert owner.send(page, name="size").status_code == 422
    assert owner.send(page, name="Size").status_code == 303
    shown = owner.get(f"/contacts/{contact.pk}").text
    assert "<dt>Size</dt>" not in shown
    # As the page says: it comes back with the field.
    assert owner.send(f"{PATH}/add", label="Size", kind="text").status_code == 303
    assert "<dt>Size</dt><dd>M</dd>" in owner.get(f"/contacts/{contact.pk}").text


def test_each_kind_is_typed_into_the_form_of_a_contact_and_shown(acme: Company, owner: Browser) -> None:
    actor = operator(acme.pk)
    for kind in CustomField.Kind.values:
        options = ("S", "M, wide", "L")
        add_custom_field(actor, Definition(kind, f"My {kind}", options=options))
    contact = make_contact(acme, first_name="Anna")
    slugs = dict(CustomField.objects.filter(company_id=acme.pk).values_list("kind", "slug"))
    page = f"/contacts/{contact.pk}/edit"
    sent = {
        "text": "Quay 1", "textarea": "One\nTwo", "number": "12.5", "date": "1990-12-31",
        "date_time": "2026-01-31T18:00", "single-select": "L", "radio": "S", "multi-select": ["S", "M, wide"],
        "checkbox": ["L"],
    }  # fmt: skip
    typed = {f"custom-{slugs[kind]}": value for kind, value in sent.items()}
    assert owner.call("POST", page, data={**fields_of(owner.get(page).text), **typed}).status_code == 303
    contact.refresh_from_db()
    held = {kind: contact.custom_values[slug] for kind, slug in slugs.items()}
    assert held == {**sent, "textarea": "One\nTwo", "date_time": "2026-01-31 18:00:00"}

    # What is shown again and sent as it is changes nothing, also what is no option any more.
    change_contact(actor, contact.pk, {}, custom_values={slugs["radio"]: "XXL"})
    form = fields_of(owner.get(page).text)
    assert owner.call("POST", page, data=form).status_code == 303
    contact.refresh_from_db()
    assert contact.custom_values[slugs["radio"]] == "XXL"
    assert {kind: contact.custom_values[slug] for kind, slug in slugs.items() if kind != "radio"} == {
        kind: value for kind, value in held.items() if kind != "radio"
    }

    wrong = owner.call("POST", page, data={**form, f"custom-{slugs['number']}": "many"})
    assert wrong.status_code == 422
    assert f'id="error-custom-{slugs["number"]}"' in wrong.text
    assert 'value="many"' in wrong.text
    unticked = {name: value for name, value in form.items() if name != f"custom-{slugs['checkbox']}"}
    unticked["seen"] = fields_of(owner.get(page).text)["seen"]
    assert owner.call("POST", page, data=unticked).status_code == 303
    contact.refresh_from_db()
    assert slugs["checkbox"] not in contact.custom_values


def test_a_new_contact_comes_with_its_custom_values_or_with_what_is_wrong_in_them(
    acme: Company, owner: Browser
) -> None:
    add_custom_field(operator(acme.pk), Definition("number", "Size"))
    form = {**fields_of(owner.get("/contacts/add").text), "email": "anna@acme.test", "custom-size": "many"}
    wrong = owner.call("POST", "/contacts/add", data=form)
    assert wrong.status_code == 422
    assert 'id="error-custom-size"' in wrong.text
    assert owner.call("POST", "/contacts/add", data={**form, "custom-size": "41"}).status_code == 303
    assert Contact.objects.get(company_id=acme.pk).custom_values == {"size": "41"}


def test_a_label_never_takes_the_name_of_what_stands_beside_custom_fields(acme: Company) -> None:
    made = [add_custom_field(operator(acme.pk), Definition("text", label)).slug for label in ("Status", "Email", "42")]
    assert made == ["cf_status", "cf_email", "cf_42"]


def test_several_who_add_and_move_fields_at_once_make_one_order(acme: Company) -> None:
    actor = operator(acme.pk)
    first = add_custom_field(actor, Definition("text", "First"))

    def change(number: int) -> None:
        try:
            if number % 2:
                move_custom_field(actor, first.pk, earlier=False)
            else:
                add_custom_field(actor, Definition("text", "Size"))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(16)))
    fields = list(CustomField.objects.filter(company_id=acme.pk).values_list("slug", "position"))
    assert len(fields) == 9
    assert len({slug for slug, _ in fields}) == 9
    assert sorted(position for _, position in fields) == list(range(9))
