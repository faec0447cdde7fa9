"""GET /users, /users/roles and the users of /reports/ajax-options: the company's members (wire notes 6, 18)."""

from typing import Any

import pytest

from portico.access import GRANTABLE, Permission, Role
from portico.companies.models import Company
from tests.make import make_company, make_key, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


@pytest.fixture
def anna(company: Company) -> int:
    return make_member(company, "Anna", Role.ADMIN, email=f"anna@{company.slug}.test").pk


@pytest.fixture
def rita(company: Company) -> int:
    return make_member(company, "Rita", Role.REP, email=f"rita@{company.slug}.test").pk


def users(mia: Crm, query: str = "") -> dict[str, Any]:
    answer = mia.get(f"/users?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_members_of_this_company_come_by_name_in_three_fields(mia: Crm, company: Company, anna: int) -> None:
    make_member(make_company("other"), "Otto", Role.ADMIN)
    found = users(mia)
    assert list(found) == ["users", "total"]
    assert [one["display_name"] for one in found["users"]] == ["Anna Example", "Mia Example"]
    assert found["users"][0] == {
        "ID": anna,
        "display_name": "Anna Example",
        "user_email": f"anna@{company.slug}.test",
    }
    assert found["total"] == 2


def test_they_are_told_apart_by_role_and_only_what_is_asked_for_comes(mia: Crm, anna: int, rita: int) -> None:
    assert users(mia, "roles[]=administrator&fields[]=ID")["users"] == [{"ID": anna}]
    assert users(mia, "roles[]=rep&roles[]=administrator&fields[]=ID")["users"] == [{"ID": anna}, {"ID": rita}]
    assert users(mia, "roles[]=editor") == {"users": [], "total": 0}
    assert list(users(mia, "fields[]=user_pass")["users"][0]) == ["ID", "display_name", "user_email"]


def test_five_come_unless_the_limit_says_otherwise_and_all_of_them_are_counted(mia: Crm, company: Company) -> None:
    for number in range(6):
        make_member(company, f"Rep{number}", Role.REP)
    assert (len(users(mia)["users"]), users(mia)["total"]) == (5, 7)
    for limit, count in (("2", 2), ("-1", 7), ("0", 7), ("x", 7), ("999999999999999999999", 7)):
        assert len(users(mia, f"limit={limit}")["users"]) == count, limit


def test_roles_are_those_that_members_have(mia: Crm) -> None:
    roles = mia.get("/users/roles").json()["roles"]
    assert list(roles) == ["administrator", "manager", "rep"]
    assert roles["rep"] == {"name": "Rep", "capabilities": {"read": True}}


def test_users_need_the_permission_to_change_settings(server: Server, company: Company) -> None:
    others = Crm(server, make_key(company, GRANTABLE - {Permission.SETTINGS_WRITE}))
    assert others.get("/users").status_code == others.get("/users/roles").status_code == 403


def choices(mia: Crm, query: str) -> list[dict[str, Any]]:
    answer = mia.get(f"/reports/ajax-options?option_key=users&{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["options"]
    return found


def test_a_form_finds_members_by_part_of_name_or_address(mia: Crm, company: Company, anna: int, rita: int) -> None:
    email = f"anna@{company.slug}.test"
    expected = {"id": anna, "user_email": email, "name": "Anna Example", "title": f"Anna Example ({email})"}
    assert choices(mia, "search=ANNA") == [expected]
    assert [one["id"] for one in choices(mia, "search=rita@")] == [rita]
    assert [one["name"] for one in choices(mia, "search=a exam")] == ["Anna Example", "Mia Example", "Rita Example"]
    assert len(choices(mia, "")) == 3
    assert choices(mia, "search=100%25") == choices(mia, "search=_") == []


def test_those_already_chosen_come_first_found_or_not_but_never_anothers(mia: Crm, anna: int, rita: int) -> None:
    stranger = make_member(make_company("other"), "Anton", Role.REP).pk
    found = choices(mia, f"search=ann&values[]={rita}&values[]={stranger}")
    assert [one["id"] for one in found] == [rita, anna]


@pytest.mark.parametrize("value", ["x", "-1", "0", str(10**17), str(10**40), "%00", "1.5"])
def test_chosen_ids_that_are_none_are_left_out(mia: Crm, value: str) -> None:
    assert choices(mia, f"search=nobody&values[]={value}") == []


@pytest.mark.parametrize(
    "key", ["campaigns", "funnels", "email_sequences", "post_type", "woo_products", "nonsense", ""]
)
def test_what_is_not_here_has_nothing_to_choose_from(mia: Crm, key: str) -> None:
    assert mia.get(f"/reports/ajax-options?option_key={key}").json() == {"options": []}
