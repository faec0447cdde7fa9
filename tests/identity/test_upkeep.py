from datetime import timedelta

from django.utils import timezone

from portico.access import Role
from portico.identity import signing
from portico.identity.actions.signing_keys import rotate_signing_keys
from portico.identity.actions.upkeep import forget_the_past
from portico.identity.models import Challenge, KnownDevice, Session, SessionToken, SigningKey, Throttle
from portico.identity.throttle import count_try
from tests.make import make_company, make_member


def a_challenge(name: str, **ago: int) -> Challenge:
    return Challenge.objects.create(
        public_id=f"mfa_{name}",
        email="a@b.test",
        code_digest=b"c",
        link_digest=name.encode(),
        expires_at=timezone.now() - timedelta(**ago),
    )


def test_what_is_long_over_is_forgotten_and_the_rest_kept(database: None) -> None:  # noqa: ARG001 -- must be up
    acme = make_company()
    rita = make_member(acme, "Rita", Role.REP)
    now = timezone.now()
    old, fresh = a_challenge("upkeep-old", days=2), a_challenge("upkeep-fresh", hours=1)
    ended, living = (
        Session.objects.create(company=acme, membership=rita, expires_at=end, ended_at=over)
        for end, over in ((now, now - timedelta(days=31)), (now + timedelta(days=1), None))
    )
    for number, session in enumerate((ended, living)):
        SessionToken.objects.create(company=acme, session=session, digest=f"{acme.slug}{number}".encode())
    for digest, expires_at, revoked_at in (
        (b"1", now, None),
        (b"2", living.expires_at, ended.ended_at),
        (b"3", living.expires_at, None),
    ):
        KnownDevice.objects.create(user_id=rita.user_id, digest=digest, expires_at=expires_at, revoked_at=revoked_at)
    count_try("upkeep", acme.slug, limit=5, seconds=60)
    Throttle.objects.update(since=now - timedelta(days=10))
    count_try("upkeep, fresh", acme.slug, limit=5, seconds=60)
    forget_the_past()
    assert not Challenge.objects.filter(pk=old.pk).exists()
    assert Challenge.objects.filter(pk=fresh.pk).exists()
    assert list(Session.objects.filter(company_id=acme.pk)) == [living]
    assert SessionToken.objects.filter(company_id=acme.pk).count() == 1
    assert Throttle.objects.count() == 1
    assert [bytes(device.digest) for device in KnownDevice.objects.filter(user_id=rita.user_id)] == [b"3"]
    fresh.delete()


def test_the_next_signing_key_is_ready_a_day_before_the_present_one_retires(database: None) -> None:  # noqa: ARG001 -- must be up
    signing.sign({"exp": 1})
    before = set(SigningKey.objects.values_list("kid", flat=True))
    rotate_signing_keys()
    assert set(SigningKey.objects.values_list("kid", flat=True)) == before
    present = SigningKey.objects.order_by("-retires_at")[0]
    kept = present.retires_at
    SigningKey.objects.filter(pk=present.pk).update(retires_at=timezone.now() + timedelta(hours=23))
    rotate_signing_keys()
    rotate_signing_keys()
    following = SigningKey.objects.order_by("-retires_at")[0]
    assert following.kid not in before
    assert following.retires_at - timezone.now() > timedelta(days=7)
    # Its tokens may live a day longer than it signs.
    assert following.expires_at - following.retires_at >= timedelta(hours=24)
    assert SigningKey.objects.count() == len(before) + 1
    following.delete()
    SigningKey.objects.filter(pk=present.pk).update(retires_at=kept)


def test_keys_whose_tokens_have_all_ended_are_forgotten(database: None) -> None:  # noqa: ARG001 -- must be up
    over = timezone.now() - timedelta(days=2)
    SigningKey.objects.create(kid="over", sealed=b"x", retires_at=over, expires_at=over)
    rotate_signing_keys()
    assert not SigningKey.objects.filter(kid="over").exists()


def test_a_key_sealed_with_another_secret_neither_signs_nor_stops_others(database: None) -> None:  # noqa: ARG001 -- must be up
    later = timezone.now() + timedelta(hours=1)
    SigningKey.objects.create(kid="foreign", sealed=b"0" * 60, retires_at=later, expires_at=later)
    keys = signing._Keys()  # noqa: SLF001 -- a process that has just started
    assert keys.checking("foreign") is None
    assert keys.signing().kid != "foreign"
    SigningKey.objects.filter(kid="foreign").delete()
