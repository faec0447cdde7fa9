"""PostgreSQL itself refuses a reference into another company, whatever the code above it does."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, models, transaction

from portico.access import Role
from portico.companies.models import Company
from portico.contacts.models import (
    Contact,
    ContactList,
    ContactOrganization,
    ContactTag,
    List,
    Organization,
    OrganizationNote,
    Tag,
)
from portico.identity.models import ApiKey, Session
from tests.make import make_company, make_contact, make_key, make_member


def refusal(write: Callable[[], object]) -> str:
    """The name of the constraint that refuses."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    return str(getattr(refused.value.__cause__, "diag").constraint_name)  # noqa: B009 -- psycopg's, unknown to the type


def make_label(kind: type[Tag] | type[List], company: Company) -> models.Model:
    return kind._default_manager.create(company=company, title="Gold", slug="gold")


@pytest.fixture
def ours() -> Company:
    return make_company("ours")


@pytest.fixture
def theirs() -> Company:
    return make_company("theirs")


@pytest.mark.parametrize(("join", "kind"), [(ContactTag, Tag), (ContactList, List)])
def test_a_contact_has_only_labels_of_its_own_company(
    ours: Company, theirs: Company, join: type[ContactTag] | type[ContactList], kind: type[Tag] | type[List]
) -> None:
    name = kind._meta.db_table
    own, other, ann = make_label(kind, ours), make_label(kind, theirs), make_contact(ours)
    add = join._default_manager.create
    add(company=ours, contact=ann, **{f"{name}_id": own.pk})
    assert refusal(lambda: add(company=ours, contact=ann, **{f"{name}_id": other.pk})) == (
        f"contact_{name}_{name}_same_company"
    )
    assert refusal(lambda: add(company=theirs, contact=ann, **{f"{name}_id": other.pk})) == (
        f"contact_{name}_contact_same_company"
    )


def test_an_owner_is_of_the_contacts_company_and_leaves_it_behind(ours: Company, theirs: Company) -> None:
    rita, stranger = make_member(ours, "Rita", Role.REP), make_member(theirs, "Sam", Role.REP)
    ann = make_contact(ours, owner_id=rita.pk)
    people = Contact.objects.filter(company=ours, pk=ann.pk)
    assert refusal(lambda: people.update(owner_id=stranger.pk)) == "contact_owner_same_company"
    rita.delete()
    ann.refresh_from_db()
    assert (ann.owner_id, ann.company_id) == (None, ours.pk)


def test_organizations_with_all_that_is_theirs_stay_in_their_company(ours: Company, theirs: Company) -> None:
    own, other = (Organization.objects.create(company=company, name="Acme") for company in (ours, theirs))
    ann, stranger = make_contact(ours), make_contact(theirs)
    sam = make_member(theirs, "Sam", Role.MANAGER)
    people, places = Contact.objects.filter(pk=ann.pk), Organization.objects.filter(pk=own.pk)
    note = {"organization": own, "kind": "note", "title": "t", "description": "d"}
    works, notes = ContactOrganization.objects.create, OrganizationNote.objects.create
    for name, write in {
        "contact_organization_same_company": lambda: people.update(organization_id=other.pk),
        "organization_owner_same_company": lambda: places.update(owner_id=stranger.pk),
        "contact_organization_organization_same_company": lambda: works(company=ours, contact=ann, organization=other),
        "contact_organization_contact_same_company": lambda: works(company=ours, contact=stranger, organization=own),
        "organization_note_same_company": lambda: notes(company=theirs, **note),
        "organization_note_by_same_company": lambda: notes(company=ours, created_by=sam, **note),
    }.items():
        assert refusal(write) == name
    people.update(organization_id=own.pk)
    places.delete()
    ann.refresh_from_db()
    assert (ann.organization_id, ann.company_id) == (None, ours.pk)


def test_a_key_and_a_session_are_of_the_members_company(ours: Company, theirs: Company) -> None:
    key = make_key(ours).key
    stranger = make_member(theirs, "Sam", Role.REP)
    keys = ApiKey.objects.filter(company=ours, pk=key.pk)
    assert refusal(lambda: keys.update(membership_id=stranger.pk)) == "api_key_same_company"
    in_year_3000 = "3000-01-01T00:00Z"
    assert refusal(lambda: Session.objects.create(company=ours, membership=stranger, expires_at=in_year_3000)) == (
        "session_same_company"
    )


def test_a_contact_with_labels_does_not_go_before_them(ours: Company) -> None:
    ann = make_contact(ours, tags=["Gold"])
    with connection.cursor() as cursor:
        assert refusal(lambda: cursor.execute("DELETE FROM contact WHERE id = %s", [ann.pk])) == (
            "contact_tag_contact_same_company"
        )


def test_every_reference_to_something_of_a_company_is_kept_inside_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c"
            " WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1 AND EXISTS ("
            "   SELECT FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attname = 'company_id')"
            " AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attname = 'company_id')"
        )
        assert cursor.fetchall() == []
