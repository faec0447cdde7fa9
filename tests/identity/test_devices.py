from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from portico.access import Actor, Role, operator_for, stranger
from portico.errors import NotFound, TooMany
from portico.identity.actions.attempts import TRIES_AT_ACCOUNT, TRIES_FROM_ADDRESS, TRIES_ON_DEVICE, attempts_at
from portico.identity.actions.devices import forget_device, remember_device
from portico.identity.models import KnownDevice, Throttle, User
from portico.identity.queries.devices import find_device, list_devices
from tests.make import make_company, make_member


@pytest.fixture
def rita() -> User:
    return make_member(make_company(), "Rita", Role.REP).user


def browser(device: str = "", *, address: str = "203.0.113.7") -> Actor:
    return stranger(wire="web", address=address, agent="Firefox", device=device)


def tries_until_refused(actor: Actor, email: str) -> int:
    for number in range(100):
        try:
            attempts_at(actor, email=email).count()
        except TooMany:
            return number
    raise AssertionError("never refused")


def test_a_browser_is_known_by_its_token_to_each_who_signed_in_there_and_to_nobody_else(rita: User) -> None:
    bob = make_member(make_company(), "Bob", Role.REP).user
    token = remember_device(browser(), rita.pk)
    assert token.startswith("pdv_")
    assert remember_device(browser(token), bob.pk) == token
    assert remember_device(browser("pdv_made-up"), bob.pk) not in {token, "pdv_made-up"}
    ids = [find_device(browser(token), email=user.email.upper()) for user in (rita, bob)]
    assert None not in ids
    assert len(set(ids)) == 2
    for actor in (
        browser(),
        browser(token[:-1] + ("y" if token.endswith("x") else "x")),
        stranger(wire="fluid", agent="Firefox", address="203.0.113.7"),
    ):
        assert find_device(actor, email=rita.email) is None
    assert token not in repr(browser(token))
    held = KnownDevice.objects.filter(user_id=rita.pk).values()
    assert token not in repr(list(held))


def test_a_place_is_a_range_and_a_software_and_none_of_them_alone(rita: User) -> None:
    def app(address: str, agent: str) -> Actor:
        return stranger(wire="fluid", address=address, agent=agent)

    assert remember_device(app("2001:db8:7::1", "App 1"), rita.pk) == ""
    assert remember_device(app("203.0.113.7", ""), rita.pk) == ""
    known = [app("2001:db8:7:ffff::2", "App 1")]
    unknown = [app("2001:db8:8::1", "App 1"), app("2001:db8:7::1", "App 2"), app("203.0.113.7", ""), app("", "App 1")]
    assert all(find_device(actor, email=rita.email) for actor in known)
    assert [find_device(actor, email=rita.email) for actor in unknown] == [None] * 4


def test_the_account_and_each_device_have_their_own_tries(rita: User) -> None:
    token = remember_device(browser(), rita.pk)
    assert tries_until_refused(browser(), rita.email) == TRIES_AT_ACCOUNT.free
    assert tries_until_refused(browser(), rita.email.upper()) == 0
    with pytest.raises(TooMany):
        attempts_at(browser(), email=rita.email).check()
    attempts_at(browser(token), email=rita.email).check()
    assert tries_until_refused(browser(token), rita.email) == TRIES_ON_DEVICE.free
    attempts_at(browser(token), email=rita.email).forget()
    assert tries_until_refused(browser(token), rita.email) == TRIES_ON_DEVICE.free
    assert tries_until_refused(browser(), rita.email) == 0
    attempts_at(browser(), email=rita.email).forget()
    assert tries_until_refused(browser(), rita.email) == TRIES_AT_ACCOUNT.free


def test_one_address_may_not_try_at_many_accounts_and_a_network_of_ipv6_is_one(rita: User) -> None:
    network = f"2001:db8:{uuid4().int % 65536:x}:{uuid4().int % 65536:x}"
    own, other = f"{uuid4().hex}@nowhere.test", f"{uuid4().hex}@nowhere.test"
    Throttle.objects.create(
        subject=TRIES_FROM_ADDRESS.key(f"{network}::/64"), since=timezone.now(), tries=TRIES_FROM_ADDRESS.tries - 1
    )
    attempts_at(browser(address=f"{network}::1"), email=own).count()
    # With an account of his own that he signs in to in between, nobody has more.
    attempts_at(browser(address=f"{network}::2"), email=own).forget()
    for address, is_refused in ((f"{network}::3", True), (f"{network}:1::", True), ("2001:db8::1", False)):
        assert (tries_until_refused(browser(address=address), f"{uuid4().hex}@nowhere.test") == 0) is is_refused
    with pytest.raises(TooMany):
        attempts_at(browser(address=f"{network}::4"), email=other).check()
    known = remember_device(browser(), rita.pk)
    attempts_at(browser(known, address=f"{network}::5"), email=rita.email).count()


def test_what_no_account_has_is_counted_without_trouble() -> None:
    for email in ("", "a\0b@c.test", "İ@ß.test", "\ud800", "x" * 5000):
        attempts_at(browser("pdv_\0"), email=email).count()


def test_a_device_is_forgotten_by_its_user_and_in_time(rita: User) -> None:
    bob = make_member(make_company(), "Bob", Role.REP).user
    tokens = [remember_device(browser(), rita.pk) for _ in range(2)]
    newest, oldest = list_devices(rita.pk)
    with pytest.raises(NotFound):
        forget_device(operator_for(bob.pk), newest.pk)
    forget_device(operator_for(rita.pk), newest.pk)
    with pytest.raises(NotFound):
        forget_device(operator_for(rita.pk), newest.pk)
    assert [find_device(browser(token), email=rita.email) for token in tokens] == [oldest.pk, None]
    remember_device(browser(tokens[1]), rita.pk)
    assert find_device(browser(tokens[1]), email=rita.email) == newest.pk
    KnownDevice.objects.filter(pk=oldest.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [device.pk for device in list_devices(rita.pk)] == [newest.pk]
    assert find_device(browser(tokens[0]), email=rita.email) is None
