"""Ranks, points and downlines, told by the company's own software."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.access import Permission, Role
from portico.companies.models import Company
from portico.identity.models import Membership, Rank
from tests.make import make_company, make_key, make_member
from tests.protocols.native.client import Native, assert_problem
from tests.server import Server


@pytest.fixture
def office(server: Server, company: Company) -> Native:
    return Native(server, make_key(company, [Permission.RANKS_WRITE]))


def test_ranks_and_numbers_are_set_in_one_call(office: Native, company: Company) -> None:
    ann, bob = (make_member(company, name, Role.REP) for name in ("Ann", "Bob"))
    rows: list[dict[str, Any]] = [
        {"email": ann.user.email, "rank": "RM", "rank_name": "Regional", "external_id": "A1", "total_points": 15_000},
        {"email": bob.user.email.upper(), "rank": "REP", "sponsor": ann.user.email, "leads_remaining": 3},
    ]
    for _ in range(2):  # told twice it is the same
        told = office.post("/ranks", {"members": rows})
        assert (told.status_code, told.json()) == (200, {"members": 2})
    kept = Membership.objects.filter(company=company, role=Role.REP).order_by("pk")
    assert list(kept.values_list("rank__name", "external_id", "sponsor_id", "total_points", "leads_remaining")) == [
        ("Regional", "A1", None, 15_000, 0),
        ("REP", None, ann.pk, 0, 3),
    ]
    listed = office.get("/ranks").json()
    assert [(one["external_id"], one["name"], one["members"]) for one in listed["data"]] == [
        ("RM", "Regional", 1), ("REP", "REP", 1),
    ]  # fmt: skip
    page = office.get("/ranks?limit=1").json()
    assert office.get("/ranks", params={"limit": 1, "cursor": page["next"]}).json()["data"] == listed["data"][1:]
    assert office.post("/ranks", {"members": [{"email": bob.user.email, "rank": "", "sponsor": None}]}).ok
    bob.refresh_from_db()
    assert (bob.rank_id, bob.sponsor_id) == (None, ann.pk)


def test_of_wrong_rows_each_is_named_and_none_is_written(office: Native, company: Company) -> None:
    ann = make_member(company, "Ann", Role.REP)
    far = make_member(make_company(), "Far", Role.REP)
    good = {"email": ann.user.email, "rank": "RM", "total_points": 5}
    for wrong, sentence in (
        ({"email": far.user.email}, "nobody in this company"),
        ({"email": "a\0b@x.test"}, "nobody in this company"),
        ({"email": ann.user.email}, "twice"),
        ({"email": None}, "must be a text"),
        ({}, "must be a text"),
        ([], "must be an object"),
        ({"email": ann.user.email, "total_points": "5"}, "whole number"),
        ({"email": ann.user.email, "total_points": True}, "whole number"),
        ({"email": ann.user.email, "total_points": 2**60}, "whole number from 0"),
        ({"email": ann.user.email, "leads_remaining": -1}, "whole number from 0"),
        ({"email": ann.user.email, "rank": 7}, "must be a text"),
        ({"email": ann.user.email, "rank": "a\0b"}, "no text can have"),
        ({"email": ann.user.email, "rank_name": "x" * 201}, "at most"),
        ({"email": ann.user.email, "points": 1}, "no field"),
    ):
        refused = assert_problem(office.post("/ranks", {"members": [good, wrong]}), 422, "invalid")
        assert refused["errors"][0]["field"] == "2"
        assert sentence in refused["errors"][0]["detail"], wrong
    bodies: list[dict[str, Any]] = [{}, {"members": None}, {"members": {}}, {"members": "x"}]
    for body in bodies:
        assert assert_problem(office.post("/ranks", body), 422, "invalid")["errors"][0]["field"] == "members"
    many = assert_problem(office.post("/ranks", {"members": [{}] * 50_000}), 422, "invalid")
    assert len(many["errors"]) == 20
    ann.refresh_from_db()
    assert (ann.rank_id, ann.total_points) == (None, 0)
    assert not Rank.objects.filter(company=company).exists()


def test_of_several_who_tell_it_at_once_none_stops_another(office: Native, company: Company) -> None:
    reps = [make_member(company, f"Rep{number}", Role.REP).user.email for number in range(20)]

    def tell(number: int) -> int:
        turned = reps[number:] + reps[:number]
        rows = [{"email": email, "rank": f"R{place % 5}", "total_points": number} for place, email in enumerate(turned)]
        return office.post("/ranks", {"members": rows}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tell, range(16))) == {200}
    points = Membership.objects.filter(company=company, role=Role.REP).values_list("total_points", flat=True)
    assert len(set(points)) == 1  # all of them as the last one said
    assert Rank.objects.filter(company=company).count() == 5


def test_another_companys_ranks_are_not_there(office: Native, server: Server) -> None:
    other = make_company()
    ann = make_member(other, "Ann", Role.REP)
    theirs = Native(server, make_key(other, [Permission.RANKS_WRITE]))
    assert theirs.post("/ranks", {"members": [{"email": ann.user.email, "rank": "RM"}]}).ok
    assert office.get("/ranks").json() == {"data": [], "next": None}
