from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_INDEX = "contact_search"


@contextmanager
def search_index_rebuilt() -> Iterator[None]:
    """One transaction without the search index, which is built at its end: half the work for a million new rows.

    Others wait for the contact table until then, so this is for one that is nearly empty. Killed, it leaves nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [_INDEX])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {_INDEX}")
        yield
        # The reference to the company is checked at the end, and no index is built before that.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(definition)


def settle() -> None:
    """After many rows: what waits unsorted goes into the search index, and the planner learns the new numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(%s)", [_INDEX])
        cursor.execute("ANALYZE contact; ANALYZE contact_tag; ANALYZE contact_list")
