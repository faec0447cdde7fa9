"""Webhooks have hands of their own: receivers that take their time keep nobody's mail waiting."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

from portico.lib.postgres import EmbeddedPostgres
from portico.outbox.queues import HANDS, JOBS, WEBHOOKS
from tests.cli.command import Command
from tests.folders import copy_folder
from tests.outbox.mail_server import MailServer
from tests.outbox.receiver import Receiver, eventually

_MORE_THAN_HANDS = HANDS[JOBS] + HANDS[WEBHOOKS] + 2
_TELL = """
import sys, django
django.setup()
from portico.access import operator
from portico.companies.queries import get_company
from portico.contacts.actions.contacts import add_contact
from portico.outbox.webhooks.actions import add_endpoint
actor = operator(get_company("acme").pk)
for _ in range(int(sys.argv[2])):
    add_endpoint(actor, url=sys.argv[1])
add_contact(actor, {"email": "ann@people.test"})
"""
_WRITE = """
import django
django.setup()
from portico.outbox.actions import send_mail
send_mail(to="rita@acme.test", subject="A code", text="123456")
"""


@pytest.fixture
def folder(migrated_folder: Path, tmp_path: Path) -> Iterator[Command]:
    command = Command(copy_folder(migrated_folder, tmp_path / "data"))
    server = EmbeddedPostgres(command.folder / "postgres")
    server.start()
    try:
        yield command
    finally:
        server.stop()


def test_every_job_is_in_a_queue_that_the_worker_looks_into() -> None:
    ours = {task.queue for name, task in app.tasks.items() if name.startswith("portico.")}
    assert ours == set(HANDS)


def test_a_mail_goes_out_while_every_receiver_keeps_the_worker_waiting(folder: Command) -> None:
    slow = Receiver()
    slow.may_answer.clear()
    with slow.listening(), MailServer().listening() as mails:
        environment = folder.environment(
            PORTICO_EMAIL_URL=mails.url,
            PORTICO_ALLOW_PRIVATE_WEBHOOKS="on",
            DJANGO_SETTINGS_MODULE="portico.settings",
        )

        def run(program: str, *words: str) -> None:
            subprocess.run([sys.executable, "-c", program, *words], env=environment, check=True)

        assert folder("company", "add", "acme", "--name", "Acme").code == 0
        worker = subprocess.Popen([sys.executable, "-m", "portico", "worker"], env=environment)
        try:
            run(_TELL, slow.url, str(_MORE_THAN_HANDS))
            eventually(lambda: len(slow.got) >= HANDS[WEBHOOKS])
            run(_WRITE)
            eventually(lambda: len(mails.got) == 1)
            assert folder.rows("SELECT count(*) FROM webhook_attempt") == [(0,)]  # all of them wait still
            assert "123456" in mails.got[0]
            slow.may_answer.set()
            delivered = "SELECT count(*) FROM webhook_delivery WHERE state = 'delivered'"
            eventually(lambda: folder.rows(delivered) == [(_MORE_THAN_HANDS,)])
        finally:
            worker.terminate()
            assert worker.wait(60) == 0
