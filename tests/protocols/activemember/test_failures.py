from collections.abc import Callable

import pytest
import requests

from portico.access import operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.passwords import set_password, set_password_hash
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.models import Contact, Tag
from portico.errors import FAMILY, Busy, NotFound, TooMany
from portico.identity.actions.credentials import revoke_code
from portico.identity.models import SecurityCode
from portico.protocols.activemember import errors
from tests.make import make_code, make_contact
from tests.protocols.activemember.site import PASSWORD, Site, make_site

FORMS = [
    ({}, b"b:0;"),
    ({"json": "1"}, b"false"),
    ({"base64": "1"}, b"YjowOw=="),
    ({"json": "1", "base64": "1"}, b"ZmFsc2U="),
]
Call = Callable[[Site, dict[str, str]], requests.Response]


def nobody(site: Site, form: dict[str, str]) -> requests.Response:
    return site.ask(f"nobody@{site.company.slug}.test", **form)


def wrong_password(site: Site, form: dict[str, str]) -> requests.Response:
    return site.ask(site.member().email, "wrong", **form)


def no_password_of_his_own(site: Site, form: dict[str, str]) -> requests.Response:
    return site.ask(make_contact(site.company).email, **form)


def empty_password(site: Site, form: dict[str, str]) -> requests.Response:
    return site.ask(site.member().email, "", **form)


def endless_password(site: Site, form: dict[str, str]) -> requests.Response:
    return site.ask(site.member().email, "x" * 5000, **form)


def hash_that_cannot_be_verified(site: Site, form: dict[str, str]) -> requests.Response:
    contact = make_contact(site.company)
    Contact.objects.filter(pk=contact.pk).update(password_hash="*")
    return site.ask(contact.email, "*", **form)


def missing_tag(site: Site, form: dict[str, str]) -> requests.Response:
    gold = Tag.objects.get(pk=make_contact(site.company, tags=["Gold"]).contacttag_set.get().tag_id)
    return site.ask(site.member().email, required_tags=str(gold.pk), **form)


def missing_tag_of_one_just_verified(site: Site, form: dict[str, str]) -> requests.Response:
    ann = site.member()
    assert site.fields(ann.email)
    return site.ask(ann.email, required_tags="999999999", **form)


def wrong_code(site: Site, form: dict[str, str]) -> requests.Response:
    return Site(site.server, site.company, "psc_wrong").ask(site.member().email, **form)


def revoked_code(site: Site, form: dict[str, str]) -> requests.Response:
    ann = site.member()
    assert site.fields(ann.email)
    revoke_code(site.operator, SecurityCode.objects.get(company=site.company).pk)
    return site.ask(ann.email, **form)


def code_of_another_company(site: Site, form: dict[str, str]) -> requests.Response:
    return Site(site.server, site.company, make_site(site.server).code).ask(site.member().email, **form)


def member_of_another_company(site: Site, form: dict[str, str]) -> requests.Response:
    return site.ask(make_site(site.server).member().email, **form)


def tag_of_another_company(site: Site, form: dict[str, str]) -> requests.Response:
    other = make_contact(make_site(site.server).company, tags=["Gold"])
    return site.ask(site.member().email, required_tags=str(other.contacttag_set.get().tag_id), **form)


def deleted_contact(site: Site, form: dict[str, str]) -> requests.Response:
    ann = site.member()
    assert site.fields(ann.email)
    delete_contacts(site.operator, [ann.pk])
    return site.ask(ann.email, **form)


def disabled_company(site: Site, form: dict[str, str]) -> requests.Response:
    ann = site.member()
    Company.objects.filter(pk=site.company.pk).update(is_active=False)
    return site.ask(ann.email, **form)


def no_user(site: Site, form: dict[str, str]) -> requests.Response:
    return site.server.post("/", data={"mbr_auth": site.code, "pass": PASSWORD, **form})


CAUSES: list[Call] = [
    nobody, wrong_password, no_password_of_his_own, empty_password, endless_password, hash_that_cannot_be_verified,
    missing_tag, missing_tag_of_one_just_verified, wrong_code, revoked_code, code_of_another_company,
    member_of_another_company, tag_of_another_company, deleted_contact, disabled_company, no_user,
]  # fmt: skip


def visible(answer: requests.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that a client sees, but for what differs with every answer."""
    own = {"date", "x-request-id"}
    return answer.status_code, answer.content, [(k, v) for k, v in answer.headers.items() if k.lower() not in own]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_every_failure_is_the_same_to_the_byte(site: Site, cause: Call) -> None:
    usual = visible(nobody(site, {}))
    assert usual[:2] == (200, b"b:0;")
    assert visible(cause(site, {})) == usual


@pytest.mark.parametrize(("form", "body"), FORMS)
def test_a_failure_is_false_in_every_form(site: Site, form: dict[str, str], body: bytes) -> None:
    failures = [visible(cause(make_site(site.server), form)) for cause in (nobody, wrong_password, wrong_code, no_user)]
    assert all(failure == failures[0] for failure in failures)
    assert failures[0][:2] == (200, body)
    success = site.ask(site.member().email, **form)
    assert success.headers["Content-Type"] == dict(failures[0][2])["content-type"]
    assert {name.lower() for name in success.headers} - {"date", "x-request-id"} == {name for name, _ in failures[0][2]}


def test_with_the_module_off_the_address_shows_its_page(site: Site) -> None:
    ann = site.member()
    assert site.fields(ann.email)
    switch_module(site.operator, module="remote-authentication", on=False)
    page = site.server.get("/").content
    assert site.ask(ann.email).content == page
    assert site.ask(ann.email, "wrong").content == page
    switch_module(site.operator, module="remote-authentication", on=True)
    assert site.fields(ann.email)


def test_a_member_of_two_companies_is_let_in_by_each_with_its_own_password(site: Site) -> None:
    other = make_site(site.server)
    email = f"ann@{site.company.slug}.test"
    here, there = make_contact(site.company, email=email), make_contact(other.company, email=email)
    set_password(site.operator, here.pk, "here")
    set_password(operator(other.company.pk), there.pk, "there")
    assert site.fields(email, "here")["id"] == str(here.pk)
    assert other.fields(email, "there")["id"] == str(there.pk)
    assert site.fields(email, "there") is False
    assert other.fields(email, "here") is False


def test_every_required_tag_must_be_held(site: Site) -> None:
    ann = site.member(tags=["Gold", "Silver"])
    make_contact(site.company, tags=["Bronze"])
    ids = {tag.title: str(tag.pk) for tag in Tag.objects.filter(company=site.company)}
    gold, silver, bronze = ids["Gold"], ids["Silver"], ids["Bronze"]
    for good in ("", ",", gold, f"{gold},{silver}", f" {silver} , {gold} ,", f"{gold},{gold}", f"0{gold}"):
        assert site.fields(ann.email, required_tags=good), good
    for bad in (
        bronze,
        f"{gold},{bronze}",
        f"{gold},x",
        "Gold",
        f"{gold},0",
        f"-{gold}",
        f"{gold}.0",
        str(2**63),
        f"{gold};{silver}",
    ):
        assert make_site_of(site).fields(ann.email, required_tags=bad) is False, bad


def make_site_of(site: Site) -> Site:
    """The same company, its members' failures forgotten: this is not about limits."""
    from portico.contacts.actions.members import FAILURES_OF_MEMBER
    from portico.identity.models import Throttle

    email = f"ann@{site.company.slug}.test"
    Throttle.objects.filter(subject=FAILURES_OF_MEMBER.key(f"{site.company.pk} {email}")).delete()
    return site


def test_a_removed_tag_refuses_at_once(site: Site) -> None:
    ann = site.member(tags=["Gold"])
    gold = str(Tag.objects.get(company=site.company).pk)
    assert site.fields(ann.email, required_tags=gold)
    label_contacts(site.operator, [ann.pk], detach_tags=["Gold"])
    assert site.fields(ann.email, required_tags=gold) is False
    assert site.fields(ann.email)
    label_contacts(site.operator, [ann.pk], attach_tags=["Gold"])
    assert site.fields(ann.email, required_tags=gold)


def test_a_changed_password_counts_at_once(site: Site) -> None:
    ann = site.member()
    assert site.fields(ann.email)
    set_password(site.operator, ann.pk, "quite another")
    assert site.fields(ann.email) is False
    assert site.fields(ann.email, "quite another")
    set_password_hash(site.operator, ann.pk, "5f4dcc3b5aa765d61d8327deb882cf99")
    assert site.fields(ann.email, "quite another") is False
    assert site.fields(ann.email, "password")


def test_a_code_kept_from_another_system_works(site: Site) -> None:
    from portico.identity.actions.credentials import add_code

    ann = site.member()
    kept = f"Old_{site.company.pk}"
    add_code(site.operator, name="kept", code=kept)
    second = make_code(site.company)
    for code in (kept, second, site.code):
        assert Site(site.server, site.company, code).fields(ann.email)


def test_every_refusal_of_the_core_has_its_answer() -> None:
    made = {NotFound: NotFound("contact"), TooMany: TooMany(7), Busy: Busy(7)}
    statuses = {}
    for kind in FAMILY:
        answer = errors.ANSWERS[kind](made.get(kind) or kind())
        assert isinstance(answer, errors.Failure)
        assert answer.get("Retry-After") == ("7" if kind in {TooMany, Busy} else None)
        statuses[kind.__name__] = answer.status_code
    assert {name: status for name, status in statuses.items() if status != 200} == {
        "Denied": 403,
        "TooMany": 429,
        "Busy": 503,
    }
