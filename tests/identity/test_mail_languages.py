"""Mails are in the language of who reads them: the one it has chosen, else its company's, else that of who writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone, translation

from portico.access import Role, operator, stranger
from portico.companies.actions import set_company
from portico.companies.models import Company
from portico.contacts.actions.activities import note_activity
from portico.content.actions.sharing import Wanted, share_medium
from portico.content.models import Share
from portico.errors import Invalid
from portico.identity.actions.credentials import add_code, add_key
from portico.identity.actions.inviting import invite_member
from portico.identity.actions.passwords import set_password_of
from portico.identity.actions.resets import ask_for_reset
from portico.identity.actions.signing_in import send_passcode
from portico.identity.actions.watching import tell_of_expiry, tell_of_unusual_use
from portico.identity.actions.webhook_alerts import tell_of_disabled_endpoints
from portico.identity.models import CredentialUse, Membership, Throttle, User
from portico.outbox.actions import text_of
from portico.outbox.models import Mail, WebhookEndpoint
from portico.outbox.webhooks.actions import add_endpoint
from portico.selling.actions.reminding import remind_of_tasks
from portico.selling.models import Task
from tests.contacts.changing import acting
from tests.make import make_company, make_contact, make_member
from tests.protocols.fluid.sharers import make_medium, until
from tests.server import Server
from tests.web.browser import PASSWORD

Cause = Callable[[Company, list[Membership]], None]


@pytest.fixture
def acme(server: Server) -> Company:  # noqa: ARG001 -- the database must be up
    Throttle.objects.all().delete()
    company = make_company()
    return set_company(operator(company.pk), language="de", name="Acme")


def person(company: Company, name: str, language: str = "") -> Membership:
    member = make_member(company, name, Role.ADMIN)
    User.objects.filter(pk=member.user_id).update(language=language)
    return Membership.objects.select_related("user", "company").get(company_id=company.pk, pk=member.pk)


def written_to(email: str) -> str:
    """The subject and the text of the last mail to this address, which may be a worker's to write."""
    until(lambda: Mail.objects.filter(to=email).exists())
    mail = Mail.objects.filter(to=email).latest("pk")
    return f"{mail.subject}\n{text_of(mail)}"


def key_that_ends(company: Company, people: list[Membership]) -> None:  # noqa: ARG001 -- all administrators are told
    manager = make_member(company, "Mia", Role.MANAGER)
    add_key(operator(company.pk), email=manager.user.email, name="Zapier", expires_in=timedelta(days=13))
    tell_of_expiry()


def code_that_is_refused(company: Company, people: list[Membership]) -> None:  # noqa: ARG001 -- same
    code, _clear = add_code(operator(company.pk), name="Shop")
    CredentialUse.objects.create(
        company=company, kind="code", credential_id=code.pk, day=timezone.now().date(), outcome="refused", times=1234
    )
    tell_of_unusual_use()


def webhook_that_fails(company: Company, people: list[Membership]) -> None:  # noqa: ARG001 -- same
    add_endpoint(operator(company.pk), url="https://hooks.test/x", kinds=["contact.created"])
    WebhookEndpoint.objects.filter(company_id=company.pk).update(disabled_at=Now(), failing_since=Now())
    tell_of_disabled_endpoints()


def another_password(company: Company, people: list[Membership]) -> None:
    for one in people:
        set_password_of(operator(company.pk), one.user_id, PASSWORD)


def forgotten_password(company: Company, people: list[Membership]) -> None:  # noqa: ARG001 -- of no company
    for one in people:
        ask_for_reset(stranger(wire="web"), email=one.user.email)


def sign_in_by_an_app(company: Company, people: list[Membership]) -> None:
    for one in people:
        send_passcode(stranger(wire="fluid"), email=one.user.email, company=company)


def task_that_is_due(company: Company, people: list[Membership]) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    Task.objects.bulk_create([Task(company=company, owner=one, title="Call", due_on=yesterday) for one in people])
    remind_of_tasks()


def lead(company: Company, people: list[Membership]) -> None:
    for one in people:
        contact = make_contact(company)
        type(contact).objects.filter(company_id=company.pk, pk=contact.pk).update(owner=one)
        note_activity(company.pk, contact.pk, "lead.captured", "site")


@pytest.mark.parametrize(
    ("cause", "english", "german"),
    [
        (key_that_ends, 'The API key "Zapier" of Acme ends on ', "Der API-Schlüssel „Zapier“ von Acme endet am "),
        (code_that_is_refused, "was refused 1,234 times today", "wurde heute 1.234-mal abgewiesen"),
        (webhook_that_fails, "A webhook endpoint was disabled", "Ein Webhook wurde abgeschaltet"),
        (another_password, "Your password was changed", "Ihr Passwort wurde geändert"),
        (sign_in_by_an_app, "Your sign-in code for Acme", "Ihr Anmeldecode für Acme"),
        (task_that_is_due, "A task is due", "Eine Aufgabe ist fällig"),
        (lead, "You have a new lead", "Sie haben einen neuen Interessenten"),
    ],
)
def test_each_reads_it_in_its_own_language(acme: Company, cause: Cause, english: str, german: str) -> None:
    anna, bob, cleo = person(acme, "Anna", "en"), person(acme, "Bob"), person(acme, "Cleo", "fr")
    cause(acme, [anna, bob, cleo])
    assert english in written_to(anna.user.email)
    assert german in written_to(bob.user.email)
    assert german in written_to(cleo.user.email)  # in no language of ours
    assert translation.get_language() == "en"


def test_who_has_forgotten_the_password_reads_the_language_chosen_or_that_of_the_page(acme: Company) -> None:
    anna, bob = person(acme, "Anna", "de"), person(acme, "Bob")
    forgotten_password(acme, [anna, bob])
    assert "Ein neues Passwort" in written_to(anna.user.email)
    assert "A new password" in written_to(bob.user.email)
    with translation.override("de"):
        forgotten_password(acme, [bob])
    assert "Ein neues Passwort" in written_to(bob.user.email)


def test_who_is_invited_reads_the_companys_language_not_that_of_who_invites(acme: Company) -> None:
    anna = person(acme, "Anna", "en")
    invite_member(acting(anna), email=f"new@{acme.slug}.test", role=Role.REP)
    assert "lädt Sie zu Acme ein" in written_to(f"new@{acme.slug}.test")
    other = make_company()
    invite_member(operator(other.pk), email=f"new@{other.slug}.test", role=Role.REP)
    assert "invites you to Acme" in written_to(f"new@{other.slug}.test")
    with translation.override("de"):
        invite_member(operator(other.pk), email=f"next@{other.slug}.test", role=Role.REP)
    assert "lädt Sie zu Acme ein" in written_to(f"next@{other.slug}.test")


def test_what_is_shared_comes_in_the_companys_language_with_the_sharers_own_words(acme: Company) -> None:
    rita, medium = acting(person(acme, "Rita", "en")), make_medium(acme)
    to = f"carl@{acme.slug}.test"
    share_medium(rita, medium.pk, Wanted(Share.Kind.EMAIL, email=to, message="Have a look"))
    letter = written_to(to)
    assert "Rita Example möchte Ihnen etwas zeigen: Price list" in letter
    assert "Have a look" in letter


def test_a_company_writes_in_no_language_that_there_is_not(acme: Company) -> None:
    with pytest.raises(Invalid):
        set_company(operator(acme.pk), language="fr")
    assert set_company(operator(acme.pk), language="").language == ""
