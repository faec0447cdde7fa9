"""What a person may ask the company for: all that is held about them, to be forgotten; and a password for members."""

from tempfile import SpooledTemporaryFile

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from portico.contacts.actions.password_links import mail_password_link
from portico.contacts.actions.passwords import choose_password
from portico.contacts.models import Contact
from portico.contacts.persons.erasing import erase_person
from portico.contacts.persons.exporting import export_person
from portico.contacts.queries.contacts import get_contact
from portico.errors import Invalid
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


def show_erase(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _erasing(get_contact(visit.actor, id)))


def erase(visit: Visit, id: int) -> HttpResponse:
    contact = get_contact(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("name").strip() != _name(contact):
            raise Invalid.one("name", "wrong", _("Type {name} to erase this person.").format(name=_name(contact)))
        erase_person(visit.actor, id)
        return go(f"/contacts/{id}", done="erased")

    return tried(visit, _erasing(contact), act)


def _name(contact: Contact) -> str:
    return name_of(vars(contact)).strip()


def _erasing(contact: Contact) -> Sheet:
    return Sheet(
        title=_("Erase {name}").format(name=_name(contact)),
        button=_("Erase"),
        text=_(
            "Everything that says who this is goes for good: name, addresses, custom fields, notes, tasks, the"
            " password, mails, and their words in the history. A nameless contact stays, so that no number changes."
            " Nobody can undo this."
        ),
        back=_path(contact),
        crumbs=_above(contact),
        fields=(Field("name", _("Type {name}").format(name=_name(contact))),),
        is_dangerous=True,
    )


def _path(contact: Contact) -> str:
    return f"/contacts/{contact.pk}"


def _above(contact: Contact) -> tuple[Crumb, ...]:
    return (Crumb("/contacts", _("Contacts")), Crumb(_path(contact), _name(contact)))


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
