"""Settings → Security: sessions, the second factor, and what ends soon."""

import os
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from portico.access import Permission, Role, operator, stranger
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.actions.credentials import add_code, add_key
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import ApiKey, Session
from portico.web.browsers import COOKIE
from tests.make import make_company, make_member
from tests.server import Server
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


def test_sessions_are_listed_and_ended_one_or_all(acme: Company, owner: Browser, enter: Enter) -> None:
    ann = make_member(acme, "Ann", Role.REP)
    elsewhere = enter(make_member(make_company("other"), "Eve", Role.REP))
    first, second = enter(ann), enter(ann)
    page = owner.get("/settings/sessions").text
    assert page.count(ann.user.email) == 2
    assert "mailed code" in page
    assert "eve-" not in page
    one = Session.objects.filter(company=acme, membership=ann).order_by("pk").values_list("pk", flat=True)[0]
    path = f"/settings/sessions/{one}"
    assert ann.user.email in owner.get(path).text
    assert owner.send(path, page="/contacts/add").status_code == 422  # not pressed
    assert first.is_in
    assert owner.send(path, press="end").headers["Location"] == "/settings/sessions?done=ended"
    assert (first.is_in, second.is_in) == (False, True)
    assert owner.get(path).status_code == 404
    assert owner.send(path, page="/contacts/add", press="end").status_code == 404

    assert owner.send("/settings/sessions/end", press="end").headers["Location"] == "/settings/sessions?done=all"
    assert (second.is_in, owner.is_in, elsewhere.is_in) == (False, True, True)
    for odd in ("?before=x", "?before=99999999999999999999", f"?before={one}"):
        assert owner.get(f"/settings/sessions{odd}").status_code == 200


def test_a_second_factor_is_demanded_and_weak_sessions_end(acme: Company, owner: Browser, enter: Enter) -> None:
    page = owner.get("/settings/sign-in").text
    assert 'value="no" checked' in page
    for rule in ("good for 10 minutes", "at least 15 characters, or 8", "after 90 days"):
        assert rule in page
    max_ = enter(make_member(acme, "Max", Role.MANAGER, {Permission.CONTACTS_READ}))
    rep = enter(make_member(acme, "Rita", Role.REP))
    assert owner.send("/settings/sign-in", demanded="perhaps").status_code == 422
    owner.add_app()
    assert owner.send("/settings/sign-in", demanded="yes").headers["Location"] == "/settings/sign-in?done=on"
    assert (max_.is_in, rep.is_in) == (False, True)
    assert 'value="yes" checked' in owner.get("/settings/sign-in").text
    assert owner.send("/settings/sign-in", demanded="no").headers["Location"] == "/settings/sign-in?done=off"
    told = AuditEntry.objects.filter(company_id=acme.pk, action="company.factor_demanded").order_by("pk")
    assert [one.details["on"] for one in told] == [True, False]


def test_what_ends_soon_is_told_and_what_is_revoked_is_not(acme: Company, owner: Browser) -> None:
    assert "None ends within 14 days" in owner.get("/settings/sign-in").text
    manager = make_member(acme, "Max", Role.MANAGER, {Permission.CONTACTS_READ})
    actor = operator(acme.pk)
    for name, days in (("Soon", 10), ("Late", 30), ("Over", 20), ("Ended", 10)):
        add_key(actor, email=manager.user.email, name=name, expires_in=timedelta(days=days))
    add_code(actor, name="Shop", expires_in=timedelta(days=3))
    ApiKey.objects.filter(company=acme, name="Over").update(expires_at=timezone.now() - timedelta(days=1))
    ApiKey.objects.filter(company=acme, name="Ended").update(revoked_at=timezone.now())
    page = owner.get("/settings/sign-in").text
    assert [name for name in ("Soon", "Late", "Over", "Ended", "Shop") if f">{name}</a>" in page] == [
        "Soon", "Over", "Shop",
    ]  # fmt: skip
    assert "(over)" in page


def test_what_is_loosened_stands_out(acme: Company) -> None:
    owner = make_member(acme, "Olga", Role.ADMIN)
    _, token = begin_browser_session(stranger(wire="web"), owner, methods=["passcode"])
    with Server.running(Path(os.environ["PORTICO_DATA"]), "web", PORTICO_ALLOW_URL_CREDENTIALS="1") as loose:
        browser = Browser(loose)
        browser.cookies.cookies.set(COOKIE, token)
        for path in ("/settings/sign-in", "/console"):
            assert '<p class="alert" role="alert">Loosened: PORTICO_ALLOW_URL_CREDENTIALS' in browser.get(path).text
