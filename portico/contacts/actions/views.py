"""Ways of looking at the contacts that somebody keeps under a name."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.models import ContactView
from portico.contacts.queries.views import get_view, list_views
from portico.errors import Invalid
from portico.lib.texts import is_storable

LONGEST_NAME = 60
LONGEST_QUERY = 4000
MOST_VIEWS = 100  # of one member


@transaction.atomic
def add_view(actor: Actor, *, name: str, query: str) -> ContactView:
    """Keep what the list's address says, for the actor itself. Raises Invalid."""
    actor.require(Permission.CONTACTS_READ)
    name = _checked(name)
    if len(query) > LONGEST_QUERY or not is_storable(query):
        raise Invalid.one("name", "long", _("This view is too long to be kept: take some of its columns off."))
    if list_views(actor).count() >= MOST_VIEWS:
        raise Invalid.one(
            "name", "many", _("You have %(count)s views already: delete one first.") % {"count": MOST_VIEWS}
        )
    with _refusing():
        view = ContactView.objects.create(
            company_id=actor.company_id, member_id=actor.membership_id or 0, name=name, query=query
        )
    record(actor, "contact_view.added", "contact_view", view.pk, name=name)
    return view


@transaction.atomic
def rename_view(actor: Actor, view_id: int, *, name: str) -> None:
    """Raises NotFound, Invalid."""
    view, name = get_view(actor, view_id), _checked(name)
    with _refusing():
        list_views(actor).filter(pk=view.pk).update(name=name)
    record(actor, "contact_view.changed", "contact_view", view.pk, name=name)


@transaction.atomic
def delete_view(actor: Actor, view_id: int) -> ContactView:
    """Answers what it was, so that it can be kept again. Raises NotFound."""
    view = get_view(actor, view_id)
    list_views(actor).filter(pk=view.pk).delete()
    record(actor, "contact_view.deleted", "contact_view", view.pk, name=view.name)
    return view


def _checked(name: str) -> str:
    text = name.strip()
    if not 0 < len(text) <= LONGEST_NAME or not is_storable(text):
        raise Invalid.one(
            "name", "length", _("The name of a view has 1 to %(most)s characters.") % {"most": LONGEST_NAME}
        )
    return text


@contextmanager
def _refusing() -> Iterator[None]:
    """A name that is taken, as the constraint finds it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "contact_view_name":
            raise Invalid.one("name", "unique", _("You have a view of this name already.")) from None
        raise
