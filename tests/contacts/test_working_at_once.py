"""Where contacts work, while several processes change it at once."""

import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.organizations import add_organization
from portico.contacts.models import ContactOrganization, Organization
from portico.lib.statements import Shape
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

WORKERS = 4
SECONDS = 4
BETWEEN_LOOKS = 0.05  # seconds, which are the workers'
SHAPE = Shape({"id": "id"})


def wrongly_first(company: Company) -> int:
    """Contacts that work first where they do not work at all."""
    return _count(
        company,
        "SELECT count(*) FROM contact c WHERE company_id = %s AND organization_id IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM contact_organization j WHERE j.company_id = c.company_id AND j.contact_id = c.id"
        " AND j.organization_id = c.organization_id)",
    )


def nowhere_first(company: Company) -> int:
    """Contacts that work somewhere, and nowhere first."""
    return _count(
        company,
        "SELECT count(*) FROM contact c WHERE company_id = %s AND organization_id IS NULL AND EXISTS ("
        "SELECT FROM contact_organization j WHERE j.company_id = c.company_id AND j.contact_id = c.id)",
    )


def _count(company: Company, sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, [company.pk])
        return int(cursor.fetchone()[0])


def test_nobody_works_first_where_it_does_not_work_while_many_write_at_once() -> None:
    company = make_company()
    for number in range(40):
        make_contact(company, email=f"p{number}@people.test")
    for number in range(1, 6):
        add_organization(operator(company.pk), {"name": f"Works {number}"}, SHAPE)
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.contacts.workers", str(company.pk), str(seed), str(SECONDS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(WORKERS)
    ]
    looks = 0
    while any(worker.poll() is None for worker in workers):
        assert wrongly_first(company) == 0
        looks += 1
        time.sleep(BETWEEN_LOOKS)
    ends = [json.loads(worker.communicate()[0]) for worker in workers]
    assert [error for end in ends for error in end["errors"]] == []  # a deadlock would be one
    done: Counter[str] = sum((Counter(end["done"]) for end in ends), Counter())
    assert looks > 5
    assert set(done) == {
        "attach", "detach", "put_first", "add", "change", "delete", "upsert", "delete_people",
    }, "each kind of change went through"  # fmt: skip
    assert (wrongly_first(company), nowhere_first(company)) == (0, 0)
    names = [name.lower() for name in Organization.objects.filter(company=company).values_list("name", flat=True)]
    assert len(set(names)) == len(names)


def test_one_name_made_many_times_at_once_is_made_once(server: Server) -> None:
    company = make_company()
    mia = Crm(server, make_key(company))
    for number in range(5):
        spellings = [f"Acme {number}", f"ACME {number}"] * 4
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda name: mia.post("/companies", {"name": name}).status_code, spellings))
        assert Counter(answers) == {200: 1, 422: 7}
    assert Organization.objects.filter(company=company).count() == 5


def test_attaching_to_what_is_being_deleted_leaves_nothing_behind(server: Server) -> None:
    company = make_company()
    mia = Crm(server, make_key(company))
    people = [make_contact(company).pk for _ in range(20)]
    for number in range(8):
        made = add_organization(operator(company.pk), {"name": f"Acme {number}"}, SHAPE).id
        body = {"subscriber_ids": people, "company_ids": [made]}
        with ThreadPoolExecutor(4) as pool:
            attached = [pool.submit(mia.post, "/companies/attach-subscribers", body) for _ in range(3)]
            deleted = pool.submit(mia.delete, f"/companies/{made}")
        assert deleted.result().status_code == 200
        assert {one.result().status_code for one in attached} <= {200, 422}
    assert not ContactOrganization.objects.filter(company=company).exists()
    assert (wrongly_first(company), nowhere_first(company)) == (0, 0)
