"""Waits that grow: for one account, where a fixed one is too long for its owner or too short for whoever guesses."""

# Beside waits.GrowingLimit and not the same: here all is forgotten a fixed time after the last failure, and the wait is
# looked up inside of the statement that finds the member. There what is forgiven depends on the wait that was earned.

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BinaryField

from portico.errors import TooMany
from portico.identity.models import Throttle
from portico.identity.throttle import throttle_key, wait_of, whole_seconds
from portico.lib.statements import Later, Statement

# The seconds that a row's last failure costs; exponents stop where every wait has long reached its most.
_COST = "CASE WHEN tries < {tries:d} THEN 0 ELSE least({most:d}, {first:d} * 2 ^ least(tries - {tries:d}, 20)) END"
# One statement: of many at once, each sees what the one before it has counted. A failure during a wait is not counted,
# or whoever only knows the account's name could prolong the wait for ever by asking.
_COUNT = """
INSERT INTO throttle AS t (subject, since, tries) VALUES (%s, now(), 1)
ON CONFLICT (subject) DO UPDATE SET
    since = greatest(t.since, now()),
    tries = CASE WHEN t.since > now() - {forgets:d} * interval '1 second' THEN least(t.tries + 1, 1000000) ELSE 1 END
WHERE t.since + {cost} * interval '1 second' <= now() OR t.tries < {tries:d}
RETURNING tries
"""
_WAIT = """(
    SELECT extract(epoch FROM since - now())::float8 + {cost} FROM throttle
    WHERE subject = %s AND since + {cost} * interval '1 second' > now()
)"""


@dataclass(frozen=True, slots=True)
class Slowdown:
    """Of `tries` failures the last costs a wait of `first` seconds, and each further one twice the wait before.

    No wait is longer than `most` seconds; all is forgotten `forgets` seconds, which are more, after the last failure.
    """

    purpose: str
    tries: int
    first: int
    most: int
    forgets: int

    def key(self, subject: str) -> bytes:
        return throttle_key(self.purpose, subject)

    def wait_sql(self) -> str:
        return _WAIT.format(cost=self._cost())

    def count(self, subject: str) -> int:
        """Count one more failure; answers how many that makes. Raises TooMany, and counts nothing, during a wait."""
        row = _count_statement(self).fetch_one({"key": self.key(subject)})
        if row is None:
            raise TooMany(whole_seconds(wait_of(self, subject) or 1))
        return int(row[0])

    def forget(self, subject: str) -> None:
        """Take all failures back: it has been proved otherwise who this is."""
        Throttle.objects.filter(subject=self.key(subject)).delete()

    def count_sql(self) -> str:
        return _COUNT.format(cost=self._cost("t."), tries=self.tries, forgets=self.forgets)

    def _cost(self, table: str = "") -> str:
        cost = _COST.format(tries=self.tries, first=self.first, most=self.most)
        return f"({cost.replace('tries', f'{table}tries')})"


@lru_cache(maxsize=16)
def _count_statement(slowdown: Slowdown) -> Statement:
    return Statement(slowdown.count_sql(), [Later("key", BinaryField())])
