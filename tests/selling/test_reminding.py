"""Mails about tasks that are due, each once, in the morning where the person lives."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from portico.access import Actor, Role, permissions_of
from portico.companies.models import Company
from portico.identity.actions.profiles import change_profile, choose_notifications
from portico.identity.models import Membership
from portico.identity.notifications import Notification
from portico.lib.statements import Shape
from portico.outbox.actions import text_of
from portico.outbox.models import Mail
from portico.selling.actions.reminding import remind_of_tasks
from portico.selling.actions.tasks import add_task, change_task, complete_task
from portico.selling.models import Task
from tests.make import make_company, make_member

ID = Shape({"id": "id"})


def actor_of(member: Membership) -> Actor:
    whole = permissions_of(Role.REP, ())
    return Actor(
        member.company_id, "rep", "test", whole, membership_id=member.pk, user_id=member.user_id, role=Role.REP
    )


def zone_at(hour: int) -> str:
    """A zone where it is about this hour now. Its sign is upside down, as POSIX has it."""
    offset = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


def add(actor: Actor, title: str, zone: str, days: int = 0) -> int:
    due = datetime.now(ZoneInfo(zone)).date() + timedelta(days=days)
    add_task(actor, {"title": title, "due_on": str(due)}, ID)
    return Task.objects.filter(company_id=actor.company_id).latest("pk").pk


def mails(member: Membership) -> list[Mail]:
    return list(Mail.objects.filter(company_id=member.company_id, to=member.user.email).order_by("pk"))


def remind() -> int:
    """As the worker does, on a connection of its own."""
    try:
        return remind_of_tasks()
    finally:
        connection.close()


def rep_in(company: Company, zone: str) -> tuple[Membership, Actor]:
    member = make_member(company, "Rita", Role.REP)
    actor = actor_of(member)
    change_profile(actor, {"time_zone": zone}, ID)
    return member, actor


def test_each_task_is_told_of_once_whoever_looks() -> None:
    noon = zone_at(12)
    member, actor = rep_in(make_company(), noon)
    today, yesterday = add(actor, "Call\nAnn", noon), add(actor, "Write to Bo", noon, -1)
    add(actor, "Much later", noon, 2)
    complete_task(actor, add(actor, "Done", noon), ID)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: remind(), range(8)))
    told = "\n".join(text_of(mail) for mail in mails(member))
    assert sorted(line.partition(" (")[0] for line in told.splitlines() if line.startswith("-")) == [
        "- Call Ann", "- Write to Bo",
    ]  # fmt: skip
    before = len(mails(member))
    change_task(actor, today, {"title": "Call Ann again"}, ID)
    remind()
    assert len(mails(member)) == before
    # Another day is another reminder.
    change_task(actor, yesterday, {"due_on": str(datetime.now(ZoneInfo(noon)).date())}, ID)
    remind()
    assert len(mails(member)) == before + 1
    assert mails(member)[-1].subject == "A task is due"
    assert mails(member)[-1].sender_name == "Acme"


def test_nobody_is_told_before_morning() -> None:
    night = zone_at(3)
    member, actor = rep_in(make_company(), night)
    add(actor, "Call", night)
    remind()
    assert mails(member) == []
    add(actor, "Since yesterday", night, -1)
    remind()
    assert ["Since yesterday" in text_of(mail) for mail in mails(member)] == [True]


def test_who_wants_no_mail_gets_none_and_none_later() -> None:
    noon, company = zone_at(12), make_company()
    (quiet, his), (silent, hers) = rep_in(company, noon), rep_in(company, noon)
    choose_notifications(his, {Notification.TASK_DUE: {"email": False}})
    change_profile(hers, {"email_notifications": False}, ID)
    for actor in (his, hers):
        add(actor, "Call", noon)
    remind()
    choose_notifications(his, {Notification.TASK_DUE: {"email": True}})
    change_profile(hers, {"email_notifications": True}, ID)
    remind()
    assert mails(quiet) + mails(silent) == []
