"""Managers and API keys over the wire (wire notes 7)."""

from portico.access import GRANTABLE, Permission, Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.models import ApiKey, Membership
from tests.make import make_company, make_key, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

PATH = "/campaign-pro-settings/managers"
KEYS = "/setting/rest-keys"


def save(mia: Crm, email: str, *slugs: str) -> int:
    return mia.post(PATH, {"manager": {"email": email, "permissions": list(slugs)}}).status_code


def test_managers_are_listed_with_their_permissions_and_all_that_there_are(company: Company, mia: Crm) -> None:
    make_member(company, "Anna", Role.ADMIN)
    make_member(company, "Rita", Role.REP)
    make_member(make_company("other"), "Sam", Role.MANAGER, {Permission.CONTACTS_READ})
    max_ = make_member(company, "Max", Role.MANAGER, {Permission.CONTACTS_READ, Permission.TAGS_READ})
    body = mia.get(PATH).json()
    assert list(body) == ["managers", "permissions"]
    assert body["managers"]["total"] == 2
    assert body["managers"]["data"][0] == {
        "id": max_.pk,
        "first_name": "Max",
        "last_name": "Example",
        "email": max_.user.email,
        "permissions": ["fcrm_read_contacts"],
    }
    assert len(body["permissions"]) == 16
    assert list(body["permissions"]["fcrm_manage_contacts"]) == ["title", "depends", "group"]
    assert body["permissions"]["fcrm_manage_contacts"]["depends"] == ["fcrm_read_contacts"]
    assert len(mia.get(f"{PATH}?per_page=1&page=2").json()["managers"]["data"]) == 1


def test_permissions_are_replaced_whole_and_unknown_ones_dropped(company: Company, mia: Crm) -> None:
    max_ = make_member(company, "Max", Role.MANAGER)
    email = max_.user.email
    assert save(mia, email.upper(), "fcrm_read_contacts", "fcrm_manage_contacts", "fcrm_invented") == 200
    max_.refresh_from_db()
    assert max_.permissions == ["contacts.read", "contacts.write"]
    answer = mia.put(f"{PATH}/999999", {"manager": {"email": email, "permissions": ["fcrm_view_dashboard"]}})
    assert answer.status_code == 200, "the id in the path says nothing"
    max_.refresh_from_db()
    assert max_.permissions == ["reports.read"]
    entries = AuditEntry.objects.filter(company_id=company.pk, action="member.permissions_changed")
    assert [entry.details["after"] for entry in entries.order_by("id")] == [
        ["contacts.read", "contacts.write"],
        ["reports.read"],
    ]


def test_what_this_wire_has_no_word_for_is_not_taken_away(company: Company, mia: Crm) -> None:
    max_ = make_member(company, "Max", Role.MANAGER, {Permission.ORDERS_WRITE, Permission.CONTACTS_READ})
    assert save(mia, max_.user.email, "fcrm_view_dashboard") == 200
    max_.refresh_from_db()
    assert max_.permissions == ["orders.write", "reports.read"]


def test_what_depends_on_another_needs_it(company: Company, mia: Crm) -> None:
    max_ = make_member(company, "Max", Role.MANAGER)
    refused = mia.post(PATH, {"manager": {"email": max_.user.email, "permissions": ["fcrm_manage_contacts"]}})
    assert (refused.status_code, list(refused.json())) == (422, ["message"])
    assert "fcrm_read_contacts" in refused.json()["message"]
    max_.refresh_from_db()
    assert max_.permissions == []


def test_missing_pieces_and_unknown_people_are_refused(company: Company, mia: Crm) -> None:
    stranger = make_member(make_company("other"), "Sam", Role.MANAGER)
    rita = make_member(company, "Rita", Role.REP)
    assert set(mia.post(PATH, {}).json()) == {"email", "permissions"}
    assert set(mia.post(PATH, {"manager": {"email": "x", "permissions": ["fcrm_read_contacts"]}}).json()) == {"email"}
    for email in ("nobody@people.test", stranger.user.email, rita.user.email):
        refused = mia.post(PATH, {"manager": {"email": email, "permissions": ["fcrm_read_contacts"]}})
        assert (refused.status_code, list(refused.json())) == (422, ["message"])
    assert save(mia, "max@people.test", "fcrm_invented") == 422


def test_nobody_grants_what_he_lacks_or_changes_himself(server: Server, company: Company) -> None:
    clerk = Crm(server, make_key(company, {Permission.SETTINGS_WRITE, Permission.CONTACTS_READ}))
    own = Membership.objects.get(pk=clerk.key.key.membership_id)
    max_ = make_member(company, "Max", Role.MANAGER, {Permission.REPORTS_READ})
    assert save(clerk, max_.user.email, "fcrm_manage_forms") == 403
    assert save(clerk, own.user.email, "fcrm_manage_settings") == 403
    assert clerk.delete(f"{PATH}/{own.pk}").status_code == 403
    assert save(clerk, max_.user.email, "fcrm_read_contacts", "fcrm_view_dashboard") == 200, "he keeps what he had"
    max_.refresh_from_db()
    assert max_.permissions == ["contacts.read", "reports.read"]


def test_an_administrator_stays_what_it_is(company: Company, mia: Crm) -> None:
    anna = make_member(company, "Anna", Role.ADMIN)
    assert save(mia, anna.user.email, "fcrm_read_contacts") == 200
    anna.refresh_from_db()
    assert (anna.role, anna.permissions) == ("admin", [])
    assert mia.delete(f"{PATH}/{anna.pk}").status_code == 422


def test_a_removed_manager_keeps_a_key_that_opens_nothing(server: Server, company: Company, mia: Crm) -> None:
    max_ = Crm(server, make_key(company, GRANTABLE, name="Max"))
    assert max_.get("/reports/ping").status_code == 200
    id = max_.key.key.membership_id
    assert mia.delete(f"{PATH}/{id}").status_code == 200
    assert max_.eventually(403)
    again = mia.delete(f"{PATH}/{id}")
    assert (again.status_code, list(again.json())) == (422, ["message"])
    stranger = make_member(make_company("other"), "Sam", Role.MANAGER, {Permission.REPORTS_READ})
    assert mia.delete(f"{PATH}/{stranger.pk}").content == again.content
    assert Membership.objects.get(pk=stranger.pk).permissions == ["reports.read"]


def test_keys_are_shown_without_their_passwords(company: Company, mia: Crm) -> None:
    make_key(make_company("other"))
    make_member(company, "Max", Role.MANAGER, {Permission.REPORTS_READ})
    body = mia.get(KEYS).json()
    assert [row["full_name"] for row in body["managers"]] == ["Max - Example", "Mia - Example"]
    (row,) = body["rest_keys"]
    assert list(row) == ["id", "first_name", "last_name", "email", "api_keys", "manage_url"]
    assert row["id"] == mia.key.key.membership_id
    assert [(key["uuid"], key["name"]) for key in row["api_keys"]] == [(str(mia.key.key.uuid), "test")]
    assert mia.key.password not in mia.get(KEYS).text


def test_a_key_makes_and_ends_no_keys(company: Company, mia: Crm) -> None:
    holder = mia.key.key.membership_id
    nobody = {"api_name": "x", "api_user_id": 999999999}
    assert set(mia.post(KEYS, {}).json()) == {"api_name", "api_user_id"}
    not_a_manager = mia.post(KEYS, nobody)
    refused = mia.post(KEYS, {"api_name": "x", "api_user_id": holder})
    assert not_a_manager.status_code == refused.status_code == 422
    assert not_a_manager.content != refused.content
    theirs = make_member(make_company("other"), "Sam", Role.MANAGER, {Permission.REPORTS_READ})
    assert mia.post(KEYS, {**nobody, "api_user_id": theirs.pk}).content == not_a_manager.content
    assert mia.delete(f"{KEYS}?user_id={holder}&uuid={mia.key.key.uuid}").content == refused.content
    assert set(mia.delete(KEYS).json()) == {"user_id", "uuid"}
    assert ApiKey.objects.filter(company_id=company.pk, revoked_at=None).count() == 1
