"""Settings → People: who works here, and what becomes of a change for whoever is signed in."""

import re

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.actions.credentials import add_key
from portico.identity.models import ApiKey, Membership
from tests.make import make_company, make_member
from tests.protocols.fluid.app import bearer, jwt_of
from tests.web.browser import Browser, texts_to
from tests.web.console.conftest import Enter

PATH = "/settings/people"


def seen_of(browser: Browser, path: str) -> str:
    """What the form of this page carries of how it found things."""
    found = re.search(r'name="seen" value="(\w+)"', browser.get(path).text)
    assert found
    return found[1]


def role_of(member: Membership) -> tuple[str, list[str]]:
    member.refresh_from_db()
    return member.role, member.permissions


def test_a_colleague_is_invited_and_gets_in(acme: Company, owner: Browser) -> None:
    assert "Invite a colleague" in owner.get(PATH).text
    for form, wrong in (
        ({"email": "no address", "role": "rep"}, "error-email"),
        ({"email": "ann@acme.test", "role": "king"}, "error-role"),
        ({"email": "ann@acme.test", "role": "manager"}, "error-preset"),
        ({"email": "ann@acme.test", "role": "rep", "name": "A\0nn"}, "error-name"),
        ({"email": "ann@acme.test", "role": "rep", "name": "x" * 300}, "error-name"),
    ):
        answer = owner.send(f"{PATH}/add", **form)
        assert answer.status_code == 422, form
        assert f'id="{wrong}"' in answer.text, form
    assert not Membership.objects.filter(company=acme, user__email="ann@acme.test").exists()

    form = {"email": "ann@acme.test", "role": "manager", "name": "Ann Lee", "preset": "view-contacts"}
    assert owner.send(f"{PATH}/add", **form).headers["Location"] == f"{PATH}?done=invited"
    ann = Membership.objects.get(company=acme, user__email="ann@acme.test")
    assert role_of(ann) == ("manager", ["contacts.read", "tags.read"])
    (mail,) = texts_to("ann@acme.test")
    assert "/sign-in" in mail
    assert "Acme" in mail
    again = owner.send(f"{PATH}/add", **form)
    assert again.status_code == 409
    assert "already in this company" in again.text
    assert Browser(owner.server).enter(ann).get("/contacts").status_code == 200


def test_the_list_says_who_was_seen_and_finds_people(acme: Company, owner: Browser, enter: Enter) -> None:
    ann = make_member(acme, "Ann", Role.REP)
    make_member(make_company("other"), "Annette", Role.REP)
    enter(ann).get("/console")
    page = owner.get(PATH).text
    assert "Ann Example" in page
    assert "Annette" not in page
    assert "Olga Example" not in owner.get(f"{PATH}?search=ANN").text
    assert "Ann Example" not in owner.get(f"{PATH}?role=admin").text
    for odd in ("?role=king", "?before=99999999999999999999", "?search=%00", f"?before={ann.pk}"):
        assert owner.get(f"{PATH}{odd}").status_code == 200, odd
    shown = owner.get(f"{PATH}/{ann.pk}").text
    assert "Last seen: 20" in shown
    assert "Second factor: none" in shown


def test_a_role_is_changed_from_the_next_request_on(acme: Company, owner: Browser, enter: Enter) -> None:
    ann = make_member(acme, "Ann", Role.REP)
    browser, path = enter(ann), f"{PATH}/{ann.pk}"
    assert browser.get("/tags").status_code == 404
    seen = seen_of(owner, path)
    changed = owner.send(path, role="manager", preset="manage-contacts", seen=seen)
    assert changed.headers["Location"] == f"{path}?done=changed"
    assert browser.get("/tags").status_code == 200
    entry = AuditEntry.objects.get(company_id=acme.pk, action="member.role_changed")
    assert entry.details["before"] == {"role": "rep", "permissions": []}

    late = owner.send(path, role="rep", seen=seen)  # somebody else's form, opened before
    assert late.status_code == 409
    assert "Somebody has changed this" in late.text
    assert 'value="rep" checked' in late.text
    assert role_of(ann)[0] == "manager"
    assert owner.send(path, role="rep", seen=seen_of(owner, path)).status_code == 303
    assert role_of(ann) == ("rep", [])

    olga = Membership.objects.get(company=acme, user__first_name="Olga")
    assert "another administrator" in owner.get(f"{PATH}/{olga.pk}").text
    own = owner.send(f"{PATH}/{olga.pk}", role="rep", seen=seen_of(owner, f"{PATH}/{olga.pk}"))
    assert own.status_code == 403
    assert role_of(olga)[0] == "admin"


def test_whoever_becomes_one_who_needs_a_second_factor_signs_in_anew(
    acme: Company, owner: Browser, enter: Enter
) -> None:
    ann, elsewhere = make_member(acme, "Ann", Role.REP), make_company("other")
    there = enter(make_member(elsewhere, "Ann", Role.REP, email=ann.user.email))
    app, browser = bearer(jwt_of(ann)), enter(ann)
    assert owner.server.get("/api/me", headers=app).status_code == 200
    seen = seen_of(owner, f"{PATH}/{ann.pk}")
    owner.add_app()
    assert owner.send("/settings/sign-in", demanded="yes").status_code == 303
    assert owner.send(f"{PATH}/{ann.pk}", role="admin", seen=seen).status_code == 303
    assert owner.server.get("/api/me", headers=app).status_code == 401
    assert browser.get("/console").headers["Location"].startswith("/sign-in")
    assert there.get("/console").status_code == 200  # what holds in one company is nothing to another


def test_a_person_is_removed_and_its_sessions_end(acme: Company, owner: Browser, enter: Enter) -> None:
    ann = make_member(acme, "Ann", Role.MANAGER, {Permission.CONTACTS_READ})
    add_key(operator(acme.pk), email=ann.user.email, name="Zapier")
    browser, path = enter(ann), f"{PATH}/{ann.pk}"
    assert owner.send(f"{path}/sessions", press="end").headers["Location"] == f"{path}?done=ended"
    assert not browser.is_in
    browser = enter(ann)
    wrong = owner.send(f"{path}/remove", name="somebody@else.test")
    assert wrong.status_code == 422
    assert f"Type {ann.user.email}" in wrong.text
    assert browser.is_in
    assert owner.send(f"{path}/remove", name=ann.user.email.upper()).headers["Location"] == f"{PATH}?done=removed"
    assert not browser.is_in
    assert not ApiKey.objects.filter(company=acme, revoked_at=None).exists()
    assert owner.get(path).status_code == 404


def test_a_manager_that_somebody_else_has_changed_is_not_overwritten(acme: Company, owner: Browser) -> None:
    ann = make_member(acme, "Ann", Role.MANAGER, {Permission.CONTACTS_READ})
    path = f"/settings/managers/{ann.pk}"
    seen = seen_of(owner, path)
    assert owner.send(path, preset="view-reports", seen=seen).status_code == 303
    late = owner.send(path, preset="manage-contacts", seen=seen)
    assert late.status_code == 409
    assert role_of(ann)[1] == ["reports.read"]
    again = re.search(r'name="seen" value="(\w+)"', late.text)
    assert again
    assert owner.send(path, preset="manage-contacts", seen=again[1]).status_code == 303
    assert "contacts.write" in role_of(ann)[1]
