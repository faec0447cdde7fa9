from django.db import connection

DELTAS_AT_ONCE = 20_000
# In one order, so that two who fold at once do not wait for each other in a circle.
_FOLD = """
WITH gone AS (
    DELETE FROM contact_count_delta WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM contact_count_delta LIMIT %s FOR UPDATE SKIP LOCKED
    )) RETURNING *
), sums AS (
    SELECT company_id, kind, ref, value, sum(n) AS n FROM gone GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
), folded AS (
    INSERT INTO contact_count_base AS base SELECT * FROM sums
    ON CONFLICT (company_id, kind, ref, value) DO UPDATE SET n = base.n + excluded.n
)
SELECT count(*) FROM gone
"""


def fold_counts() -> None:
    """Add the deltas of contact counts to their base, until few are left. Sums stay exact at every moment."""
    with connection.cursor() as cursor:
        folded = DELTAS_AT_ONCE
        while folded == DELTAS_AT_ONCE:
            cursor.execute(_FOLD, [DELTAS_AT_ONCE])
            folded = cursor.fetchone()[0]
