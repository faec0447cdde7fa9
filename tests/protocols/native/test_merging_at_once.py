"""Merges of the same contacts at the same moment, on the server's two processes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from portico.companies.models import Company
from portico.contacts.models import Contact, ContactMerge, ContactTag
from tests.make import make_contact
from tests.protocols.fluentcrm.client import Crm
from tests.protocols.native.client import Native
from tests.protocols.native.test_merging import counted, counts, tags_of

ROUNDS = 12


def at_once(*calls: Callable[[], requests.Response]) -> list[int]:
    """The calls' statuses, from the lowest."""
    start = Barrier(len(calls))

    def run(call: Callable[[], requests.Response]) -> int:
        start.wait()
        return call().status_code

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def merging(mia: Native, winner: int, loser: int) -> Callable[[], requests.Response]:
    return lambda: mia.post("/contacts/merge", {"winner": winner, "loser": loser})


def two(company: Company) -> tuple[int, int]:
    one = make_contact(company, tags=["Gold", "News"])
    return one.pk, make_contact(company, tags=["Silver", "News"], consent="pending").pk


def test_of_two_who_merge_the_same_contacts_one_wins(mia: Native, company: Company) -> None:
    for _ in range(ROUNDS):
        a, b = two(company)
        assert at_once(merging(mia, a, b), merging(mia, a, b)) == [200, 409]
        a, b = two(company)
        assert at_once(merging(mia, a, b), merging(mia, b, a)) == [200, 409]
        (left,) = Contact.objects.filter(pk__in=[a, b])
        assert tags_of(left.pk) == {"Gold", "Silver", "News"}
    assert ContactMerge.objects.filter(company_id=company.pk).count() == 2 * ROUNDS
    assert counts(company) == counted(company)


def test_of_two_who_undo_a_merge_one_wins(mia: Native, company: Company) -> None:
    for _ in range(ROUNDS):
        a, b = two(company)
        undo = {"merge": merging(mia, a, b)().json()["merge"]}

        def call(undo: Any = undo) -> requests.Response:
            return mia.post("/contacts/unmerge", undo)

        assert at_once(call, call) == [200, 409]
    assert Contact.objects.filter(company_id=company.pk).count() == 2 * ROUNDS
    assert counts(company) == counted(company)


def test_what_is_written_to_the_loser_meanwhile_is_not_lost(mia: Native, crm: Crm, company: Company) -> None:
    """It goes to the winner, or is refused because the contact is no more: never accepted and gone."""
    for number in range(ROUNDS):
        a, b = two(company)
        tag = crm.add_tag(f"Tag {number}")
        attach = {"type": "tags", "find_by": "id", "subscribers": [b], "attach": [tag]}

        def tagging(attach: Any = attach) -> requests.Response:
            return crm.post("/subscribers/sync-segments", attach)

        def renaming(b: int = b) -> requests.Response:
            return crm.put(f"/subscribers/{b}", {"last_name": "Late"})

        assert not [status for status in at_once(merging(mia, a, b), tagging, renaming) if status >= 500]
        (events,) = [mia.history(a, "limit=200")]
        was_tagged = any(
            one["field"] == "tag" and one["new"] == f"Tag {number}" for e in events for one in e["changes"]
        )
        was_renamed = any(one["new"] == "Late" and e["contact_id"] == b for e in events for one in e["changes"])
        assert ContactTag.objects.filter(contact_id=a, tag_id=tag).exists() == was_tagged
        assert (Contact.objects.get(pk=a).last_name == "Late") == was_renamed
    assert counts(company) == counted(company)
