from django.db import connection

DELTAS_AT_ONCE = 10_000
# In one order, so that two who fold at once do not wait for each other in a circle.
_FOLD = """
WITH gone AS (
    DELETE FROM sale_count_delta WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM sale_count_delta LIMIT %s FOR UPDATE SKIP LOCKED
    )) RETURNING *
), folded AS (
    INSERT INTO sale_count_base AS base
    SELECT company_id, member_id, day, sum(n) FROM gone GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (company_id, member_id, day) DO UPDATE SET n = base.n + excluded.n
)
SELECT count(*) FROM gone
"""


def fold_sales() -> None:
    """Add the deltas of how much was sold to their base, until few are left. Sums stay exact at every moment."""
    with connection.cursor() as cursor:
        folded = DELTAS_AT_ONCE
        while folded == DELTAS_AT_ONCE:
            cursor.execute(_FOLD, [DELTAS_AT_ONCE])
            folded = cursor.fetchone()[0]
