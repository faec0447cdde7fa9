"""The counts that PostgreSQL maintains, against the rows themselves."""

import json
import subprocess
import sys
import time
from collections import Counter

from django.db import connection

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact, delete_contacts
from portico.contacts.actions.counts import fold_counts
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.models import List, Tag
from portico.contacts.sample import make_sample
from tests.make import make_company, make_contact, make_member

WRITERS = 4
SECONDS = 4
BETWEEN_LOOKS = 0.05  # seconds, which are the writers'
# What the counts say and what the rows say, from one snapshot; both without what is zero, the counts without what is of
# tags that are gone: nobody can ask for those.
DIFFERENCE = """
WITH counted AS (
    SELECT kind, ref, value, sum(n) AS n FROM contact_count WHERE company_id = %(company)s
    AND (kind <> 'tag' OR ref IN (SELECT id FROM tag)) AND (kind <> 'list' OR ref IN (SELECT id FROM list))
    GROUP BY 1, 2, 3 HAVING sum(n) <> 0
), live AS (
    SELECT 'all' AS kind, 0::bigint AS ref, consent AS value, count(*) AS n FROM contact
    WHERE company_id = %(company)s GROUP BY consent
    UNION ALL
    SELECT 'tag', tag_id, consent, count(*) FROM contact_tag JOIN contact ON contact.id = contact_id
    WHERE contact.company_id = %(company)s GROUP BY 2, 3
    UNION ALL
    SELECT 'list', list_id, consent, count(*) FROM contact_list JOIN contact ON contact.id = contact_id
    WHERE contact.company_id = %(company)s GROUP BY 2, 3
    UNION ALL
    SELECT 'owner', owner_id, CASE WHEN archived_at IS NULL THEN stage ELSE 'archived' END, count(*) FROM contact
    WHERE company_id = %(company)s AND owner_id IS NOT NULL GROUP BY 2, 3
    UNION ALL
    SELECT 'day', (created_at AT TIME ZONE 'UTC')::date - date '1970-01-01', consent, count(*) FROM contact
    WHERE company_id = %(company)s GROUP BY 2, 3
)
SELECT 'counted', c.* FROM (TABLE counted EXCEPT TABLE live) c
UNION ALL SELECT 'live', l.* FROM (TABLE live EXCEPT TABLE counted) l
"""


def difference(company: Company) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCE, {"company": company.pk})
        return list(cursor.fetchall())


def total(company: Company) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM contact_count WHERE company_id = %s AND kind = 'all'", [company.pk])
        return int(cursor.fetchone()[0] or 0)


def test_each_change_is_counted_at_once_and_folding_changes_nothing() -> None:
    company = make_company()
    actor = operator(company.pk)
    rita = make_member(company, "Rita", Role.REP)
    ann, ben = make_contact(company, tags=["Gold"], owner_id=rita.pk), make_contact(company, tags=["Gold", "New"])
    for change in (
        lambda: label_contacts(actor, [ann.pk, ben.pk], attach_tags=["Gold", "Third"], attach_lists=["News"]),
        lambda: change_contact(actor, ann.pk, {"consent": "unsubscribed", "stage": "customer"}),
        lambda: change_contact(actor, ben.pk, {"owner_id": rita.pk}),
        lambda: change_contact(actor, ann.pk, {"owner_id": None}),
        fold_counts,
        lambda: label_contacts(actor, [ann.pk], detach_tags=["Gold"], detach_lists=["News"]),
        lambda: Tag.objects.filter(company=company, title="Third").delete(),
        lambda: delete_contacts(actor, [ben.pk]),
        fold_counts,
    ):
        change()
        assert difference(company) == []
    assert total(company) == 1


def test_counts_are_exact_while_many_write_at_once_and_afterwards() -> None:
    company = make_company()
    for name in ("Rita", "Rob"):
        make_member(company, name, Role.REP)
    make_sample(operator(company.pk), contacts=300)
    List.objects.create(company=company, title="Sixth", slug="sixth")
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.contacts.writers", str(company.pk), str(seed), str(SECONDS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(WRITERS)
    ]
    looks = 0
    while any(writer.poll() is None for writer in writers):
        assert difference(company) == []
        looks += 1
        time.sleep(BETWEEN_LOOKS)
    ends = [json.loads(writer.communicate()[0]) for writer in writers]
    assert [error for end in ends for error in end["errors"]] == []  # a deadlock would be one
    done: Counter[str] = sum((Counter(end["done"]) for end in ends), Counter())
    assert looks > 5
    assert set(done) == {
        "attach", "detach", "change", "change_many", "add", "delete", "fold", "bring", "make_tag", "delete_tag",
        "upsert",
    }, "each kind of change went through"  # fmt: skip
    assert difference(company) == []
    fold_counts()
    assert difference(company) == []
