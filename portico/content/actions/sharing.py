from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portico.access import Actor
from portico.audit.actions import record
from portico.companies.languages import writing_to
from portico.contacts.queries.contacts import get_contact
from portico.content.models import Library, Medium, Share
from portico.content.queries.libraries import visible_libraries
from portico.content.queries.media import visible_media
from portico.content.queries.sharing import share_address
from portico.errors import Invalid, NotFound
from portico.identity.models import Membership
from portico.identity.queries.sessions import get_own_membership
from portico.identity.throttle import count_try
from portico.lib.addresses import is_email
from portico.lib.secrets import random_text
from portico.outbox.actions import send_mail

_CODE = 16  # characters: 95 bits, short enough to be read out
MAILS_AN_HOUR = 200
LONGEST_MESSAGE = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """To whom, and how: a contact of the actor's, or an address, or nobody in particular.

    What goes by e-mail is mailed, with `message` in it; a link and an SMS are the app's to send.
    """

    kind: Share.Kind = Share.Kind.LINK
    contact_id: int | None = None
    email: str = ""
    message: str = ""


@transaction.atomic
def publish_medium(actor: Actor, medium_id: int) -> Share:
    """The actor's link to a medium for nobody in particular: the first there is, or a new one. Raises NotFound."""
    medium = _held_medium(actor, medium_id)
    return _own_link(actor, medium=medium) or _share(actor, Wanted(), medium=medium)


@transaction.atomic
def publish_library(actor: Actor, library_id: int) -> Share:
    """The same for a library."""
    library = _held_library(actor, library_id)
    return _own_link(actor, library=library) or _share(actor, Wanted(), library=library)


def _own_link(actor: Actor, **what: Medium | Library) -> Share | None:
    """The caller holds what it leads to, so that two at once do not make two."""
    rows = Share.objects.filter(
        company_id=actor.company_id, sharer_id=actor.membership_id, contact=None, kind=Share.Kind.LINK, **what
    )
    return rows.order_by("pk").first()


@transaction.atomic
def share_medium(actor: Actor, medium_id: int, wanted: Wanted) -> Share:
    """Share a medium under a link of its own. Raises NotFound for medium or contact, Invalid, TooMany."""
    return _share(actor, wanted, medium=_held_medium(actor, medium_id))


def _held_medium(actor: Actor, medium_id: int) -> Medium:
    medium = visible_media(actor).filter(pk=medium_id).select_for_update(no_key=True, of=("self",)).first()
    if medium is None:
        raise NotFound("medium")
    return medium


@transaction.atomic
def share_library(actor: Actor, library_id: int, wanted: Wanted) -> Share:
    """The same for a library."""
    return _share(actor, wanted, library=_held_library(actor, library_id))


def _held_library(actor: Actor, library_id: int) -> Library:
    library = visible_libraries(actor).filter(pk=library_id).select_for_update(no_key=True, of=("self",)).first()
    if library is None:
        raise NotFound("library")
    return library


def _share(actor: Actor, wanted: Wanted, *, medium: Medium | None = None, library: Library | None = None) -> Share:
    sharer = get_own_membership(actor)
    contact = get_contact(actor, wanted.contact_id) if wanted.contact_id is not None else None
    to = wanted.email or (contact.email if contact else "") or ""
    if wanted.kind == Share.Kind.EMAIL and not is_email(to):
        raise Invalid.one("email", "email", "There is no e-mail address to share with.")
    if len(wanted.message) > LONGEST_MESSAGE:
        raise Invalid.one("message", "long", f"The message is longer than {LONGEST_MESSAGE} characters.")
    share = Share.objects.create(
        company_id=actor.company_id,
        sharer=sharer,
        contact=contact,
        medium=medium,
        library=library,
        kind=wanted.kind,
        email=to if wanted.kind == Share.Kind.EMAIL else None,
        code=random_text(_CODE),
    )
    subject, what = ("medium", medium) if medium else ("library", library)
    record(actor, f"{subject}.shared", subject, what.pk if what else None, share=share.pk)
    if wanted.kind == Share.Kind.EMAIL:
        count_try("share mails", str(sharer.pk), limit=MAILS_AN_HOUR, seconds=3600)
        _mail(share, sharer, to, wanted.message)
    return share


def _mail(share: Share, sharer: Membership, to: str, message: str) -> None:
    sender = sharer.user.full_name or sharer.company.name
    title = (share.medium or share.library or share).__str__()
    with writing_to("", sharer.company):
        sentence = _("%(sender)s would like to show you: %(title)s") % {"sender": sender, "title": title}
    lines = [sentence, "", share_address(share.code)]
    if message.strip():
        lines += ["", message.strip()]
    one_line = " ".join(f"{sender}: {title}".split())
    send_mail(to=to, subject=one_line, text="\n".join(lines), company_id=share.company_id, sender_name=sender)
