"""What a person may ask the company for: all that is held about them, to be forgotten; and a password for members."""

from tempfile import SpooledTemporaryFile

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.contacts.actions.password_links import mail_password_link
from portico.contacts.actions.passwords import choose_password
from portico.contacts.models import Contact
from portico.contacts.persons.erasing import erase_person
from portico.contacts.persons.exporting import export_person
from portico.contacts.queries.contacts import get_contact
from portico.web.console.deletions import Deletion, Words
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.person_rows import name_of
from portico.web.forms import Field
from portico.web.visits import Visit, go

_IN_MEMORY = 1_000_000  # bytes of an archive; larger ones lie in a file until they are sent


def export(visit: Visit, id: int) -> FileResponse:
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- the answer closes it
    export_person(visit.actor, id, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"contact-{id}.zip", content_type="application/zip")


def _name(contact: Contact) -> str:
    return name_of(vars(contact)).strip()


def _path(contact: Contact) -> str:
    return f"/contacts/{contact.pk}"


def _above(contact: Contact) -> tuple[Crumb, ...]:
    return (Crumb("/contacts", _("Contacts")), Crumb(_path(contact), _name(contact)))


def _erase(visit: Visit, contact: Contact) -> HttpResponse:
    erase_person(visit.actor, contact.pk)
    return go(_path(contact), done="erased")


show_erase, erase = Deletion(
    get=lambda visit, key: get_contact(visit.actor, key),
    at=_above,
    lost=lambda *_one: _(
        "Everything that says who this is goes for good: name, addresses, custom fields, notes, tasks, the password,"
        " mails, and their words in the history. A nameless contact stays, so that no number changes. Nobody can undo"
        " this."
    ),
    delete=_erase,
    words=Words(lazy("Erase %(name)s"), lazy("Erase"), lazy("Type %(name)s to erase this person.")),
).screens


def show_password(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _password(get_contact(visit.actor, id)))


def set_password(visit: Visit, id: int) -> HttpResponse:
    contact = get_contact(visit.actor, id)

    def act() -> HttpResponse:
        choose_password(visit.actor, id, visit.text("password"))
        return go(_path(contact), done="password")

    return tried(visit, _password(contact), act)


def _password(contact: Contact) -> Sheet:
    field = Field("password", _("New password"), kind="password", autocomplete="new-password")
    return Sheet(
        title=_("Set the password of {name}").format(name=_name(contact)),
        button=_("Set password"),
        text=_(
            "With it this person signs in on the sites that ask here. It takes the place of the one before. Tell"
            " it only to this person: it is not shown again."
        ),
        back=_path(contact),
        crumbs=_above(contact),
        fields=(field,),
    )


def show_password_link(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _password_link(get_contact(visit.actor, id)))


def send_password_link(visit: Visit, id: int) -> HttpResponse:
    contact = get_contact(visit.actor, id)

    def act() -> HttpResponse:
        mail_password_link(visit.actor, id)
        return go(_path(contact), done="password-link")

    return tried(visit, _password_link(contact), act)


def _password_link(contact: Contact) -> Sheet:
    """Without a button for who has no address."""
    text = _(
        "We mail %(email)s a link. With it this person sets a password that nobody else sees, and signs in with it on"
        " the sites that ask here. The link works once, and for three days. A password that is there stays until then."
    ) % {"email": contact.email}
    missing = _("This contact has no e-mail address. Add one first.")
    return Sheet(
        title=_("Mail %(name)s a link to set a password") % {"name": _name(contact)},
        button=_("Mail the link") if contact.email else "",
        text=text if contact.email else missing,
        back=_path(contact),
        crumbs=_above(contact),
        fields=(),
    )
