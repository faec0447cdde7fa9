import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from portico.access import Role, operator
from portico.contacts.models import Consent, Contact, ContactList, ContactTag, CustomField, List, Stage, Tag
from portico.contacts.sample import LISTS, TAGS, make_sample
from portico.contacts.sample_organizations import ORGANIZATIONS, PEOPLE_EACH
from portico.lib.postgres import EmbeddedPostgres
from tests.cli.command import Command
from tests.folders import copy_folder
from tests.make import make_company, make_member

# With a tenth of the rows at which the search index is built anew, and of those in a portion.
A_TENTH = """
import django
django.setup()
from portico.cli import main
from portico.contacts import sample
sample.MANY, sample.ROWS = sample.MANY // 10, sample.ROWS // 10
main(prog_name="portico")
"""
ENOUGH = 6_000  # for the search index to be built anew


def test_sample_people_show_everything_that_people_can_be() -> None:
    company = make_company()
    reps = {make_member(company, name, Role.REP).pk for name in ("Rita", "Rob")}
    make_sample(operator(company.pk), contacts=400)
    people = Contact.objects.filter(company=company)
    assert len(set(people.values_list("email", flat=True))) == 400
    assert set(people.values_list("consent", flat=True)) == set(Consent.values)
    assert set(people.values_list("stage", flat=True)) == set(Stage.values)
    assert set(people.values_list("owner_id", flat=True)) == {*reps, None}
    assert 0 < people.exclude(archived_at=None).count() < 50
    assert 100 < people.exclude(custom_values={}).count() < 400
    assert list(Tag.objects.filter(company=company).order_by("pk").values_list("title", flat=True)) == TAGS
    assert list(List.objects.filter(company=company).order_by("pk").values_list("title", flat=True)) == LISTS
    assert set(ContactTag.objects.filter(company=company).values_list("tag__title", flat=True)) == set(TAGS)
    assert CustomField.objects.filter(company=company).count() == 3
    working = people.exclude(organization=None).values_list("organization__name", flat=True)
    assert Counter(working) == {name: PEOPLE_EACH for name, *_ in ORGANIZATIONS}
    make_sample(operator(company.pk), contacts=400)
    assert people.exclude(organization=None).count() == PEOPLE_EACH * len(ORGANIZATIONS)


def test_each_list_has_members_however_few_people_there_are() -> None:
    company = make_company()
    make_sample(operator(company.pk), contacts=5)
    assert set(ContactList.objects.filter(company=company).values_list("list__title", flat=True)) == set(LISTS)


@pytest.fixture
def fresh(migrated_folder: Path, tmp_path: Path) -> Command:
    return Command(copy_folder(migrated_folder, tmp_path / "fresh"))


def sampling(fresh: Command) -> "subprocess.Popen[str]":
    """A process that makes ENOUGH people, under way."""
    command = [sys.executable, "-c", A_TENTH, "sample", "--company", "acme", "--contacts", str(ENOUGH), "--json"]
    environment = fresh.environment(DJANGO_SETTINGS_MODULE="portico.settings")
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def search_index(fresh: Command) -> tuple[object, ...]:
    """Its number, which is another one when it is built anew, how it is made, and whether it is good."""
    (found,) = fresh.rows(
        "SELECT indexrelid, pg_get_indexdef(indexrelid), indisvalid FROM pg_index"
        " WHERE indexrelid = 'contact_search'::regclass"
    )
    return found


def test_in_an_empty_database_ids_begin_at_one_and_a_kill_leaves_the_search_index_alone(fresh: Command) -> None:
    server = EmbeddedPostgres(fresh.folder / "postgres")
    server.start()
    try:
        assert fresh("company", "add", "acme", "--name", "Acme").code == 0
        before = search_index(fresh)
        killed = sampling(fresh)
        assert killed.stderr is not None
        while "contacts" not in killed.stderr.readline():
            assert killed.poll() is None
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert search_index(fresh) == before
        assert fresh("sample", "--company", "acme", "--contacts", "500").code == 0
        assert json.loads(sampling(fresh).communicate()[0])["created"] == ENOUGH - 500
        after = search_index(fresh)
        assert after[0] != before[0]
        assert after[1:] == before[1:]
        ((count, tags, lists),) = fresh.rows(
            "SELECT (SELECT count(*) FROM contact), (SELECT max(id) FROM tag), (SELECT max(id) FROM list)"
        )
        assert (count, tags, lists) == (ENOUGH, 20, 5)
        numbers = fresh.rows("SELECT custom_values ->> 'customer_number', id FROM contact ORDER BY id DESC LIMIT 9")
        # Rolled back numbers are lost to a sequence; people stay in the order of theirs all the same.
        known = [int(number) for number, _ in numbers if number]
        assert known == sorted(known, reverse=True)
        assert fresh.rows("SELECT sum(n) FROM contact_count WHERE kind = 'all'") == [(ENOUGH,)]
    finally:
        server.stop()


def test_the_first_person_of_a_fresh_database_is_contact_one(fresh: Command) -> None:
    assert fresh("company", "add", "acme", "--name", "Acme").code == 0
    assert fresh("sample", "--company", "acme", "--contacts", "25").code == 0
    server = EmbeddedPostgres(fresh.folder / "postgres")
    server.start()
    try:
        assert fresh.rows("SELECT min(id), max(id), count(*) FROM contact") == [(1, 25, 25)]
    finally:
        server.stop()
