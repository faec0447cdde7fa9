from dataclasses import replace
from typing import Any

import pytest

from portico.access import GRANTABLE, Actor, Permission, Role, operator
from portico.errors import Denied, Invalid
from portico.identity.actions.ranks import Standing, set_ranks
from portico.identity.models import Membership, Rank
from tests.make import make_company, make_key, make_member


def test_what_is_not_said_stays_and_an_empty_text_takes_away() -> None:
    company = make_company()
    actor = operator(company.pk)
    ann, bob = (make_member(company, name, Role.REP) for name in ("Ann", "Bob"))
    first = Standing(ann.user.email.upper(), rank="ARM", rank_name="Assistant", external_id="A1", total_points=9)
    assert set_ranks(actor, [first, Standing(bob.user.email, rank="REP", sponsor=ann.user.email)]) == 2

    def told() -> list[Any]:
        kept = Membership.objects.filter(company_id=company.pk).order_by("pk")
        return list(kept.values_list("rank__external_id", "rank__name", "external_id", "sponsor_id", "total_points"))

    assert told() == [("ARM", "Assistant", "A1", None, 9), ("REP", "REP", None, ann.pk, 0)]
    # A rank that is named without its name keeps the one it has.
    set_ranks(actor, [Standing(bob.user.email, rank="ARM", fantasy_points=2**40, leads_remaining=3)])
    assert told()[1] == ("ARM", "Assistant", None, ann.pk, 0)
    set_ranks(actor, [Standing(ann.user.email, rank="", external_id=""), Standing(bob.user.email, sponsor="")])
    assert told() == [(None, None, None, None, 9), ("ARM", "Assistant", None, None, 0)]


def test_one_wrong_row_and_nothing_is_written() -> None:
    company, other = make_company(), make_company("globex")
    ann, bob, cy = (make_member(company, name, Role.REP) for name in ("Ann", "Bob", "Cy"))
    far = make_member(other, "Far", Role.REP)
    above = Standing(cy.user.email, sponsor=bob.user.email)
    set_ranks(operator(company.pk), [Standing(ann.user.email, external_id="A1"), above])
    before = list(Membership.objects.filter(company_id=company.pk).order_by("pk").values())
    good = Standing(bob.user.email, rank="NEW", total_points=1, sponsor=ann.user.email)
    for wrong, sentence in (
        (Standing("nobody@never.test"), "nobody in this company"),
        (Standing(far.user.email, total_points=1), "nobody in this company"),
        (Standing(ann.user.email, sponsor=far.user.email), "nobody in this company"),
        (Standing(ann.user.email, sponsor=cy.user.email), "above themselves"),
        (Standing(ann.user.email, sponsor=ann.user.email), "above themselves"),
        (Standing(cy.user.email, external_id="A1"), "same external_id"),
        (Standing(cy.user.email, total_points=-1), "whole number"),
        (Standing(cy.user.email, leads_remaining=2**31), "whole number"),
        (Standing(cy.user.email, rank="x" * 201), "at most"),
        (Standing(bob.user.email), "twice"),
    ):
        with pytest.raises(Invalid, match=sentence):
            set_ranks(operator(company.pk), [good, wrong])
    assert list(Membership.objects.filter(company_id=company.pk).order_by("pk").values()) == before
    assert not Rank.objects.filter(company_id=company.pk).exists()


def test_only_who_is_granted_it_says_who_ranks_where() -> None:
    company = make_company()
    manager = make_key(company).key.membership
    actor = Actor(company.pk, "Mia", "test", GRANTABLE, membership_id=manager.pk, role=Role.MANAGER)
    rows = [Standing(manager.user.email, total_points=1)]
    with pytest.raises(Denied):
        set_ranks(replace(actor, permissions=GRANTABLE - {Permission.RANKS_WRITE}), rows)
    assert set_ranks(replace(actor, permissions=frozenset({Permission.RANKS_WRITE})), rows) == 1
