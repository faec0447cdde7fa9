"""How often something may be tried: counted in PostgreSQL, so that all processes see one count."""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from typing import Protocol

from django.db.models import BinaryField, F

from portico.errors import TooMany
from portico.identity.models import Throttle
from portico.lib.secrets import digest
from portico.lib.statements import Later, Statement, later_number

# One statement, because two who read first and write then would both be the last one that may. The count stops far
# above every limit instead of running over.
_COUNT = """
INSERT INTO throttle AS t (subject, since, tries) VALUES (%s, now(), 1)
ON CONFLICT (subject) DO UPDATE SET
    since = CASE WHEN t.since > now() - %s * interval '1 second' THEN t.since ELSE now() END,
    tries = CASE WHEN t.since > now() - %s * interval '1 second' THEN least(t.tries + 1, 1000000000) ELSE 1 END
RETURNING tries, extract(epoch FROM since - now())::float8 + %s
"""
_WAIT = """(
    SELECT extract(epoch FROM since - now())::float8 + {seconds:d} FROM throttle
    WHERE subject = %s AND tries >= {tries:d} AND since > now() - {seconds:d} * interval '1 second'
)"""


def throttle_key(purpose: str, subject: str) -> bytes:
    """Under what a subject is counted: keyed, so that the table gives away no address."""
    return digest(f"{purpose}\0{subject}", "throttle")


def count_in_window(purpose: str, subject: str, *, seconds: int) -> tuple[int, float]:
    """Count one more by this subject; answers how many that makes since its window began, and the seconds it has left.

    A window opens with its first try and lasts `seconds`.
    """
    row = _count_statement().fetch_one({"key": throttle_key(purpose, subject), "seconds": seconds})
    tries, left = row or (1, seconds)
    return int(tries), float(left)


def count_try(purpose: str, subject: str, *, limit: int, seconds: int) -> int:
    """Count one more try by this subject; answers how many that makes. Raises TooMany for every one beyond `limit`."""
    tries, left = count_in_window(purpose, subject, seconds=seconds)
    if tries > limit:
        raise TooMany(whole_seconds(left))
    return tries


def forget_try(purpose: str, subject: str) -> None:
    """Take one counted try back: it was counted before anybody knew that it was a right one."""
    rows = Throttle.objects.filter(subject=throttle_key(purpose, subject), tries__gt=0)
    rows.update(tries=F("tries") - 1)


@cache
def _count_statement() -> Statement:
    seconds = later_number("seconds")
    return Statement(_COUNT, [Later("key", BinaryField()), seconds, seconds, seconds])


@lru_cache(maxsize=64)
def _check_statement(limit: "Waits") -> Statement:
    sql, values = longest_wait(limit)
    return Statement(f"SELECT {sql}", values)


def whole_seconds(left: float) -> int:
    """For Retry-After: never zero, since zero invites another try at once."""
    return max(1, ceil(left))


@dataclass(frozen=True, slots=True)
class Limit:
    """For tries that count only once they have failed: `tries` of them in `seconds`, then one has to wait."""

    purpose: str
    tries: int
    seconds: int

    def key(self, subject: str) -> bytes:
        return throttle_key(self.purpose, subject)

    def count(self, subject: str) -> int:
        """Count one more failure; answers how many that makes. Raises TooMany for those beyond the limit."""
        return count_try(self.purpose, subject, limit=self.tries, seconds=self.seconds)

    def check(self, subject: str) -> None:
        """Count nothing; raises TooMany while the limit is used up."""
        wait = wait_of(self, subject)
        if wait is not None:
            raise TooMany(whole_seconds(wait))

    def forget(self, subject: str) -> None:
        """Take one back, for limits whose tries are counted before they are judged."""
        forget_try(self.purpose, subject)

    def wait_sql(self) -> str:
        return _WAIT.format(seconds=self.seconds, tries=self.tries)


class Waits(Protocol):
    """What makes one wait: a Limit, or what grows (slowing.py). `tries` failures are free of it but the last."""

    @property
    def purpose(self) -> str: ...

    @property
    def tries(self) -> int: ...

    def key(self, subject: str) -> bytes: ...

    def count(self, subject: str) -> int: ...

    def wait_sql(self) -> str: ...

    def __hash__(self) -> int: ...


def wait_of(limit: Waits, subject: str) -> float | None:
    """The seconds that this subject has to wait now, None when it has not."""
    row = _check_statement(limit).fetch_one({limit.purpose: limit.key(subject)})
    return row[0] if row else None


def longest_wait(*limits: Waits) -> tuple[str, list[Later]]:
    """An SQL expression and its values, for a statement that reads more than this.

    The seconds until none of these limits is used up, null when none is. Keys come later, under the limits' purposes.
    """
    waits = (limit.wait_sql() for limit in limits)
    return f"greatest({', '.join(waits)})", [Later(limit.purpose, BinaryField()) for limit in limits]
