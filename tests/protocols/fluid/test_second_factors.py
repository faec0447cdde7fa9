"""Who has to prove itself twice is not let in by what was begun without, however that came to be."""

import pytest

from portico.access import Role, operator
from portico.companies.models import Company
from portico.companies.second_factors import demand_factor
from portico.identity.actions.leaving import remove_member
from portico.identity.actions.people import add_member
from portico.identity.actions.sessions import add_session_token
from portico.identity.models import Membership, Session
from tests.protocols.fluid.app import App, bearer
from tests.protocols.fluid.reps import Caller


@pytest.fixture
def rita(app: App, acme: Company) -> Caller:
    return Caller(app, acme)


def doors(rita: Caller, token: str) -> set[int]:
    """How her two credentials fare: the signed one and the one that is looked up."""
    by_token = rita.app.server.get("/api/me", headers=bearer(token))
    anew = rita.app.server.call("PUT", "/api/user_companies/jwt_refresh", params={"jwt": rita.token})
    return {rita.get("me").status_code, by_token.status_code, anew.status_code}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER])
def test_a_rep_who_gets_another_role_there_is_out_at_once(acme: Company, rita: Caller, role: Role) -> None:
    demand_factor(operator(acme.pk), on=True)
    token = add_session_token(rita.actor)
    assert doors(rita, token) == {200}
    Membership.objects.filter(company_id=acme.pk, pk=rita.member.pk).update(role=role)
    assert doors(rita, token) == {401}
    demand_factor(operator(acme.pk), on=False)
    assert doors(rita, token) == {200}


def test_a_demand_reaches_those_who_are_in_already_and_no_other_company(
    app: App, acme: Company, globex: Company
) -> None:
    ada, rob = Caller(app, acme, "Ada", role=Role.ADMIN), Caller(app, acme, "Rob")
    far = Caller(app, globex, "Fay", role=Role.ADMIN)
    demand_factor(operator(acme.pk), on=True)
    assert [one.get("me").status_code for one in (ada, rob, far)] == [401, 200, 200]


def test_who_comes_back_with_another_role_has_nothing_of_before(acme: Company, rita: Caller) -> None:
    by, email = operator(acme.pk), rita.member.user.email
    token = add_session_token(rita.actor)
    remove_member(by, email=email)
    add_member(by, email=email, role=Role.ADMIN)
    assert doors(rita, token) == {401}
    assert not Session.objects.filter(company_id=acme.pk, membership_id=rita.member.pk, ended_at=None).exists()
