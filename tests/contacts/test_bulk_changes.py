"""One change to many contacts: killed, run twice, stopped; whom it means, and who may not."""

import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from portico.access import Permission, Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.segments import WantedSegment, add_segment
from portico.contacts.changing.actions import resume_change, select_matching, select_ticked, start_change, stop_change
from portico.contacts.changing.queries import get_change, list_changes
from portico.contacts.changing.running import run_change, take_up_changes
from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.models import BulkChange, Contact, ContactCount, ContactTag, CustomField, Tag
from portico.contacts.queries.narrowing import NO_OWNER, Narrowed
from portico.errors import Conflict, Denied, Invalid, NotFound
from portico.identity.models import Membership
from tests.contacts.changing import acting, no_worker, now, runner_of, started
from tests.make import make_company, make_contact, make_contacts, make_member

State = BulkChange.State
MANY = 20_000


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def olga(company: Company) -> Membership:
    return make_member(company, "Olga", Role.ADMIN)


def tagged(company: Company) -> list[int]:
    """In how many entries of the audit each contact was given a tag."""
    entries = AuditEntry.objects.filter(company_id=company.pk, action="contact.tag_added")
    return [id for entry in entries for id in entry.contacts or [entry.subject_id or 0]]


def test_a_change_killed_again_and_again_reaches_everybody_once(company: Company, olga: Membership) -> None:
    actor, ids = acting(olga), make_contacts(company, MANY, email="'p' || n || '@people.test'")
    change = started(actor, select_matching(actor, Narrowed()), "tag", "Gold")
    for _ in range(3):
        before, running = now(change).position, runner_of(change)
        while now(change).position == before and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert now(change).state == State.RUNNING, "it was killed before its end"
    run_change(company.pk, change.pk)
    assert (now(change).state, change.done, change.total) == (State.DONE, MANY, MANY)
    assert change.chosen == {}
    assert sorted(tagged(company)) == sorted(ids)
    tag = Tag.objects.get(company=company, title="Gold")
    assert ContactTag.objects.filter(company=company, tag=tag).count() == MANY
    counts = ContactCount.objects.filter(company_id=company.pk, kind="tag", ref=tag.pk).values_list("n", flat=True)
    assert sum(counts) == MANY


def test_two_processes_at_one_change_reach_everybody_once(company: Company, olga: Membership) -> None:
    actor, ids = acting(olga), make_contacts(company, MANY // 2)
    change = started(actor, select_matching(actor, Narrowed()), "tag", "Gold")
    both = [runner_of(change), runner_of(change)]
    assert [one.wait() for one in both] == [0, 0]
    assert (now(change).state, change.done) == (State.DONE, len(ids))
    assert sorted(tagged(company)) == sorted(ids)
    assert AuditEntry.objects.filter(company_id=company.pk, action="contacts.change_done").count() == 1


def test_all_that_match_are_meant_also_when_the_change_ends_the_match_and_nobody_who_comes_later(
    company: Company, olga: Membership
) -> None:
    actor = acting(olga)
    make_contacts(company, 900, consent="'pending'")
    make_contacts(company, 50, consent="'bounced'")
    change = select_matching(actor, Narrowed(status="pending"))
    assert change.total == 900
    late = make_contact(company, consent="pending")
    started(actor, change, "consent", "subscribed")
    run_change(company.pk, change.pk)
    assert now(change).done == 900
    rows = Contact.objects.filter(company=company)
    assert [rows.filter(consent=one).count() for one in ("subscribed", "pending", "bounced")] == [900, 1, 50]
    assert rows.get(consent="pending").pk == late.pk
    with pytest.raises(Conflict):
        start_change(actor, change.pk, "tag", "Gold")


def test_it_is_narrowed_down_by_everything_that_the_list_is(company: Company, olga: Membership) -> None:
    actor, rita = acting(olga), make_member(company, "Rita", Role.REP)
    CustomField.objects.create(company=company, slug="colour", label="Colour", kind="text", position=0)
    CustomField.objects.create(company=company, slug="size", label="Size", kind="number", position=1)
    gold = make_contact(company, tags=["Gold"], first_name="Ann", owner_id=rita.pk).pk
    red = make_contact(company, tags=["Gold"], first_name="Bob").pk
    change_contact(actor, red, {}, custom_values={"colour": "dark red", "size": 7}, attach_lists=["News"])
    condition = Condition("own", "first_name", Operator.IS, "Bob")
    segment = add_segment(actor, WantedSegment("Bobs", Filter(((condition,),)))).pk

    def ids(**narrowed: str) -> list[int]:
        change = select_matching(actor, Narrowed(**narrowed))
        started(actor, change, "tag", f"Reached {change.pk}")
        run_change(company.pk, change.pk)
        assert now(change).done == change.total
        rows = ContactTag.objects.filter(company=company, tag__title=f"Reached {change.pk}")
        return list(rows.order_by("contact_id").values_list("contact_id", flat=True))

    assert ids(tag="Gold") == [gold, red]
    assert ids(search="ann") == [gold]
    assert ids(owner=rita.user.email.upper()) == [gold]
    assert ids(owner=NO_OWNER) == [red]
    assert ids(list="news") == [red]
    assert ids(field="colour", value="RED") == [red]
    assert ids(field="size", value="7") == [red]
    assert ids(field="size") == [red]
    assert ids(segment=str(segment)) == [red]
    assert ids(segment=str(segment), field="colour", value="dark", owner=NO_OWNER, tag="Gold", status="subscribed") == [
        red
    ]
    for wrong in (
        {"owner": "nobody@acme.test"}, {"segment": "x"}, {"segment": "9" * 18}, {"field": "none"}, {"tag": "Never"},
        {"field": "size", "value": "large"}, {"segment": str(segment), "owner": rita.user.email}, {"status": "x"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            select_matching(actor, Narrowed(**wrong))


def test_each_kind_does_what_it_says_and_no_more(company: Company, olga: Membership) -> None:
    actor, rita = acting(olga), make_member(company, "Rita", Role.REP)
    one, two = (make_contact(company, tags=["Gold"]).pk for _ in range(2))
    other = make_contact(company, tags=["Gold"]).pk
    stranger = make_contact(make_company()).pk

    def done(kind: str, text: str = "") -> Contact | None:
        change = select_ticked(actor, [one, two, stranger, 2**62])
        assert change.total == Contact.objects.filter(company=company, pk__in=[one, two]).count()
        started(actor, change, kind, text)
        run_change(company.pk, change.pk)
        assert now(change).state == State.DONE, change.problem
        return Contact.objects.filter(pk=one).first()

    done("untag", "gold")
    assert [*ContactTag.objects.filter(company=company).values_list("contact_id", flat=True)] == [other]
    done("list", "News")
    done("unlist", "News")
    owned = done("owner", rita.user.email)
    assert owned
    assert owned.owner_id == rita.pk
    nobodys = done("owner", " ")
    assert nobodys
    assert nobodys.owner_id is None
    told = AuditEntry.objects.filter(company_id=company.pk, action="contact.changed").latest("pk").details
    assert told == {"before": {"owner_id": rita.pk}, "after": {"owner_id": None}}
    assert done("delete") is None
    assert [*Contact.objects.filter(company=company).values_list("pk", flat=True)] == [other]
    assert Contact.objects.filter(pk=stranger).exists()
    with pytest.raises(Invalid):
        select_ticked(actor, [one, stranger])


def test_what_cannot_be_is_refused_before_it_begins(company: Company, olga: Membership) -> None:
    actor, change = acting(olga), None
    contact = make_contact(company).pk
    change = select_ticked(actor, [contact])
    for kind, text in (
        ("tag", ""), ("tag", "x" * 256), ("tag", "a\0b"), ("untag", "Never there"), ("consent", "maybe"),
        ("owner", "nobody@acme.test"), ("owner", "\0"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as no:
            start_change(actor, change.pk, kind, text)
        assert [one.field for one in no.value.problems] == [kind]
    with pytest.raises(NotFound):
        start_change(actor, change.pk, "erase", "")
    assert now(change).state == State.CHOSEN
    # Somebody else has chosen it, and may more, or less, than whoever would begin it.
    mia = acting(make_member(company, "Mia", Role.ADMIN))
    with pytest.raises(NotFound):
        start_change(mia, change.pk, "tag", "Gold")
    timid = acting(make_member(company, "Tim", Role.MANAGER, {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE}))
    own = select_ticked(timid, [contact])
    with pytest.raises(Denied):
        start_change(timid, own.pk, "delete", "")
    with pytest.raises(Invalid):
        start_change(timid, own.pk, "tag", "Made by who may not make one")
    with pytest.raises(Denied):
        select_ticked(acting(make_member(company, "Vera", Role.MANAGER, {Permission.CONTACTS_READ})), [contact])


def test_a_rep_changes_its_own_only_and_sees_no_other_changes(company: Company, olga: Membership) -> None:
    rita = make_member(company, "Rita", Role.REP)
    own = make_contact(company, owner_id=rita.pk, first_name="Ann").pk
    other = make_contact(company, first_name="Ann").pk
    actor = acting(rita)
    change = select_matching(actor, Narrowed(search="ann"))
    assert change.total == 1
    started(actor, change, "consent", "pending")
    run_change(company.pk, change.pk)
    assert [*Contact.objects.filter(company=company, consent="pending").values_list("pk", flat=True)] == [own]
    theirs = started(acting(olga), select_ticked(acting(olga), [own, other]), "consent", "subscribed")
    assert [*list_changes(actor)] == [change]
    with pytest.raises(NotFound):
        get_change(actor, theirs.pk)
    with pytest.raises(Denied):
        start_change(actor, select_ticked(actor, [own]).pk, "owner", olga.user.email)


def test_what_is_stopped_stays_until_who_began_it_goes_on(company: Company, olga: Membership) -> None:
    actor, ids = acting(olga), make_contacts(company, 900)
    change = started(actor, select_matching(actor, Narrowed()), "tag", "Gold")
    assert not run_change(company.pk, change.pk, should_stop=lambda: True)
    done = now(change).done
    assert 0 < done < len(ids)
    mia = acting(make_member(company, "Mia", Role.ADMIN))
    stop_change(mia, change.pk)
    assert run_change(company.pk, change.pk)
    assert (now(change).state, change.done) == (State.STOPPED, done)
    with pytest.raises(Conflict):
        stop_change(mia, change.pk)
    with pytest.raises(Denied):
        resume_change(mia, change.pk)
    with no_worker():
        resume_change(actor, change.pk)
    run_change(company.pk, change.pk)
    assert (now(change).state, change.done) == (State.DONE, 900)
    assert sorted(tagged(company)) == sorted(ids)


def test_one_that_fails_says_why_and_leaves_nothing_half_done(company: Company, olga: Membership) -> None:
    actor, rita = acting(olga), make_member(company, "Rita", Role.REP)
    contact = make_contact(company).pk
    change = started(actor, select_ticked(actor, [contact]), "owner", rita.user.email)
    rita.delete()
    assert run_change(company.pk, change.pk)
    assert now(change).state == State.FAILED
    assert "no such person" in change.problem
    assert Contact.objects.get(pk=contact).owner_id is None


def test_a_lost_job_is_made_again_and_what_nobody_began_is_forgotten(company: Company, olga: Membership) -> None:
    actor, contact = acting(olga), make_contact(company).pk
    lost = started(actor, select_ticked(actor, [contact]), "tag", "Gold")
    left, fresh = select_ticked(actor, [contact]), select_ticked(actor, [contact])
    old = timezone.now() - timedelta(days=2)
    BulkChange.objects.filter(pk__in=[lost.pk, left.pk]).update(touched_at=old)
    with no_worker():
        from procrastinate.contrib.django.models import ProcrastinateJob

        take_up_changes()
        jobs = ProcrastinateJob.objects.filter(queueing_lock=f"bulk change {lost.pk}", status="todo")
        assert [job.args for job in jobs] == [{"company_id": company.pk, "change_id": lost.pk}]
    assert {*BulkChange.objects.filter(company=company).values_list("pk", flat=True)} == {lost.pk, fresh.pk}
