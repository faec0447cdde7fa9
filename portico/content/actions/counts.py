from django.db import connection

DELTAS_AT_ONCE = 10_000
# In one order, so that two who fold at once do not wait for each other in a circle.
_FOLD = """
WITH gone AS (
    DELETE FROM shown_count_delta WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM shown_count_delta LIMIT %s FOR UPDATE SKIP LOCKED
    )) RETURNING *
), hours AS (
    SELECT company_id, member_id, medium_id, hour, sum(views) AS views, sum(visitors) AS visitors, sum(leads) AS leads,
        sum(shares) AS shares, sum(site_views) AS site_views, sum(site_leads) AS site_leads
    FROM gone GROUP BY 1, 2, 3, 4
), sums AS (
    SELECT company_id, member_id, unit.id AS unit, medium_id, unit.number, sum(views) AS views,
        sum(visitors) AS visitors, sum(leads) AS leads, sum(shares) AS shares, sum(site_views) AS site_views,
        sum(site_leads) AS site_leads
    FROM hours CROSS JOIN LATERAL (VALUES
        (1, hour), (2, floor(hour / 24.0)::integer), (3, shown_month(hour)), (4, 0)
    ) AS unit (id, number)
    WHERE unit.id > 1 OR medium_id = 0 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
), folded AS (
    INSERT INTO shown_count_base AS base SELECT * FROM sums
    ON CONFLICT (company_id, member_id, unit, medium_id, number) DO UPDATE SET
        views = base.views + excluded.views, visitors = base.visitors + excluded.visitors,
        leads = base.leads + excluded.leads, shares = base.shares + excluded.shares,
        site_views = base.site_views + excluded.site_views, site_leads = base.site_leads + excluded.site_leads
)
SELECT count(*) FROM gone
"""


def fold_counts() -> None:
    """Add the deltas of how often what was seen to their base, until few are left. Sums stay exact at every moment."""
    with connection.cursor() as cursor:
        folded = DELTAS_AT_ONCE
        while folded == DELTAS_AT_ONCE:
            cursor.execute(_FOLD, [DELTAS_AT_ONCE])
            folded = cursor.fetchone()[0]


def forget_visitors() -> None:
    """Keep visitors of today and yesterday (UTC): views are written a little after they happened."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM visitor_day WHERE day < (now() AT TIME ZONE 'UTC')::date - 1")
