"""Made from the routes alone: each that names something by number, asked for each number of another company."""

from typing import Any

import pytest
from django.db import connection

from tests.server import Server
from tests.whole.asking import BEARER, KEY, TOKEN, Wire, every_id, told, with_ids
from tests.whole.test_two_companies import CRM_CALLS, FLUID_CALLS, NATIVE_CALLS, NOBODY, Beta

# Articles of ours, the same for everybody.
NOBODYS = {"fluent-crm/v2/docs/<int:id>", "user_notification_prefs/<int:id>"}
ROUTES = [
    pytest.param(wire, *route.values, id=route.id)
    for wire, calls in ((KEY, CRM_CALLS), (TOKEN, FLUID_CALLS), (BEARER, NATIVE_CALLS))
    for route in with_ids(calls)
    if route.values[1] not in NOBODYS
]


@pytest.fixture(scope="module")
def strangers() -> dict[Wire, dict[str, Any]]:
    """One for each wire. Their own numbers begin far above the other company's, so that none is asked for."""
    with connection.cursor() as cursor:
        for table in ("company", "membership"):
            cursor.execute("SELECT setval(%s, nextval(%s) + 1000000)", [f"{table}_id_seq"] * 2)
    return {wire: wire.somebody() for wire in (KEY, TOKEN, BEARER)}


@pytest.mark.parametrize(("wire", "method", "route"), ROUTES)
def test_every_number_of_another_company_is_answered_like_one_that_never_was(
    server: Server, beta: Beta, strangers: dict[Wire, dict[str, Any]], wire: Wire, method: str, route: str
) -> None:
    before, seen = beta.everything(), {}
    for call in every_id(route):
        for names in (beta.names, NOBODY):
            address = call(names)["path"]
            if address not in seen:
                seen[address] = told(server.call(method, wire.at + address, **strangers[wire]), names)
    assert len(seen) > 10
    assert len(set(map(str, seen.values()))) == 1, seen
    assert beta.everything() == before
