"""Limits that are forgiven slowly: after some free failures each further try costs a wait twice as long as the last."""

# Beside slowing.Slowdown and not the same: here what is forgiven depends on the wait that was earned. There all is
# forgotten a fixed time after the last failure, and the wait is looked up in the statement that finds the member.

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BinaryField

from portico.errors import TooMany
from portico.identity.models import Throttle
from portico.identity.throttle import throttle_key, whole_seconds
from portico.lib.statements import Later, Statement

FIRST_WAIT = 3600  # seconds
LONGEST_WAIT = 86_400
# As long as somebody goes on after a wait, he has one try after each; who stops has all his free tries again only then.
FORGIVEN_AFTER = 7 * 86_400

# The seconds since the last try (one that began earlier may be counted later: then none); those that it closes its
# subject for; and those of quiet after which it is forgotten.
_AGE = "greatest(extract(epoch FROM now() - t.since), 0)::float8"
_CLOSED = (
    "CASE WHEN t.tries < {free} THEN 0 ELSE least({first} * 2 ^ least(t.tries - {free}, 20), {longest}) END::float8"
)
_QUIET = "CASE WHEN t.tries < {free} THEN {first} ELSE {forgiven} END"
# One statement decides and counts, because of two who look first both would take the last try. Where it is closed it
# changes nothing and answers no row: knocking makes no wait longer.
_COUNT = """
INSERT INTO throttle AS t (subject, since, tries) VALUES (%s, now(), 1)
ON CONFLICT (subject) DO UPDATE SET
    since = greatest(t.since, now()),
    tries = CASE WHEN {age} >= ({closed}) + ({quiet}) THEN 1 ELSE least(t.tries + 1, 1000) END
WHERE {age} >= {closed}
RETURNING tries
"""
_WAIT = "SELECT ({closed}) - {age} FROM throttle t WHERE t.subject = %s AND {age} < {closed}"


@dataclass(frozen=True, slots=True)
class GrowingLimit:
    """`free` tries; then a wait of an hour, one try, a wait of two hours, one try, ... up to a wait of a day.

    Only a right sign-in (`forget`) or time gives the free tries back: an hour of quiet while some are left, a week
    after the last wait. So no hour has more than `free`. Count outside of a transaction: one that is taken back would
    take the count with it.
    """

    purpose: str
    free: int

    def count(self, subject: str) -> None:
        """Count one try, before it is judged. Raises TooMany, and counts nothing, while there is a wait."""
        key = {"key": self._key(subject)}
        if _statement(_COUNT, self.free).fetch_one(key) is None:
            raise TooMany(self._wait(subject) or 1)

    def check(self, subject: str) -> None:
        """Count nothing; raises TooMany while there is a wait."""
        wait = self._wait(subject)
        if wait:
            raise TooMany(wait)

    def forget(self, subject: str) -> None:
        """All tries are forgiven: the person was the right one."""
        Throttle.objects.filter(subject=self._key(subject)).delete()

    def _key(self, subject: str) -> bytes:
        return throttle_key(self.purpose, subject)

    def _wait(self, subject: str) -> int:
        """In whole seconds; 0 for none."""
        row = _statement(_WAIT, self.free).fetch_one({"key": self._key(subject)})
        return whole_seconds(row[0]) if row else 0


@lru_cache(maxsize=32)
def _statement(sql: str, free: int) -> Statement:
    numbers = {"free": free, "first": FIRST_WAIT, "longest": LONGEST_WAIT, "forgiven": FORGIVEN_AFTER}
    parts = {"closed": _CLOSED.format(**numbers), "quiet": _QUIET.format(**numbers), "age": _AGE}
    return Statement(sql.format(**parts), [Later("key", BinaryField())])
