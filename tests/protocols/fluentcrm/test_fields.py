"""Custom contact fields (wire notes 12)."""

import pytest

from portico.contacts.models import CustomField
from tests.make import make_company
from tests.protocols.fluentcrm.client import Crm

PATH = "/custom-fields/contacts"


def slugs(mia: Crm, *fields: object) -> list[str]:
    answer = mia.put(PATH, {"fields": list(fields)})
    assert answer.status_code == 200, answer.text
    return [field["slug"] for field in answer.json()["fields"]]


def test_the_whole_set_is_replaced_and_kept_in_order(mia: Crm) -> None:
    other = make_company("other")
    CustomField.objects.create(company=other, slug="theirs", label="Theirs", kind="text", position=0)
    assert slugs(mia, {"field_key": "text", "label": "Zeta"}, {"type": "select-multi", "label": "Alpha"}) == [
        "zeta",
        "alpha",
    ]
    answer = mia.put(
        PATH, {"fields": [{"field_key": "single-select", "label": "Size", "options": ["S"], "group": "Body"}]}
    )
    assert list(answer.json()) == ["fields", "message"]
    assert mia.get(PATH).json() == {
        "fields": [
            {
                "field_key": "single-select",
                "type": "select-one",
                "label": "Size",
                "options": ["S"],
                "group": "Body",
                "slug": "size",
            }
        ]
    }
    assert slugs(mia) == []
    assert CustomField.objects.filter(company=other).count() == 1


def test_slugs_are_made_from_labels_and_never_clash(mia: Crm) -> None:
    text = {"field_key": "text"}
    made = slugs(
        mia,
        {**text, "label": "Favourite colour"},
        {**text, "label": "favourite Colour"},
        {**text, "label": "2024"},
        {**text, "label": "Email"},
        {**text, "label": "A very long label that goes on and on"},
        {**text, "label": "Given", "slug": "own"},
        {**text, "label": "Given again", "slug": "own"},
        {**text, "label": "日本"},
    )
    assert made == [
        "favourite_colour",
        "favourite_colour_1",
        "cf_2024",
        "cf_email",
        "a_very_long_label_that_go",
        "own",
        "field",
    ]


def test_values_of_a_removed_field_are_hidden_and_come_back_with_it(mia: Crm) -> None:
    slugs(mia, {"field_key": "text", "label": "Colour"})
    ann = mia.add("ann@people.test", colour="red")

    def values() -> object:
        return mia.get(f"/subscribers/{ann}?with[]=subscriber.custom_values").json()["subscriber"]["custom_values"]

    slugs(mia)
    assert values() == {}
    slugs(mia, {"field_key": "text", "label": "Colour"})
    assert values() == {"colour": "red"}


def test_types_and_groups_come_when_asked_for(mia: Crm) -> None:
    slugs(mia, {"field_key": "text", "label": "Size", "group": "Body"})
    body = mia.get(f"{PATH}?with[]=field_types&with[]=field_groups").json()
    assert body["field_types"]["multi-select"]["type"] == "select-multi"
    assert {type["value_type"] for type in body["field_types"].values()} == {
        "string",
        "numeric",
        "array",
        "date",
        "datetime",
    }
    assert [group["slug"] for group in body["field_groups"]] == ["default", "Body"]


def test_the_set_may_be_text_in_a_form(mia: Crm) -> None:
    form = mia.call("PUT", PATH, data={"fields": '[{"field_key":"date","label":"Since"}]'})
    assert [field["slug"] for field in form.json()["fields"]] == ["since"]


@pytest.mark.parametrize(
    "fields",
    [None, "x", {"a": 1}, ["x"], [{"label": "No type"}], [{"field_key": "text"}],
     [{"field_key": "nonsense", "label": "x"}], [{"field_key": "text", "label": "x" * 300}],
     [{"field_key": "text", "label": str(n)} for n in range(301)]],
)  # fmt: skip
def test_what_is_no_set_of_fields_changes_nothing(mia: Crm, fields: object) -> None:
    slugs(mia, {"field_key": "text", "label": "Colour"})
    refused = mia.put(PATH, {"fields": fields})
    assert (refused.status_code, set(refused.json())) == (422, {"fields"})
    assert [field["slug"] for field in mia.get(PATH).json()["fields"]] == ["colour"]


def test_a_group_is_renamed_with_all_its_fields_and_nobody_elses(mia: Crm) -> None:
    other = make_company("other")
    CustomField.objects.create(company=other, slug="theirs", label="Theirs", kind="text", group="Body", position=0)
    text = {"field_key": "text"}
    slugs(
        mia,
        {**text, "label": "Size", "group": "Body"},
        {**text, "label": "Colour"},
        {**text, "label": "Job", "group": "Work"},
    )
    answer = mia.put(f"{PATH}/update_group_name", {"old_name": "Body", "new_name": "Looks"})
    assert list(answer.json()) == ["fields", "message"]
    assert [field.get("group") for field in answer.json()["fields"]] == ["Looks", None, "Work"]
    groups = mia.get(f"{PATH}?with[]=field_groups").json()["field_groups"]
    assert [group["slug"] for group in groups] == ["default", "Looks", "Work"]
    assert CustomField.objects.get(company=other).group == "Body"
    mia.put(f"{PATH}/update_group_name", {"old_name": "Work", "new_name": "Looks"})
    assert {field.get("group") for field in mia.get(PATH).json()["fields"]} == {"Looks", None}


@pytest.mark.parametrize("name", [None, "", "\0", [], {"a": 1}, "x" * 300])
def test_a_group_needs_an_old_and_a_new_name(mia: Crm, name: object) -> None:
    slugs(mia, {"field_key": "text", "label": "Size", "group": "Body"})
    for body in ({"old_name": "Body", "new_name": name}, {"old_name": name, "new_name": "x"}):
        assert mia.put(f"{PATH}/update_group_name", body).status_code == 422
    assert mia.put(f"{PATH}/update_group_name", {"old_name": "Unknown", "new_name": "x"}).json().keys() == {"message"}
    assert mia.get(PATH).json()["fields"][0]["group"] == "Body"
