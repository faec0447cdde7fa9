"""Notes, events and requests for consent in the core: who may write them, and whose they are."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from portico.access import REP_PERMISSIONS, Actor, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.events import Event, track_event
from portico.contacts.actions.notes import NoteText, add_note, change_note, delete_note
from portico.contacts.actions.opt_ins import request_opt_in
from portico.contacts.actions.picking import Picked, change_picked
from portico.contacts.models import ContactNote, OptInRequest, TrackedEvent
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.picking import list_pickable_documents
from portico.contacts.queries.timeline import list_event_documents, list_note_documents
from portico.errors import Denied, Invalid, NotFound
from portico.lib.statements import Shape
from tests.make import make_company, make_contact, make_member

ID = Shape({"id": "id"})
TEXT = NoteText("note", "T", "D")
HAT = Event("bought", "Bought a hat")


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def rita(company: Company) -> Actor:
    """A rep, who sees only her own contacts."""
    membership = make_member(company, "Rita", Role.REP)
    return Actor(company.pk, "rita", "test", REP_PERMISSIONS, membership.pk, role=Role.REP)


def test_a_rep_writes_about_her_own_contacts_only(company: Company, rita: Actor) -> None:
    own, other = make_contact(company, owner_id=rita.membership_id), make_contact(company)
    note = add_note(rita, own.pk, TEXT)
    assert note.created_by_id == rita.membership_id
    event = TrackedEvent.objects.get(company=company, pk=track_event(rita, HAT, email=own.email))
    assert (event.contact_id, event.created_by_id) == (own.pk, rita.membership_id)
    assert track_event(rita, HAT, contact_id=own.pk) == event.pk
    assert request_opt_in(rita, [own.pk, other.pk]) == [own.pk]
    assert (list_note_documents(rita, ID, own.pk).total, list_event_documents(rita, ID, own.pk).total) == (1, 1)
    refused: tuple[Callable[[], object], ...] = (
        lambda: add_note(rita, other.pk, TEXT),
        lambda: track_event(rita, HAT, contact_id=other.pk),
        lambda: track_event(rita, HAT, email=other.email),
        lambda: list_note_documents(rita, ID, other.pk),
        lambda: list_event_documents(rita, ID, other.pk),
    )
    for call in refused:
        with pytest.raises(NotFound):
            call()
    assert list(list_pickable_documents(rita, ID, also=[other.pk])) == [own.pk]
    assert change_picked(rita, Picked(matching=Chosen()), request_opt_in) == [own.pk]


def test_who_may_only_read_writes_nothing(company: Company) -> None:
    ann = make_contact(company).pk
    note = add_note(operator(company.pk), ann, TEXT).pk
    reader = Actor(company.pk, "reader", "test", frozenset())
    refused: tuple[Callable[[], object], ...] = (
        lambda: add_note(reader, ann, TEXT),
        lambda: change_note(reader, ann, note, TEXT),
        lambda: delete_note(reader, ann, note),
        lambda: track_event(reader, HAT, contact_id=ann),
        lambda: request_opt_in(reader, [ann]),
        lambda: list_note_documents(reader, ID, ann),
        lambda: list_event_documents(reader, ID, ann),
        lambda: list_pickable_documents(reader, ID),
    )
    for call in refused:
        with pytest.raises(Denied):
            call()


def test_what_no_wire_has_cleaned_is_refused(company: Company) -> None:
    ann, actor = make_contact(company).pk, operator(company.pk)
    for text in (
        NoteText("", "T", ""),
        NoteText("note", "", ""),
        NoteText("note", "T\0", ""),
        NoteText("n", "T", "\ud800"),
    ):
        with pytest.raises(Invalid):
            add_note(actor, ann, text)
    for event in (Event("", "T"), Event("k", ""), Event("k\0", "T"), Event("k", "T", value="\ud800")):
        with pytest.raises(Invalid):
            track_event(actor, event, contact_id=ann)
    with pytest.raises(NotFound):
        track_event(actor, HAT, email="a\0@b.test")


def test_the_database_keeps_each_of_them_in_the_contacts_company(company: Company) -> None:
    theirs = make_contact(make_company("theirs"))
    stranger = make_member(make_company("third"), "Sam", Role.MANAGER)
    ann = make_contact(company)
    writes: dict[str, Callable[[], object]] = {
        "contact_note_contact_same_company": lambda: ContactNote.objects.create(
            company=company, contact=theirs, type="note", title="T", description=""
        ),
        "contact_note_created_by_same_company": lambda: ContactNote.objects.create(
            company=company, contact=ann, created_by=stranger, type="note", title="T", description=""
        ),
        "tracked_event_contact_same_company": lambda: TrackedEvent.objects.create(
            company=company, contact=theirs, key="k", title="T"
        ),
        "opt_in_request_contact_same_company": lambda: OptInRequest.objects.create(company=company, contact=theirs),
    }
    for name, write in writes.items():
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            write()
        assert name in str(refused.value)
