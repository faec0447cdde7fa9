"""One person, several companies: the console shows one at a time, and an open page writes into no other."""

import re

from portico.access import Role, operator
from portico.companies.actions import set_company
from portico.companies.models import Company
from portico.contacts.models import Tag
from portico.identity.models import Session
from tests.make import make_company, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


def test_the_frame_leads_to_ones_other_companies_and_says_where_one_is(acme: Company, enter: Enter) -> None:
    ann, other = make_member(acme, "Ann", Role.ADMIN), make_company("other")
    set_company(operator(other.pk), name="Bread <b>")
    make_member(other, "Ann", Role.REP, email=ann.user.email)
    stranger = make_company("strange")
    browser = enter(ann)
    page = browser.get("/contacts").text
    assert f'<button name="company" value="{other.pk}" class="second">Bread &lt;b&gt;</button>' in page
    assert str(stranger.name) not in re.sub(r"<main.*", "", page, flags=re.DOTALL)
    assert "/settings/company" in page
    went = browser.send("/account/company?next=/console%3Fdone%3Dcompany", page="/console", company=str(other.pk))
    assert went.headers["Location"] == "/console?done=company"
    page = browser.get("/console?done=company").text
    assert "You are in another company now." in page
    assert "<summary>Bread &lt;b&gt;" in page
    assert "/settings/company" not in page
    assert Session.objects.filter(company=acme, ended_at=None).count() == 0
    for nowhere in (stranger.pk, 0, 10**18):
        assert browser.send("/account/company", page="/console", company=str(nowhere)).status_code == 404
    alone = enter(make_member(acme, "Olga", Role.ADMIN)).get("/console").text
    assert '<p class="company">Acme</p>' in alone
    assert "/account/company" not in alone


def test_a_form_that_was_opened_in_the_old_company_writes_into_neither(acme: Company, enter: Enter) -> None:
    ann, other = make_member(acme, "Ann", Role.ADMIN), make_company("other")
    make_member(other, "Ann", Role.ADMIN, email=ann.user.email)
    browser = enter(ann)
    old_tab = browser.token("/tags/add")
    assert browser.send("/account/company", page="/console", company=str(other.pk)).status_code == 303

    late = browser.call("POST", "/tags/add", data={"csrfmiddlewaretoken": old_tab, "title": "Typed in the old tab"})
    assert late.status_code == 403
    assert "gone over to another company" in late.text
    assert not Tag.objects.filter(company__in=[acme, other]).exists()
    browser.get("/account")  # another page of the new company makes no difference to the old tab
    assert browser.call("POST", "/tags/add", data={"csrfmiddlewaretoken": old_tab, "title": "x"}).status_code == 403
    assert browser.send("/tags/add", title="Typed here").status_code == 303
    assert list(Tag.objects.filter(company__in=[acme, other]).values_list("company_id", "title")) == [
        (other.pk, "Typed here")
    ]


def test_a_form_of_whoever_was_signed_in_before_is_not_sent_as_somebody_else(acme: Company, browser: Browser) -> None:
    ann, bob = (make_member(acme, name, Role.ADMIN) for name in ("Ann", "Bob"))
    browser.enter(ann)
    old_tab = browser.token("/tags/add")
    browser.send("/sign-out")
    browser.enter(bob)
    late = browser.call("POST", "/tags/add", data={"csrfmiddlewaretoken": old_tab, "title": "Ann's"})
    assert late.status_code == 403
    assert not Tag.objects.filter(company=acme).exists()
