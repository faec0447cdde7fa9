"""The company's people made contacts of it (wire notes 17, "Users flow")."""

from typing import Any

import pytest

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.importing.undoing import undo_import
from portico.contacts.models import Contact, ImportBatch
from tests.make import make_company, make_member
from tests.protocols.fluentcrm.client import Crm

WAYS = ["/import/drivers/users", "/import/users"]


def bring(mia: Crm, way: str, page: int = 1, **config: Any) -> Any:
    config = {"roles": ["rep"], "status": "subscribed", **config}
    if way == "/import/users":
        config["new_status"] = config.pop("status")
        return mia.post(way, {**config, "page": page})
    return mia.post(way, {"config": config, "importing_page": page})


def test_the_drivers_are_csv_and_users(mia: Crm) -> None:
    found = mia.get("/import/drivers").json()["drivers"]
    assert list(found) == ["csv", "users"]
    assert all(list(one) == ["label", "logo", "disabled"] for one in found.values())
    form = mia.get("/import/drivers/users").json()
    assert list(form) == ["config", "fields", "labels"]
    assert [one["id"] for one in form["fields"]["roles"]["options"]] == ["administrator", "manager", "rep"]


@pytest.mark.parametrize("name", ["csv", "nothing", "%00", "a.b"])
def test_another_driver_is_422(mia: Crm, name: str) -> None:
    for answer in (mia.get(f"/import/drivers/{name}"), mia.post(f"/import/drivers/{name}", {})):
        assert (answer.status_code, list(answer.json())) == (422, ["message"])


def test_the_preview_names_five_and_counts_all_of_this_company_alone(mia: Crm, company: Company) -> None:
    for number in range(6):
        make_member(company, f"Rep{number}", Role.REP)
    make_member(make_company(), "Other", Role.REP)
    info = mia.get("/import/drivers/users?summary=1&config[roles][]=rep&config[roles][]=nobody").json()["import_info"]
    assert list(info) == [
        "subscribers", "total", "has_list_config", "has_tag_config", "has_status_config", "has_update_config",
        "has_silent_config",
    ]  # fmt: skip
    assert (info["total"], len(info["subscribers"])) == (6, 5)
    assert info["subscribers"][0]["name"] == "Rep0 Example"
    none = mia.get("/import/drivers/users?summary=1").json()["import_info"]
    assert (none["total"], none["subscribers"]) == (0, [])


@pytest.mark.parametrize("way", WAYS)
def test_people_become_contacts_once_and_can_be_undone(mia: Crm, company: Company, way: str) -> None:
    rita, rob = make_member(company, "Rita", Role.REP), make_member(company, "Rob", Role.REP)
    make_member(make_company(), "Other", Role.REP)
    tag = mia.add_tag("Team")
    answer = bring(mia, way, tags=[tag], status="pending").json()
    answer.pop("message", None)
    assert answer == {"page_total": 1, "record_total": 2, "has_more": True, "current_page": 1, "next_page": 2}
    assert bring(mia, way, page=2, tags=[tag]).json()["has_more"] is False
    assert sorted(mia.emails()) == sorted([rita.user.email, rob.user.email])
    ann = mia.get(f"/subscribers/0?get_by_email={rita.user.email}").json()["subscriber"]
    assert (ann["first_name"], ann["status"], ann["tags"][0]["title"]) == ("Rita", "pending", "Team")
    bring(mia, way, tags=[tag])
    assert len(mia.emails()) == 2
    for batch in ImportBatch.objects.filter(company=company):
        undo_import(operator(company.pk), batch.pk)
    assert mia.emails() == []


def test_who_is_a_contact_already_is_left_alone_unless_update_says_so(mia: Crm, company: Company) -> None:
    rita = make_member(company, "Rita", Role.REP)
    id = mia.add(rita.user.email, first_name="Old")
    bring(mia, WAYS[0])
    assert Contact.objects.get(company=company, pk=id).first_name == "Old"
    bring(mia, WAYS[0], update="yes")
    assert Contact.objects.get(company=company, pk=id).first_name == "Rita"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", [{"roles": []}, {"status": ""}, {"status": "friend"}, {"status": ["pending"]}])
def test_what_cannot_be_taken_is_422(mia: Crm, company: Company, way: str, wrong: dict[str, Any]) -> None:
    make_member(company, "Rita", Role.REP)
    assert bring(mia, way, **wrong).status_code == 422
    assert mia.emails() == []


@pytest.mark.parametrize("way", WAYS)
def test_no_value_of_any_type_is_a_500(mia: Crm, way: str) -> None:
    values: list[Any] = [None, True, 0, -1, 10**30, 1e300, "", "\0", [], [[]], {}, {"a": {"b": []}}, ["rep", "\0"]]
    for value in values:
        for name in ("roles", "tags", "lists", "status", "update"):
            assert bring(mia, way, **{name: value}).status_code in {200, 422}, (name, value)
        assert bring(mia, way, page=value).status_code in {200, 422}, value
        assert mia.post(way, {"config": value}).status_code == 422
