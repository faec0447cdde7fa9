"""What holds for an API key's use: some permissions, networks, a limit, rotation with overlap; and what is counted."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.errors import Denied, Invalid, NotFound
from portico.identity.actions.credentials import NewKey, add_code, add_key, revoke_key, rotate_key
from portico.identity.actions.watching import tell_of_expiry, tell_of_unusual_use
from portico.identity.models import ApiKey, CredentialNetwork, CredentialUse, Membership, SecurityCode
from portico.identity.queries.use import list_uses
from portico.outbox.models import Mail
from tests.make import make_company, make_contact, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

READ, WRITE = Permission.CONTACTS_READ, Permission.CONTACTS_WRITE
NewKeyOf = Callable[..., NewKey]


@pytest.fixture
def company(server: Server) -> Company:  # noqa: ARG001 -- the database must be up
    return make_company()


@pytest.fixture
def key_of(company: Company) -> NewKeyOf:
    mia = make_member(company, "Mia", Role.MANAGER, {READ, WRITE, Permission.REPORTS_READ})

    def key_of(**rules: object) -> NewKey:
        return add_key(operator(company.pk), email=mia.user.email, name="test", **rules)  # type: ignore[arg-type]  # as each test says

    return key_of


def with_password(key: NewKey, password: str) -> NewKey:
    return NewKey(key.key, key.username, password)


def test_a_key_ends_after_a_year_unless_told_otherwise(key_of: NewKeyOf) -> None:
    ends = key_of().key.expires_at
    assert ends is not None
    assert timedelta(days=364) < ends - timezone.now() < timedelta(days=366)
    assert key_of(expires_in=None).key.expires_at is None


def test_a_key_may_only_what_was_chosen_of_its_holders_permissions(server: Server, key_of: NewKeyOf) -> None:
    reader = Crm(server, key_of(permissions={READ}))
    assert reader.get("/subscribers").status_code == 200
    assert reader.post("/subscribers", {"email": "ann@people.test", "status": "subscribed"}).status_code == 403
    assert Crm(server, key_of(permissions=set())).get("/subscribers").status_code == 403
    with pytest.raises(Denied):
        key_of(permissions={Permission.TAGS_DELETE})


def test_what_the_holder_loses_the_key_loses(server: Server, company: Company, key_of: NewKeyOf) -> None:
    new = key_of(permissions={READ, WRITE})
    crm = Crm(server, new)
    assert crm.get("/subscribers").status_code == 200
    Membership.objects.filter(company_id=company.pk, pk=new.key.membership_id).update(
        permissions=[Permission.REPORTS_READ]
    )
    assert crm.eventually(403)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "203.0.113.7", "2001:db8::/32"])
def test_from_another_network_a_key_is_as_wrong_as_any(server: Server, key_of: NewKeyOf, network: str) -> None:
    new = key_of(networks=[network])
    there = Crm(server, new).get("/subscribers")
    wrong = Crm(server, with_password(new, "ptk_wrong")).get("/subscribers")
    assert (there.status_code, there.json()) == (wrong.status_code, wrong.json())
    assert there.status_code == 401


def test_from_an_allowed_network_it_works(server: Server, key_of: NewKeyOf) -> None:
    assert Crm(server, key_of(networks=["10.0.0.0/8", "127.0.0.1"])).get("/subscribers").status_code == 200


@pytest.mark.parametrize("rules", [{"networks": ["anywhere"]}, {"networks": ["10.0.0.0/33"]}, {"networks": ["1"] * 101},
                                   {"requests_per_minute": 0}, {"requests_per_minute": 10**9}])  # fmt: skip
def test_rules_that_are_none_are_refused(key_of: NewKeyOf, rules: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        key_of(**rules)


def test_a_limit_is_told_counted_over_all_processes_and_held(server: Server, key_of: NewKeyOf) -> None:
    crm = Crm(server, key_of(requests_per_minute=5))
    answers = [crm.get("/reports/ping") for _ in range(8)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 3
    assert [one.headers["RateLimit-Remaining"] for one in answers[:5]] == ["4", "3", "2", "1", "0"]
    assert {one.headers["RateLimit-Limit"] for one in answers[:5]} == {"5"}
    assert 0 < int(answers[0].headers["RateLimit-Reset"]) <= 60
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_without_a_limit_no_budget_is_told(server: Server, key_of: NewKeyOf) -> None:
    assert not [name for name in Crm(server, key_of()).get("/reports/ping").headers if name.startswith("RateLimit")]


def test_rotation_overlaps_and_then_only_the_new_password_works(
    server: Server, company: Company, key_of: NewKeyOf
) -> None:
    old = key_of()
    new = rotate_key(operator(company.pk), old.key.pk, grace=timedelta(hours=1))
    assert (new.username, new.key.pk) == (old.username, old.key.pk)
    for one in (old, new):
        assert Crm(server, one).get("/subscribers").status_code == 200
    ApiKey.objects.filter(company_id=company.pk, pk=old.key.pk).update(old_until=timezone.now())
    assert Crm(server, old).eventually(401)
    assert Crm(server, new).get("/subscribers").status_code == 200


def test_an_old_password_never_outlives_its_own_end(company: Company, key_of: NewKeyOf) -> None:
    old = key_of(expires_in=timedelta(minutes=5))
    new = rotate_key(operator(company.pk), old.key.pk, grace=timedelta(days=1))
    assert new.key.old_until == old.key.expires_at
    assert new.key.expires_at is not None
    assert new.key.expires_at - timezone.now() > timedelta(days=364)


def test_a_second_rotation_ends_the_first_password(server: Server, company: Company, key_of: NewKeyOf) -> None:
    first = key_of()
    for _ in range(2):
        last = rotate_key(operator(company.pk), first.key.pk, grace=timedelta(hours=1))
    assert Crm(server, first).eventually(401)
    assert Crm(server, last).get("/subscribers").status_code == 200


def test_what_cannot_be_rotated(company: Company, key_of: NewKeyOf) -> None:
    actor = operator(company.pk)
    gone, over = key_of(), key_of(expires_in=timedelta(microseconds=1))
    revoke_key(actor, gone.key.pk)
    for id in (gone.key.pk, over.key.pk, 0):
        with pytest.raises(NotFound):
            rotate_key(actor, id, grace=timedelta(0))
    with pytest.raises(NotFound):
        rotate_key(operator(make_company().pk), key_of().key.pk, grace=timedelta(0))
    with pytest.raises(Invalid):
        rotate_key(actor, key_of().key.pk, grace=timedelta(days=31))


ROTATE = """
import django; django.setup()
from datetime import timedelta
from portico.access import operator
from portico.identity.actions.credentials import rotate_key
print(rotate_key(operator({company}), {key}, grace=timedelta(hours=1)).password)
"""


def test_of_rotations_at_once_the_last_two_passwords_are_good(
    server: Server, company: Company, key_of: NewKeyOf
) -> None:
    first = key_of()
    code = ROTATE.format(company=company.pk, key=first.key.pk)
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
        for _ in range(3)
    ]
    passwords = [one.communicate()[0].split()[-1] for one in running]
    works = [Crm(server, with_password(first, one)).get("/subscribers").status_code for one in passwords]
    assert sorted(works) == [200, 200, 401]


def eventually_used(company: Company, kind: str, id: int, wanted: dict[str, int]) -> bool:
    for _ in range(100):
        days = list_uses(operator(company.pk), kind=kind, id=id)
        if days and {name: days[0][name] for name in wanted} == wanted:
            return True
        time.sleep(0.1)
    return False


def test_uses_are_counted_by_day_and_outcome(server: Server, company: Company, key_of: NewKeyOf) -> None:
    new = key_of(permissions={READ, Permission.REPORTS_READ})
    crm = Crm(server, new)
    for _ in range(3):
        crm.get("/reports/ping")
    crm.post("/tags", {"title": "x"})
    crm.get("/subscribers/0")
    assert eventually_used(company, "key", new.key.pk, {"answered": 3, "refused": 1, "wrong": 1, "failed": 0})
    row = ApiKey.objects.get(company_id=company.pk, pk=new.key.pk)
    assert (row.last_used_from, row.last_used_wire) == ("127.0.0.1", "fluentcrm")


def test_a_codes_rules_hold_too(server: Server, company: Company) -> None:
    member = make_contact(company)

    def ask(code: str) -> bool:
        return server.call("POST", "/", data={"mbr_auth": code, "user": member.email, "pass": "x", "json": 1}).ok

    actor = operator(company.pk)
    kept, _ = add_code(actor, name="ends", expires_in=timedelta(microseconds=1))
    limited, clear = add_code(actor, name="limited", requests_per_minute=2, networks=["127.0.0.0/8"])
    assert [ask(clear) for _ in range(3)]
    assert kept.expires_at is not None
    assert eventually_used(company, "code", limited.pk, {"refused": 3})
    assert SecurityCode.objects.get(company_id=company.pk, pk=limited.pk).last_used_wire == "activemember"


def mails_to(email: str) -> list[str]:
    return list(Mail.objects.filter(to=email).order_by("id").values_list("subject", flat=True))


def test_people_are_told_once_before_a_key_ends(company: Company, key_of: NewKeyOf) -> None:
    boss = make_member(company, "Bo", Role.ADMIN)
    new = key_of(expires_in=timedelta(days=13))
    key_of(expires_in=timedelta(days=20))
    tell_of_expiry()
    tell_of_expiry()
    for email in (boss.user.email, new.key.membership.user.email):
        (subject,) = mails_to(email)
        assert "ends on" in subject
        assert '"test"' in subject


def use(company: Company, id: int, *, days_ago: int, times: int, outcome: str = "answered") -> None:
    day = timezone.now().date() - timedelta(days=days_ago)
    CredentialUse.objects.create(company=company, kind="key", credential_id=id, day=day, outcome=outcome, times=times)


def test_unusual_use_is_told_once_a_day(company: Company, key_of: NewKeyOf) -> None:
    boss = make_member(company, "Bo", Role.ADMIN)
    busy, refused, usual, moved = (key_of().key.pk for _ in range(4))
    for days_ago in (1, 2, 3):
        use(company, busy, days_ago=days_ago, times=150)
        use(company, usual, days_ago=days_ago, times=150)
    use(company, busy, days_ago=0, times=1500)
    use(company, usual, days_ago=0, times=1400)
    use(company, refused, days_ago=0, times=100, outcome="refused")
    for network, days in (("203.0.113.0/24", 5), ("198.51.100.0/24", 0)):
        CredentialNetwork.objects.create(
            company=company, kind="key", credential_id=moved, network=network,
            first_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    tell_of_unusual_use()
    tell_of_unusual_use()
    told = mails_to(boss.user.email)
    assert len(told) == 3
    assert {next(word for word in ("1,500", "refused", "198.51.100.0/24") if word in subject) for subject in told} == {
        "1,500", "refused", "198.51.100.0/24",
    }  # fmt: skip
