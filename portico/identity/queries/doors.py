"""How often somebody came in, by the door: from what sessions and the use of keys and codes have left."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from portico.access import Actor, Permission

MOST_SESSIONS = 5_000
# Of sessions only the newest are looked at, so that a company's size costs nothing. Uses are found credential by
# credential, by the primary key that begins with it.
_COUNT = """
WITH newest AS (
    SELECT wire, created_at FROM session WHERE company_id = %(company)s ORDER BY id DESC LIMIT %(most)s
), credential (kind, id) AS (
    SELECT 'key', id FROM api_key WHERE company_id = %(company)s
    UNION ALL SELECT 'code', id FROM security_code WHERE company_id = %(company)s
)
SELECT wire, (created_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM newest
WHERE (created_at AT TIME ZONE 'UTC')::date >= %(first)s GROUP BY 1, 2
UNION ALL
SELECT kind, day, sum(times)::bigint FROM credential JOIN credential_use AS used USING (kind)
WHERE used.company_id = %(company)s AND used.credential_id = credential.id AND used.day >= %(first)s
    AND used.outcome = 'answered'
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Coming:
    """On a day (UTC), through a door: a wire by which people sign in, "key" or "code" for requests with one."""

    door: str
    day: date
    times: int


def count_coming(actor: Actor, *, first: date) -> list[Coming]:
    """By door and day from `first` on; days without are left out. Of sessions the newest MOST_SESSIONS count."""
    actor.require(Permission.REPORTS_READ)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"company": actor.company_id, "first": first, "most": MOST_SESSIONS})
        return [Coming(*row) for row in cursor.fetchall()]
