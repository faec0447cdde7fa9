"""A contact's password, set by the contact itself with a mailed link. Whoever asks learns nothing about an address.

A link is good for the contact at the address that it was mailed to: it is over when the contact gets another address,
or becomes part of a contact that has another.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.languages import writing_to
from portico.companies.models import Company
from portico.contacts.actions.members import forgive_failures
from portico.contacts.actions.passwords import chosen_hash, store_password
from portico.contacts.models import Contact, PasswordLink
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import Gone, Invalid, NotFound
from portico.identity.actions.signing_in import ASKED_BY_CLIENT
from portico.identity.throttle import Limit
from portico.lib.addresses import is_email, lowered
from portico.lib.networks import countable
from portico.lib.passwords.formats import Format
from portico.lib.secrets import digest, is_well_formed, new_secret
from portico.outbox.actions import send_mail

LINK_PREFIX = "pml_"
ASKED_LIVES = timedelta(hours=1)
SENT_LIVES = timedelta(days=3)  # nobody waits for it at the other end
LINKS_KEPT = timedelta(days=1)  # after they are over
MAILS_TO_MEMBER = Limit("password mails to", tries=6, seconds=900)


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is mailed, and how long its link is good. What the contact asks for itself is in the page's language."""

    subject: Promise
    text: Promise
    lives: timedelta


_ASKED = _Letter(
    gettext_lazy("A new password for %(company)s"),
    gettext_lazy("""\
To set a new password for %(company)s, open this page:

    %(link)s

It is good for one hour and for one new password. If you did not ask for it, leave this mail alone: your password
stays as it is.
"""),
    ASKED_LIVES,
)
_SENT = _Letter(
    gettext_lazy("Set your password for %(company)s"),
    gettext_lazy("""\
With a password of your own you can sign in at %(company)s. To set it, open this page:

    %(link)s

It is good for three days and for one password. If you do not want one, leave this mail alone: nothing changes.
"""),
    SENT_LIVES,
)


def password_page(company: Company) -> str:
    """The address at which a contact of this company asks for a link. Below it stand the links themselves."""
    return f"{settings.PUBLIC_URL}/m/{company.slug}/password"


def ask_for_password_link(actor: Actor, company: Company, *, email: str) -> None:
    """Mail a link to this address, if a contact of the company has it and a password to forget.

    Others are not told apart: who is a contact without a password gets one only from the company itself. Raises Invalid
    for no address, TooMany.
    """
    email = email.strip()
    if not is_email(email):
        raise Invalid.one("email", "email", "This is no e-mail address.")
    ASKED_BY_CLIENT.count(countable(actor.address))
    MAILS_TO_MEMBER.count(lowered(email))
    by = replace(actor, company_id=company.pk)
    with transaction.atomic():
        rows = visible_contacts(by).alias(lower=Lower("email")).filter(lower=Lower(Value(email)))
        contact = rows.exclude(password_hash=None).select_for_update(no_key=True).first()
        savepoint = transaction.savepoint()
        _mail(by, company, contact, contact.email or "" if contact else email, _ASKED)
        # For nobody the same statements run and are taken back: how long an answer takes must not tell who is known.
        (transaction.savepoint_commit if contact else transaction.savepoint_rollback)(savepoint)


def mail_password_link(actor: Actor, contact_id: int) -> Contact:
    """Mail the contact a link, whether it has a password or not.

    Raises NotFound, Invalid where it has no address, TooMany.
    """
    actor.require(Permission.CONTACTS_WRITE)
    company = Company.objects.get(pk=actor.company_id)
    contact = visible_contacts(actor).filter(pk=contact_id).first()
    if contact is None:
        raise NotFound("contact")
    if not contact.email:
        raise Invalid.one("email", "required", "This contact has no e-mail address.")
    MAILS_TO_MEMBER.count(lowered(contact.email))
    with transaction.atomic():
        # Again and locked: it may have gone, or got another address.
        same = visible_contacts(actor).filter(pk=contact_id, email=contact.email)
        if same.select_for_update(no_key=True).first() is None:
            raise NotFound("contact")
        with writing_to("", company):
            _mail(actor, company, contact, contact.email, _SENT)
    return contact


def _mail(actor: Actor, company: Company, contact: Contact | None, email: str, letter: _Letter) -> None:
    """Without a contact only to be taken back."""
    link, name = new_secret(LINK_PREFIX), _name(company)
    PasswordLink.objects.create(
        company_id=company.pk,
        contact=contact,
        email=email,
        digest=_digest(link),
        expires_at=timezone.now() + letter.lives,
    )
    values = {"company": name, "link": f"{password_page(company)}/{link}"}
    send_mail(
        to=email,
        sender_name=name,
        subject=letter.subject % values,
        text=letter.text % values,
        company_id=company.pk,
    )
    record(actor, "contact.password_link_mailed", "contact", contact.pk if contact else None)


def _name(company: Company) -> str:
    return " ".join(company.name.split())


def _digest(link: str) -> bytes:
    return digest(link, "contact's password link")


def _open(company: Company, link: str) -> "QuerySet[PasswordLink]":
    """By columns of its own only: an update that joins takes its rows from before it waited, so that two would win."""
    return PasswordLink.objects.filter(
        company_id=company.pk, digest=_digest(link), ended_at=None, expires_at__gt=Now(), contact__isnull=False
    )


def check_password_link(company: Company, link: str) -> Contact:
    """For whom this link is. Changes nothing. Raises Gone when it is good for nothing: nobody learns why."""
    rows = _open(company, link).filter(contact__email=F("email")).select_related("contact")
    found = rows.first() if is_well_formed(link, LINK_PREFIX) else None
    if found is None or found.contact is None:
        raise Gone
    return found.contact


def set_password_with_link(actor: Actor, company: Company, link: str, *, password: str) -> None:
    """Set the contact's new password with the mailed link, once, and mail the contact that it was done.

    Failed sign-ins of the contact are forgiven. A password that cannot be taken leaves the link as it is. Raises
    Gone, Invalid, Busy.
    """
    contact = check_password_link(company, link)
    stored = chosen_hash(contact, password)
    by = replace(actor, company_id=company.pk, name="member")
    with transaction.atomic():
        # The contact first, as everywhere; and still at the address that the link was mailed to.
        same = visible_contacts(by).filter(pk=contact.pk, email=contact.email)
        if same.select_for_update(no_key=True).first() is None or not _open(company, link).update(ended_at=Now()):
            raise Gone
        store_password(by, contact.pk, stored, format=Format.ARGON2ID)
        forgive_failures(company.pk, contact.email or "")
        _tell(company, contact.email or "")


def _tell(company: Company, email: str) -> None:
    values = {"company": _name(company), "when": f"{timezone.now():%Y-%m-%d %H:%M}", "page": password_page(company)}
    text = gettext(
        "Your password for %(company)s was changed on %(when)s UTC.\n\n"
        "If that was not you, set another one at once, and tell %(company)s:\n\n    %(page)s\n"
    )
    send_mail(
        to=email,
        sender_name=values["company"],
        subject=gettext("Your password was changed"),
        text=text % values,
        company_id=company.pk,
    )


def forget_password_links() -> None:
    """Delete links whose time has been over for LINKS_KEPT."""
    PasswordLink.objects.filter(expires_at__lt=timezone.now() - LINKS_KEPT).delete()  # any company: upkeep
