"""A link with which a contact sets its password, mailed from its page."""

from concurrent.futures import ThreadPoolExecutor

from portico.access import Permission, Role
from portico.companies.models import Company
from portico.contacts.models import Contact, PasswordLink
from tests.make import make_contact, make_contacts, make_member
from tests.web.browser import Browser, link_to, mails_to
from tests.web.console.conftest import Enter

BUTTON = "Mail a link to set a password"


def test_the_link_is_mailed_told_and_written_down(acme: Company, owner: Browser, browser: Browser) -> None:
    address = f"bob@{acme.slug}.test"
    bob = make_contact(acme, first_name="Bob", email=address)
    page = f"/contacts/{bob.pk}"
    assert f'href="{page}/password-link">{BUTTON}' in owner.get(page).text
    asked = owner.get(f"{page}/password-link").text
    assert "Mail Bob a link" in asked
    assert address in asked
    assert not mails_to(address), "opening the screen mails nothing"
    sent = owner.send(f"{page}/password-link")
    assert sent.headers["Location"] == f"{page}?done=password-link"
    shown = owner.get(sent.headers["Location"]).text
    assert "is on its way" in shown
    assert "Link to set a password mailed" in shown
    assert "pml_" not in shown
    (mail,) = mails_to(address)
    assert (mail.company_id, mail.sender_name) == (acme.pk, acme.name)
    link = link_to(address, rf"m/{acme.slug}/password/pml_")
    assert browser.send(link, password="brittle copper vases").status_code == 303
    page_now = owner.get(page).text
    assert "Set another password" in page_now
    assert "the contact itself, through browser" in page_now


def test_who_has_no_address_is_mailed_nothing_and_nobody_is_mailed_without_end(acme: Company, owner: Browser) -> None:
    (nameless,) = make_contacts(acme, 1, first_name="'Nora'")
    page = f"/contacts/{nameless}"
    assert BUTTON not in owner.get(page).text
    missing = owner.get(f"{page}/password-link").text
    assert "Add one first" in missing
    assert "Mail the link" not in missing
    refused = owner.send(f"{page}/password-link", page="/contacts/add")
    assert refused.status_code == 422
    assert "no e-mail address" in refused.text
    assert not PasswordLink.objects.filter(company=acme).exists()
    bob = make_contact(acme)
    path = f"/contacts/{bob.pk}/password-link"
    data = {"csrfmiddlewaretoken": owner.token(path)}
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _: owner.call("POST", path, data=data).status_code, range(8)))
    assert sorted(sent) == [303] * 6 + [429] * 2
    assert len(mails_to(bob.email or "")) == 6


def test_only_who_may_write_the_contact_mails_it_a_link(acme: Company, viewer: Browser, enter: Enter) -> None:
    rita, sam = (make_member(acme, name, Role.REP) for name in ("Rita", "Sam"))
    bob = make_contact(acme, owner_id=rita.pk)
    path = f"/contacts/{bob.pk}/password-link"
    writer = make_member(acme, "Will", Role.MANAGER, {Permission.CONTACTS_WRITE})
    assert BUTTON not in viewer.get(f"/contacts/{bob.pk}").text
    for stranger in (viewer, enter(sam), enter(writer)):
        token = stranger.token("/account")
        assert stranger.get(path).status_code == 404
        assert stranger.call("POST", path, data={"csrfmiddlewaretoken": token}).status_code == 404
    assert not mails_to(bob.email or "")
    assert enter(rita).send(path).status_code == 303
    assert Contact.objects.get(pk=bob.pk).password_hash is None
