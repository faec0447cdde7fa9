"""What a security code itself asks of a member, whatever the site asks for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.access import operator
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import Contact, Tag
from portico.contacts.queries.sign_ins import list_sign_ins
from portico.errors import NotFound
from portico.identity.actions.credentials import add_code
from portico.lib.passwords.native import hash_password
from tests.make import make_company
from tests.protocols.activemember.site import PASSWORD, Site


def a_code(site: Site, **tags: list[int]) -> Site:
    """The same site with a code of its own."""
    _, clear = add_code(operator(site.company.pk), name="strict", **tags)  # type: ignore[arg-type]  # as each test says
    return Site(site.server, site.company, clear)


@pytest.fixture
def tags(site: Site) -> dict[str, int]:
    return {
        title: Tag.objects.create(company=site.company, title=title, slug=title.lower()).pk
        for title in ("Gold", "Paid", "Blocked")
    }


@pytest.mark.parametrize(
    ("held", "comes_in"),
    [
        (["Gold", "Paid"], True),
        (["Gold"], False),
        ([], False),
        (["Gold", "Paid", "Blocked"], False),
    ],
)
def test_a_codes_tags_admit_and_ban(site: Site, tags: dict[str, int], held: list[str], comes_in: bool) -> None:  # noqa: FBT001 -- a parameter
    strict = a_code(site, required_tags=[tags["Gold"], tags["Paid"]], banning_tags=[tags["Blocked"]])
    member = site.member(tags=[tags[title] for title in held])
    assert bool(strict.fields(member.email)) is comes_in
    assert site.fields(member.email)  # the other code asks for nothing


def test_a_refusal_by_tag_is_a_refusal_like_any(site: Site, tags: dict[str, int]) -> None:
    strict = a_code(site, required_tags=[tags["Gold"]])
    refused, wrong = strict.ask(site.member().email), strict.ask("nobody@people.test")
    assert (refused.status_code, refused.content) == (wrong.status_code, wrong.content)


def test_a_tag_that_is_gone_admits_nobody(site: Site, tags: dict[str, int]) -> None:
    strict = a_code(site, required_tags=[tags["Gold"]])
    member = site.member(tags=[tags["Gold"]])
    assert strict.fields(member.email)
    Tag.objects.filter(company_id=site.company.pk, pk=tags["Gold"]).delete()
    assert not strict.fields(member.email)


def test_a_sign_in_is_seen_on_the_contact(site: Site) -> None:
    member = site.member()
    assert member.last_sign_in_at is None
    site.fields(member.email)
    seen = Contact.objects.get(company_id=site.company.pk, pk=member.pk)
    assert seen.last_sign_in_at is not None
    assert seen.last_activity_at == seen.last_sign_in_at


def test_sign_ins_are_listed_newest_first_with_the_site_and_its_address(site: Site) -> None:
    second = a_code(site)
    ann, bob = site.member("ann"), site.member("bob")
    for comer in (site, second):
        Contact.objects.filter(pk=ann.pk).update(password_hash=hash_password(PASSWORD))  # or it would be remembered
        assert comer.fields(ann.email)
    for number in range(10):
        site.ask(bob.email, f"wrong {number}")
    here = operator(site.company.pk)
    found = list_sign_ins(here, ann.pk)
    assert [(one.by, one.wire, one.address) for one in found] == [
        ("code strict", "activemember", "127.0.0.1"),
        ("code site", "activemember", "127.0.0.1"),
    ]
    assert found[0].at > found[1].at
    assert list_sign_ins(here, ann.pk, limit=1) == found[:1]
    assert [one.is_limited for one in list_sign_ins(here, bob.pk)] == [True]
    merge_contacts(here, winner_id=bob.pk, loser_id=ann.pk)
    assert [one.contact_id for one in list_sign_ins(here, bob.pk)] == [bob.pk, ann.pk, ann.pk]
    for other in (operator(make_company().pk), operator(site.company.pk)):
        with pytest.raises(NotFound):
            list_sign_ins(other, bob.pk if other.company_id != site.company.pk else 2**40)


def test_a_sign_in_asked_for_again_within_the_minute_is_neither_hashed_nor_listed_again(site: Site) -> None:
    ann = site.member()
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda _: site.fields(ann.email), range(12)))
    for _ in range(12):
        assert site.fields(ann.email)
    hashed = list_sign_ins(operator(site.company.pk), ann.pk)
    # At first several may come before the first has been verified, on each of the two processes.
    assert 1 <= len(hashed) <= 8
