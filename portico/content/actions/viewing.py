"""That somebody looked at a page: written behind in batches, because it must cost the page nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from portico.contacts.actions.activities import note_activity
from portico.lib.behind import Behind
from portico.lib.secrets import digest

_VISITOR_BYTES = 16
_TRIES = 3
# Whom a share was given to is asked here, and not when it was opened: the contact may have gone since. Shares are held
# in one order, so that two who write at once do not wait for each other in a circle.
_WRITE = """
WITH given AS (
    SELECT g.*, s.contact_id FROM unnest(
        %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[], %s::timestamptz[]
    ) WITH ORDINALITY AS g (company_id, member_id, share_id, medium_id, visitor, at, n)
    JOIN membership m ON m.company_id = g.company_id AND m.id = g.member_id
    LEFT JOIN share s ON s.company_id = g.company_id AND s.id = g.share_id
), first AS (
    INSERT INTO visitor_day SELECT DISTINCT company_id, member_id, (at AT TIME ZONE 'UTC')::date, visitor FROM given
    ORDER BY 1, 2, 3, 4 ON CONFLICT DO NOTHING RETURNING *
), added AS (
    INSERT INTO page_view (company_id, member_id, share_id, medium_id, contact_id, visitor, is_first, at)
    SELECT given.company_id, given.member_id, share_id, medium_id, contact_id, given.visitor,
        first.visitor IS NOT NULL AND 1 = row_number() OVER (
            PARTITION BY given.company_id, given.member_id, first.day, given.visitor ORDER BY n
        ), at
    FROM given LEFT JOIN first ON first.company_id = given.company_id AND first.member_id = given.member_id
        AND first.visitor = given.visitor AND first.day = (given.at AT TIME ZONE 'UTC')::date
    ORDER BY n RETURNING company_id, share_id, contact_id, is_first
), opened AS (
    SELECT share.id, one.n FROM share JOIN (
        SELECT company_id, share_id, count(*) AS n FROM added WHERE share_id IS NOT NULL GROUP BY 1, 2
    ) AS one ON one.company_id = share.company_id AND one.share_id = share.id
    ORDER BY share.id FOR NO KEY UPDATE OF share
), counted AS (
    UPDATE share SET views = views + opened.n FROM opened WHERE share.id = opened.id
)
SELECT company_id, contact_id, share_id FROM added WHERE contact_id IS NOT NULL AND is_first ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Viewed:
    """Which page: that of a share (with the medium that it shows), or without one the site of this member."""

    company_id: int
    member_id: int
    share_id: int | None = None
    medium_id: int | None = None


@dataclass(frozen=True, slots=True)
class _View:
    page: Viewed
    visitor: bytes
    at: datetime


def note_view(page: Viewed, *, address: str, agent: str) -> None:
    """Somebody looked at it now; written within a few seconds. Of address and agent only a keyed hash is kept."""
    at = datetime.now(UTC)
    visitor = digest(f"{at:%Y-%m-%d}\0{page.company_id}\0{address}\0{agent}", "visitor")[:_VISITOR_BYTES]
    _views.add(_View(page, visitor, at))


def _write(views: list[_View]) -> None:
    for left in reversed(range(_TRIES)):
        try:
            _write_all(views)
        except IntegrityError:
            # A contact went between the statement's look and its end; the next look does not find it.
            if not left:
                raise
        else:
            return


@transaction.atomic
def _write_all(views: list[_View]) -> None:
    pages = [view.page for view in views]
    columns: list[Any] = [
        [page.company_id for page in pages],
        [page.member_id for page in pages],
        [page.share_id for page in pages],
        [page.medium_id for page in pages],
        [view.visitor for view in views],
        [view.at for view in views],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns)
        opened = cursor.fetchall()
    for company_id, contact_id, share_id in opened:
        note_activity(company_id, contact_id, "share.opened", "share", share_id)


_views = Behind("views", _write)
write_views = _views.write_now
