from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models.functions import Now

from portico.lib.secrets import seal, unseal
from portico.outbox.mail_url import backend_of
from portico.outbox.models import Mail
from portico.outbox.queries import list_company_mail

_PURPOSE = "mail"


@transaction.atomic
def send_mail(*, to: str, subject: str, text: str, company_id: int | None = None, sender_name: str = "") -> Mail:
    """Record a mail in the caller's transaction. A job sends it after the commit; without a server it is captured.

    `sender_name` is what people see as the sender; the address stays PORTICO_EMAIL_FROM's.
    """
    state = Mail.State.WAITING if settings.EMAIL_URL else Mail.State.CAPTURED
    mail = Mail.objects.create(
        company_id=company_id,
        to=to,
        sender_name=sender_name,
        subject=subject,
        sealed_text=seal(text.encode(), _PURPOSE),
        state=state,
    )
    if state == Mail.State.WAITING:
        from portico.outbox.jobs import deliver_mail as job  # noqa: PLC0415 -- jobs import actions

        job.defer(mail_id=mail.pk)
    return mail


def text_of(mail: Mail) -> str:
    """What the mail says. Raises ValueError when it was sealed with another PORTICO_SECRET_KEY."""
    return unseal(bytes(mail.sealed_text), _PURPOSE).decode()


def _sender(mail: Mail) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((mail.sender_name or name, address))


def delete_mail_to(company_id: int, address: str) -> None:
    """Nothing of what this company has written to the address is kept, nor sent if it is still waiting."""
    list_company_mail(company_id, to=address).delete()


def deliver_mail(mail_id: int) -> None:
    """Send one waiting mail; one that is sent already is left alone. Raises what the mail server says."""
    mail = Mail.objects.filter(pk=mail_id, state=Mail.State.WAITING).first()
    if mail is None:
        return
    backend, options = backend_of(settings.EMAIL_URL)
    message = EmailMessage(
        mail.subject, text_of(mail), _sender(mail), [mail.to], connection=get_connection(backend, **options)
    )
    message.send()
    Mail.objects.filter(pk=mail_id).update(state=Mail.State.SENT, sent_at=Now())
