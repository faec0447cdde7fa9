"""What each of the 16 permissions opens, exactly (wire notes 6), and what the manual page's presets open."""

import re
from collections.abc import Callable
from functools import cache

import pytest

from portico.access import COMPANY_SIDE, GRANTABLE, PRESETS, Permission
from portico.companies.models import Company
from portico.http.routes import AnyOf, Public, Routes, SignedIn
from portico.identity.actions.credentials import NewKey
from portico.protocols.fluentcrm.permissions import KNOWN, SLUGS, permissions_of, slugs_of
from portico.protocols.fluentcrm.routes import ROUTES
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

_PREFIX = "fluent-crm/v2"
DEMANDING = [route for route in ROUTES if isinstance(route.demand, Permission)]


def path_of(route_path: str) -> str:
    return "/" + re.sub(r"<int:\w+>", "999999999", route_path)


def test_every_route_says_what_it_demands() -> None:
    assert isinstance(ROUTES, Routes)
    assert all(isinstance(route.demand, Permission | AnyOf) or route.demand in (Public, SignedIn) for route in ROUTES)
    assert {route.path for route in ROUTES if route.demand is Public} == {
        "",
        _PREFIX,
        "portico/avatar.svg",
        "portico/sample.csv",
    }


@pytest.fixture(scope="module")
def key_with(database: None) -> Callable[[frozenset[Permission]], NewKey]:  # noqa: ARG001 -- must be up first
    """One key for each set of permissions, all of one company."""
    company = make_company()
    return cache(lambda permissions: make_key(company, permissions))


@pytest.mark.parametrize("route", DEMANDING, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_401_without_credentials_and_403_with_every_permission_but_its_own(
    server: Server, key_with: Callable[[frozenset[Permission]], NewKey], route: object
) -> None:
    path = "/wp-json" + path_of(route.path)  # type: ignore[attr-defined]  # a Route
    method, demand = route.method, route.demand  # type: ignore[attr-defined]  # a Route
    assert server.call(method, path).status_code == 401
    others = key_with(GRANTABLE - {demand})
    refused = server.call(method, path, auth=(others.username, others.password))
    assert (refused.status_code, refused.json()["code"]) == (403, "rest_forbidden")
    assert "Allow" not in refused.headers or method not in refused.headers["Allow"]
    only = key_with(frozenset({demand}))
    assert server.call(method, path, auth=(only.username, only.password), json={}).status_code not in {401, 403, 500}


def test_a_route_that_any_of_two_permissions_opens_opens_with_each_and_with_no_other(
    server: Server, company: Company
) -> None:
    both = {Permission.SETTINGS_WRITE, Permission.CONTACTS_WRITE}
    for one in both:
        assert Crm(server, make_key(company, {one})).get("/smart-links").status_code == 200
    assert Crm(server, make_key(company, GRANTABLE - both)).get("/smart-links").status_code == 403
    assert server.get(f"/wp-json/{_PREFIX}/smart-links").status_code == 401


def test_reading_contacts_alone_reads_no_tags_but_the_preset_view_contacts_does(
    server: Server, company: Company
) -> None:
    plain = Crm(server, make_key(company, permissions_of(["fcrm_read_contacts"])))
    viewer = Crm(server, make_key(company, PRESETS["view-contacts"]))
    assert plain.get("/subscribers").status_code == viewer.get("/subscribers").status_code == 200
    for path in ("/tags", "/lists"):
        assert plain.get(path).status_code == 403
        assert viewer.get(path).status_code == 200
        assert viewer.post(path, {"title": "VIP"}).status_code == 403


def test_managing_contacts_does_not_read_them_and_does_not_delete_them(server: Server, company: Company) -> None:
    writer = Crm(server, make_key(company, permissions_of(["fcrm_manage_contacts"])))
    id = writer.add("ann@people.test")
    assert writer.get(f"/subscribers/{id}").status_code == 403
    assert writer.delete(f"/subscribers/{id}").status_code == 403
    preset = Crm(server, make_key(company, PRESETS["manage-contacts"]))
    assert preset.get(f"/subscribers/{id}").status_code == 200
    assert preset.delete(f"/subscribers/{id}").status_code == 200


def test_permissions_are_judged_by_the_overridden_method(server: Server, company: Company, mia: Crm) -> None:
    id = mia.add("ann@people.test")
    reader = Crm(server, make_key(company, PRESETS["view-contacts"]))
    for how in ({"params": {"_method": "DELETE"}}, {"headers": {"X-HTTP-Method-Override": "DELETE"}}):
        assert reader.get(f"/subscribers/{id}", **how).status_code == 403
        assert reader.call("POST", f"/subscribers/{id}", **how).status_code == 403
    assert mia.get(f"/subscribers/{id}").status_code == 200
    assert mia.call("POST", f"/subscribers/{id}", headers={"X-HTTP-Method-Override": "delete"}).status_code == 200
    assert mia.get(f"/subscribers/{id}").status_code == 422


def test_the_allow_header_names_what_this_manager_may_do_here(server: Server, company: Company, mia: Crm) -> None:
    assert mia.get("/subscribers").headers["Allow"] == "GET, POST, DELETE"
    reader = Crm(server, make_key(company, PRESETS["view-contacts"]))
    assert reader.get("/subscribers").headers["Allow"] == "GET"


def test_the_sixteen_slugs_cover_all_that_can_be_granted_and_go_both_ways() -> None:
    assert len(SLUGS) == 16
    assert permissions_of(SLUGS) == KNOWN == GRANTABLE - COMPANY_SIDE
    assert slugs_of(GRANTABLE) == list(SLUGS)
    for slug in SLUGS:
        assert slugs_of(permissions_of([slug])) == [slug]
    assert slugs_of(PRESETS["view-contacts"]) == ["fcrm_read_contacts"]
    assert permissions_of(["fcrm_manage_campaigns", "administrator"]) == frozenset()
