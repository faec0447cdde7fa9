from collections.abc import Callable

import pytest

from portico.access import Actor, Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.members import sign_in_member
from portico.contacts.actions.passwords import checked_hash, hash_of, set_password, set_password_hash
from portico.contacts.models import Contact
from portico.errors import Denied, Invalid, NotFound, NotSignedIn
from portico.lib.passwords.native import is_current
from portico.lib.passwords.verify import verify
from portico.lib.statements import Shape
from tests.lib.passwords.vectors import PUBLIC
from tests.make import make_company, make_contact, make_member

USABLE = ["secret", "x" * 4096, "pässwörd 日本", " ", "O'Neil\\\"", "with\0nul"]
UNUSABLE = ["", "x" * 4097, "ü" * 2049]
NO_HASHES = [
    "",
    "*",
    "secret",
    "$P$tooshort",
    "$2y$05$abc",
    "5f4dcc3b",
    "5f4dcc3b5aa765d61d8327deb882cf9g",
    "x" * 10_000,
]
TOO_COSTLY = [
    "$2y$31$abcdefghijklmnopqrstuud8zgG74c/9V9agANgeV1bGAWdLlnzOa",
    "$argon2id$v=19$m=4194304,t=4,p=1$MHNXZGx2ODhMNThzM1hXVQ$loyFO+WGGS2GuIpJBQ4p26IOX+4M2lB/2I1mDcEUlT0",
]


def stored_of(contact: Contact) -> str | None:
    return Contact.objects.values_list("password_hash", flat=True).get(pk=contact.pk)


@pytest.mark.parametrize("password", USABLE)
def test_a_password_is_kept_only_as_our_hash(password: str) -> None:
    company = make_company()
    ann = make_contact(company)
    set_password(operator(company.pk), ann.pk, password)
    stored = stored_of(ann) or ""
    assert is_current(stored)
    assert verify(password, stored)
    assert not verify(f"?{password[1:]}", stored)


@pytest.mark.parametrize("password", UNUSABLE, ids=len)
def test_an_unusable_password_is_refused_and_the_old_one_stays(password: str) -> None:
    company = make_company()
    ann = make_contact(company)
    set_password(operator(company.pk), ann.pk, "secret")
    before = stored_of(ann)
    for refused in (lambda: set_password(operator(company.pk), ann.pk, password), lambda: hash_of(password)):
        with pytest.raises(Invalid) as no:
            refused()
        assert [problem.field for problem in no.value.problems] == ["password"]
    assert stored_of(ann) == before


@pytest.mark.parametrize("stored", [row[2] for row in PUBLIC])
def test_a_foreign_hash_is_kept_as_it_is(stored: str) -> None:
    company = make_company()
    ann = make_contact(company)
    set_password_hash(operator(company.pk), ann.pk, stored)
    assert stored_of(ann) == checked_hash(stored) == stored


@pytest.mark.parametrize("stored", [*NO_HASHES, *TOO_COSTLY], ids=lambda stored: stored[:12])
def test_what_cannot_be_verified_is_refused(stored: str) -> None:
    company = make_company()
    ann = make_contact(company)
    for refused in (lambda: checked_hash(stored), lambda: set_password_hash(operator(company.pk), ann.pk, stored)):
        with pytest.raises(Invalid) as no:
            refused()
        assert stored == "" or stored not in str(no.value)
    assert stored_of(ann) is None


def test_hash_of_gives_importers_our_hash() -> None:
    assert verify("secret", hash_of("secret"))
    assert hash_of("secret") != hash_of("secret")


Set = Callable[[Actor, int, str], None]


@pytest.mark.parametrize(("set_one", "value"), [(set_password, "secret"), (set_password_hash, "5" * 32)])
def test_passwords_are_set_for_visible_contacts_only(set_one: Set, value: str) -> None:
    acme, other = make_company("acme"), make_company("other")
    ann, eve, gone = make_contact(acme), make_contact(other), make_contact(acme)
    delete_contacts(operator(acme.pk), [gone.pk])
    for id in (eve.pk, gone.pk, 0, -1, 2**62, 2**70):
        with pytest.raises(NotFound):
            set_one(operator(acme.pk), id, value)
    rita = make_member(acme, "Rita", Role.REP)
    rep = Actor(acme.pk, "rita", "fluid", frozenset({Permission.CONTACTS_WRITE}), rita.pk, role=Role.REP)
    mine = make_contact(acme, owner_id=rita.pk)
    set_one(rep, mine.pk, value)
    with pytest.raises(NotFound):
        set_one(rep, ann.pk, value)
    reader = Actor(acme.pk, "reader", "test", frozenset({Permission.CONTACTS_READ}))
    with pytest.raises(Denied):
        set_one(reader, ann.pk, value)
    assert (stored_of(ann), stored_of(eve)) == (None, None)
    assert stored_of(mine)


def test_the_audit_tells_that_a_password_was_set_and_not_which() -> None:
    company = make_company()
    ann = make_contact(company)
    set_password(operator(company.pk), ann.pk, "very secret indeed")
    set_password_hash(operator(company.pk), ann.pk, "5f4dcc3b5aa765d61d8327deb882cf99")
    entries = AuditEntry.objects.filter(company_id=company.pk, action="contact.password_set").order_by("id")
    assert [(entry.subject_id, entry.details) for entry in entries] == [
        (ann.pk, {"format": "argon2id"}),
        (ann.pk, {"format": "md5"}),
    ]


def test_a_sign_in_is_written_down_once_a_minute() -> None:
    company = make_company()
    ann = make_contact(company)
    set_password(operator(company.pk), ann.pk, "secret")
    site = Actor(company.pk, "code site", "test", frozenset({Permission.MEMBERS_VERIFY}), address="192.0.2.1")
    for _ in range(3):
        member = sign_in_member(site, Shape({"id": "id"}), email=ann.email or "", password="secret")
        assert (member.id, member.document) == (ann.pk, f'{{"id" : {ann.pk}}}')
    with pytest.raises(NotSignedIn):
        sign_in_member(site, Shape({"id": "id"}), email=ann.email or "", password="wrong")
    entries = AuditEntry.objects.filter(company_id=company.pk, action__startswith="contact.sign")
    assert [(entry.action, entry.subject_id, entry.address) for entry in entries] == [
        ("contact.signed_in", ann.pk, "192.0.2.1")
    ]


def test_only_a_site_may_verify_members() -> None:
    company = make_company()
    with pytest.raises(Denied):
        sign_in_member(
            Actor(company.pk, "manager", "test", frozenset(Permission) - {Permission.MEMBERS_VERIFY}),
            Shape({"id": "id"}),
            email="ann@x.test",
            password="secret",
        )
