"""What becomes of keys, grants and sessions in time, and when their contact is erased, merged or handed out."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from joserfc.jwk import RSAKey

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.merging.actions import merge_contacts, unmerge_contacts
from portico.contacts.persons.erasing import erase_person
from portico.contacts.persons.exporting import export_person
from portico.identity.actions.signing_keys import rotate_signing_keys
from portico.identity.keys import Keys
from portico.openid.actions.upkeep import forget_ended_grants
from portico.openid.models import Consent, Grant, MemberSession, RefreshToken, TokenKey
from portico.openid.signing import TOKEN_KEYS
from tests.make import make_company, make_member
from tests.server import Server
from tests.web.openid.software import Software, make_anna, make_bob, make_software, member_browser, staff_browser


@pytest.fixture
def acme() -> Company:
    return make_company()


@pytest.fixture
def shop(server: Server, acme: Company) -> Software:
    return make_software(server, acme)


def test_the_next_key_is_published_a_day_before_it_signs(database: None) -> None:  # noqa: ARG001 -- must be up
    before = Keys(TOKEN_KEYS, RSAKey.import_key)
    present = before.signing()
    assert [key.kid for key in before.all()][-1] == present.kid
    TokenKey.objects.filter(kid=present.kid).update(retires_at=timezone.now() + timedelta(hours=23))
    rotate_signing_keys(TOKEN_KEYS)
    after = Keys(TOKEN_KEYS, RSAKey.import_key)  # a process that has just started
    following = after.all()[-1].kid
    assert following != present.kid
    assert after.signing().kid == present.kid
    TokenKey.objects.filter(kid=present.kid).update(retires_at=timezone.now() - timedelta(seconds=1))
    later = Keys(TOKEN_KEYS, RSAKey.import_key)
    assert later.signing().kid == following
    assert later.checking(present.kid) is not None
    assert present.kid in {key.kid for key in later.all()}
    TokenKey.objects.filter(kid=following).delete()
    TokenKey.objects.filter(kid=present.kid).update(retires_at=present.retires_at)


def test_what_has_long_been_over_is_forgotten(shop: Software, acme: Company) -> None:
    browser = member_browser(shop, make_bob(acme))
    for _ in range(3):
        shop.tokens_of(browser)
    old, ended, living = Grant.objects.filter(company_id=acme.pk).order_by("pk")
    month = timedelta(days=31)
    Grant.objects.filter(pk=old.pk).update(expires_at=timezone.now() - month)
    Grant.objects.filter(pk=ended.pk).update(ended_at=timezone.now() - month)
    forget_ended_grants()
    assert list(Grant.objects.filter(company_id=acme.pk)) == [living]
    assert RefreshToken.objects.filter(company_id=acme.pk).count() == 1
    MemberSession.objects.filter(company_id=acme.pk).update(expires_at=F("created_at") - month)
    forget_ended_grants()
    assert not MemberSession.objects.filter(company_id=acme.pk).exists()
    assert list(Grant.objects.filter(company_id=acme.pk)) == [living]  # it may go on without


def test_of_an_erased_person_nothing_is_left(shop: Software, acme: Company) -> None:
    bob = make_bob(acme)
    tokens = shop.tokens_of(member_browser(shop, bob))
    file = io.BytesIO()
    export_person(operator(acme.pk), bob.pk, file)
    names = zipfile.ZipFile(file).namelist()
    told = b"".join(zipfile.ZipFile(file).read(name) for name in names)
    assert any("grant" in name for name in names)
    digests = [bytes(one.code_digest) for one in Grant.objects.filter(company_id=acme.pk)]
    assert digests
    assert not any(one.hex().encode() in told for one in digests)
    erase_person(operator(acme.pk), bob.pk)
    for model in (Grant, Consent, MemberSession, RefreshToken):
        assert not model._default_manager.filter(company_id=acme.pk).exists(), model
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert shop.refresh(tokens["refresh_token"]).status_code == 400


def test_a_merged_contacts_sign_ins_are_not_the_other_ones(shop: Software, acme: Company) -> None:
    bob, rob = make_bob(acme), make_bob(acme)
    browser = member_browser(shop, bob)
    tokens = shop.tokens_of(browser)
    merged = merge_contacts(operator(acme.pk), winner_id=rob.pk, loser_id=bob.pk)
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert shop.refresh(tokens["refresh_token"]).status_code == 400
    assert 'type="password"' in browser.follow(browser.get(shop.address())).text
    unmerge_contacts(operator(acme.pk), merged.id)
    assert shop.userinfo(tokens["access_token"]).json()["sub"] == f"contact:{bob.pk}"


def test_staff_of_two_companies_signs_in_with_one_session(server: Server, shop: Software, acme: Company) -> None:
    anna = make_anna(acme)
    beta = make_company("beta")

    there = make_member(beta, "Anna", Role.ADMIN, email=anna.user.email)
    assert there.user_id == anna.user_id
    tokens = shop.tokens_of(staff_browser(server, there))
    claims = shop.userinfo(tokens["access_token"]).json()
    assert (claims["company"], claims["sub"]) == (acme.slug, f"user:{anna.user_id}")
