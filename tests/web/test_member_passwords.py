"""A contact's own way to a new password: asked for on a public page, or mailed by the company; set with the link."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portico.access import operator, stranger
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact, delete_contacts
from portico.contacts.actions.password_links import (
    LINKS_KEPT,
    SENT_LIVES,
    ask_for_password_link,
    forget_password_links,
    mail_password_link,
)
from portico.contacts.actions.passwords import set_password
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import Contact, PasswordLink
from portico.contacts.persons.erasing import erase_person
from portico.errors import TooMany
from portico.identity.actions.resets import ask_for_reset
from tests.make import make_company, make_contact
from tests.protocols.activemember.site import PASSWORD, Site, make_site
from tests.server import Server
from tests.web.browser import Browser, link_to, mails_to, texts_to
from tests.web.openid.software import make_software, member_browser

NEW = "brittle copper vases"


@pytest.fixture
def site(server: Server) -> Site:
    """A site of a company that lets in who is right about the password."""
    return make_site(server)


def page_of(company: Company) -> str:
    return f"/m/{company.slug}/password"


def mailed(contact: Contact) -> str:
    """The path of the last link that this contact has in its mail."""
    return link_to(contact.email or "", rf"m/{contact.company.slug}/password/pml_")


def asked(browser: Browser, contact: Contact) -> str:
    page = page_of(contact.company)
    email = f" {(contact.email or '').upper()} "
    assert browser.send(page, email=email).headers["Location"] == f"{page}?done=mail"
    return mailed(contact)


def test_a_member_asks_for_a_link_and_sets_a_password_that_counts_at_once(site: Site, browser: Browser) -> None:
    ann = site.member()
    assert site.fields(ann.email)  # and right for a minute, without hashing again
    page = page_of(site.company)
    first, link = asked(browser, ann), asked(browser, ann)
    assert "Look into your mail" in browser.get(f"{page}?done=mail").text
    kept = PasswordLink.objects.filter(company=site.company).latest("pk")
    assert link.rpartition("/")[2].encode() not in bytes(kept.digest)
    shown = browser.get(link)
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert 'autocomplete="new-password"' in shown.text
    assert link not in shown.text
    assert site.company.name in shown.text
    for weak, why in (("too short", "at least 15"), (f"{ann.email}", "first that would be"), ("", "at least 15")):
        refused = browser.send(link, password=weak)
        assert refused.status_code == 422
        assert why in refused.text
        assert 'id="error-password"' in refused.text
        assert "second factor" not in refused.text
    assert browser.send(link, password="\0" * 20).status_code == 422
    assert site.fields(ann.email), "until one is taken the old one and the link stay"
    done = browser.send(link, password=NEW)
    assert done.headers["Location"] == f"{page}?done=password"
    assert "Your new password is set" in browser.get(f"{page}?done=password").text
    assert site.fields(ann.email) is False
    assert site.fields(ann.email, NEW)["email"] == ann.email
    for over in (link, first, f"{page}/pml_nothing", f"{page}/{'x' * 3000}"):
        answer = browser.get(over)
        assert answer.status_code == 410
        assert f'href="{page}"' in answer.text
    told = texts_to(ann.email or "")[-1]
    assert "was changed" in told
    assert page in told
    assert NEW not in told
    entries = AuditEntry.objects.filter(company_id=site.company.pk, subject="contact", subject_id=ann.pk)
    changes = entries.exclude(action="contact.signed_in").order_by("-pk").values_list("action", "actor")
    assert list(changes[:3]) == [
        ("contact.password_set", "member"),
        ("contact.password_link_mailed", "somebody"),
        ("contact.password_link_mailed", "somebody"),
    ]
    assert not [one for one in entries.values_list("details", flat=True) if "pml_" in str(one) or NEW in str(one)]


def test_nobody_learns_who_is_a_member(site: Site, browser: Browser) -> None:
    ann = site.member()
    bare = make_contact(site.company)
    theirs = make_contact(make_company())
    set_password(operator(theirs.company_id), theirs.pk, PASSWORD)
    page, before = page_of(site.company), AuditEntry.objects.filter(company_id=site.company.pk).count()
    answers = {}
    for email in (bare.email, theirs.email, "nobody@nowhere.test", ann.email):
        sent = browser.send(page, email=email or "")
        again = [browser.send(page, email=email or "").status_code for _ in range(7)]
        answers[email] = (sent.status_code, sent.headers.get("Location"), sent.text, again)
    assert len(set(map(str, answers.values()))) == 1, answers
    assert answers[ann.email][3] == [303] * 5 + [429] * 2
    assert len(mails_to(ann.email or "")) == 6
    assert not any(mails_to(email or "") for email in (bare.email, theirs.email, "nobody@nowhere.test"))
    # Nothing is kept about those who asked in vain.
    assert PasswordLink.objects.filter(company=site.company).count() == 6
    assert AuditEntry.objects.filter(company_id=site.company.pk).count() == before + 6
    waits = browser.send(page, email=ann.email or "")
    assert int(waits.headers["Retry-After"]) > 0
    assert "Wait a little" in waits.text


@pytest.mark.parametrize("way", ["member", "user"])
def test_whoever_has_a_whole_network_asks_no_more_often(site: Site, way: str) -> None:
    def ask(number: int) -> None:
        actor, email = stranger(wire="web", address=f"2001:db8::{number:x}"), f"p{number}@people.test"
        if way == "member":
            ask_for_password_link(actor, site.company, email=email)
        else:
            ask_for_reset(actor, email=email)

    for number in range(60):
        ask(number)
    with pytest.raises(TooMany):
        ask(60)


def test_what_is_no_address_and_no_company_is_refused(site: Site, browser: Browser, server: Server) -> None:
    page = page_of(site.company)
    for typed in ("", "nonsense", "\0@x.test", "x" * 400 + "@x.test"):
        refused = browser.send(page, email=typed)
        assert refused.status_code == 422
        assert 'id="error-email"' in refused.text
    assert 'value="nonsense"' in browser.send(page, email="nonsense").text
    assert browser.call("POST", page, data={"email": "ann@acme.test"}).status_code == 403, "without the page's token"
    for unknown in ("/m/nobody-is-called-so/password", "/m/%00/password", "/m//password", "/m/x"):
        assert server.get(unknown).status_code == 404
        assert server.get(f"{unknown}/pml_x").status_code == 404
    Company.objects.filter(pk=site.company.pk).update(is_active=False)
    assert server.get(page).status_code == 404
    assert browser.call("PUT", "/m/x/password").status_code == 405


def test_of_ten_who_use_a_link_at_once_one_sets_the_password(site: Site, server: Server) -> None:
    ann = site.member()
    link = asked(Browser(server), ann)
    browsers = [Browser(server) for _ in range(10)]
    forms = [
        (one, {"csrfmiddlewaretoken": one.token(link), "password": NEW + str(at)}) for at, one in enumerate(browsers)
    ]

    def send(pair: tuple[Browser, dict[str, str]]) -> requests.Response:
        return pair[0].call("POST", link, data=pair[1])

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, forms))
    won = [at for at, answer in enumerate(answers) if answer.status_code == 303]
    assert len(won) == 1
    assert {answer.status_code for answer in answers} == {303, 410}
    assert site.fields(ann.email, NEW + str(won[0]))
    assert AuditEntry.objects.filter(action="contact.password_set", subject_id=ann.pk, actor="member").count() == 1
    assert len([text for text in texts_to(ann.email or "") if "was changed" in text]) == 1


def test_a_link_is_over_with_its_time_its_address_and_its_contact(site: Site, browser: Browser) -> None:
    actor, names = site.operator, ("late", "moved", "loser", "gone", "erased", "given")
    people = {name: site.member(name) for name in names}
    links = {name: asked(browser, one) for name, one in people.items()}
    winner = site.member("winner")
    opened = {name: browser.token(link) for name, link in links.items()}
    of_late = PasswordLink.objects.filter(company=site.company, contact=people["late"])
    of_late.update(expires_at="2020-01-01T00:00Z")
    change_contact(actor, people["moved"].pk, {"email": "elsewhere@acme.test"})
    merge_contacts(actor, winner_id=winner.pk, loser_id=people["loser"].pk)
    delete_contacts(actor, [people["gone"].pk])
    erase_person(actor, people["erased"].pk)
    set_password(actor, people["given"].pk, "one that was given")
    before = dict(Contact.objects.filter(company=site.company).values_list("pk", "password_hash"))
    for name, link in links.items():
        assert browser.get(link).status_code == 410, name
        sent = browser.call("POST", link, data={"csrfmiddlewaretoken": opened[name], "password": NEW})
        assert sent.status_code == 410, name
    assert dict(Contact.objects.filter(company=site.company).values_list("pk", "password_hash")) == before
    assert not PasswordLink.objects.filter(company=site.company, contact=people["erased"].pk).exists()


def test_a_link_is_good_in_its_own_company_only(site: Site, browser: Browser) -> None:
    ann = site.member()
    link, other = asked(browser, ann), make_company("other")
    elsewhere = link.replace(site.company.slug, other.slug)
    assert browser.get(elsewhere).status_code == 410
    form = {"csrfmiddlewaretoken": browser.token(link), "password": NEW}
    assert browser.call("POST", elsewhere, data=form).status_code == 410
    assert browser.get(link).status_code == 200


def test_a_company_mails_a_link_to_who_has_no_password_yet(site: Site, browser: Browser) -> None:
    bob = make_contact(site.company, first_name="Bob")
    mail_password_link(site.operator, bob.pk)
    text = texts_to(bob.email or "")[-1]
    assert "three days" in text
    kept = PasswordLink.objects.get(company=site.company)
    assert kept.expires_at - kept.created_at > SENT_LIVES / 2
    assert browser.send(mailed(bob), password=NEW).status_code == 303
    assert site.fields(bob.email, NEW)


def test_a_new_password_ends_what_began_with_the_old_one(server: Server, browser: Browser, acme: Company) -> None:
    shop = make_software(server, acme, people="contacts")
    ann = make_contact(acme, first_name="Ann")
    set_password(operator(acme.pk), ann.pk, PASSWORD)
    inside = member_browser(shop, ann)
    assert 'type="password"' not in inside.follow(inside.get(shop.address())).text
    assert browser.send(asked(browser, ann), password=NEW).status_code == 303
    asks = inside.follow(inside.get(shop.address())).text
    assert 'type="password"' in asks
    assert f'href="{page_of(acme)}"' in asks


def test_who_has_tried_too_often_need_not_wait_with_the_new_password(site: Site, browser: Browser) -> None:
    ann = site.member()
    assert [site.ask(ann.email, "wrong").status_code for _ in range(11)][-1] == 429
    assert site.ask(ann.email).status_code == 429
    assert browser.send(asked(browser, ann), password=NEW).status_code == 303
    assert site.fields(ann.email, NEW)["email"] == ann.email


def test_links_are_forgotten_a_day_after_their_time(site: Site) -> None:
    bob = make_contact(site.company)
    mail_password_link(site.operator, bob.pk)
    mail_password_link(site.operator, bob.pk)
    rows = PasswordLink.objects.filter(company=site.company)
    old = rows.earliest("pk")
    rows.filter(pk=old.pk).update(expires_at=old.created_at - LINKS_KEPT * 2)
    forget_password_links()
    assert [one.pk for one in rows] == [rows.latest("pk").pk]


def test_the_pages_speak_the_readers_language_and_wear_the_companys_look(site: Site, browser: Browser) -> None:
    Company.objects.filter(pk=site.company.pk).update(color="#aa3300", logo_url="https://logos.test/x.png")
    ann, page = site.member(), page_of(site.company)
    shown = browser.get(page)
    assert "/assets/colour/aa3300.css" in shown.text
    assert "https://logos.test" in shown.headers["Content-Security-Policy"]
    assert "script-src 'none'" in shown.headers["Content-Security-Policy"]
    assert re.search(r'<html lang="en"', shown.text)
    browser.send("/language", language="de")
    assert '<html lang="de"' in browser.get(page).text
    assert "Passwort" in browser.get(page).text
    assert "mindestens 15 Zeichen" in browser.send(asked(browser, ann), password="kurz").text
