"""What a security code itself asks of a member, whatever the site asks for."""

import pytest

from portico.access import operator
from portico.contacts.models import Contact, Tag
from portico.identity.actions.credentials import add_code
from tests.protocols.activemember.site import Site


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
