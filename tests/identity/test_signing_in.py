import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.access import Role, operator, stranger
from portico.errors import Invalid
from portico.identity.actions.leaving import disable_user, remove_member
from portico.identity.actions.signing_in import confirm_passcode, resend_passcode, send_passcode
from portico.identity.models import Throttle
from tests.make import make_company, make_member


def shape(sql: str) -> str:
    """What kind of statement it is, without the values that it has."""
    if "SAVEPOINT" in sql:
        # The mail to nobody is taken back.
        return re.sub(r"RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|SAVEPOINT", "SAVEPOINT", sql).split()[0]
    return re.sub(r"'[^']*'(::bytea)?|\b\d+\b|\bNULL\b|\\x\w+", "?", sql)[:80]


def statements(email: str) -> list[str]:
    """Those of asking for a code, having it sent again, and bringing a wrong one."""
    somebody = stranger(wire="fluid", address=uuid4().hex)
    with CaptureQueriesContext(connection) as captured:
        challenge = send_passcode(somebody, email=email)
        challenge = resend_passcode(somebody, public_id=challenge.public_id)
        with pytest.raises(Invalid):
            confirm_passcode(somebody, public_id=challenge.public_id, code="no code")
    return [shape(query["sql"]) for query in captured.captured_queries]


def test_known_unknown_disabled_and_removed_cost_the_same_statements(database: None) -> None:  # noqa: ARG001 -- must be up
    """Whoever measures the time of an answer is to learn nothing."""
    Throttle.objects.all().delete()
    acme = make_company()
    rita, dora, carl = (make_member(acme, name, Role.REP).user for name in ("Rita", "Dora", "Carl"))
    disable_user(operator(0), dora.pk)
    remove_member(operator(acme.pk), email=carl.email)
    known = statements(rita.email)
    for email in (f"nobody-{uuid4().hex[:8]}@nowhere.test", dora.email, carl.email):
        assert statements(email) == known
    assert any("INSERT" in line and "mail" in line for line in known)
    assert any("UPDATE" in line and "sign_in_challenge" in line for line in known)
