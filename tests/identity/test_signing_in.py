import re
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.access import Role, stranger
from portico.identity.actions.signing_in import resend_passcode, send_passcode
from portico.identity.models import Throttle
from tests.make import make_company, make_member


def test_a_known_and_an_unknown_address_cost_the_same_statements(database: None) -> None:  # noqa: ARG001 -- must be up
    """Whoever measures the time of an answer is to learn nothing."""
    Throttle.objects.all().delete()
    rita = make_member(make_company(), "Rita", Role.REP)
    somebody = stranger(wire="fluid", address=uuid4().hex)

    def statements(email: str) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            challenge = send_passcode(somebody, email=email)
            resend_passcode(somebody, public_id=challenge.public_id)
        return [shape(query["sql"]) for query in captured.captured_queries]

    def shape(sql: str) -> str:
        if "SAVEPOINT" in sql:
            # The mail to nobody is taken back.
            return re.sub(r"RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|SAVEPOINT", "SAVEPOINT", sql).split()[0]
        return re.sub(r"'[^']*'(::bytea)?|\b\d+\b|\bNULL\b|\\x\w+", "?", sql)

    known = statements(rita.user.email)
    unknown = statements(f"nobody-{uuid4().hex[:8]}@nowhere.test")
    assert [line[:80] for line in known] == [line[:80] for line in unknown]
    assert any("INSERT" in line and "mail" in line for line in unknown)
