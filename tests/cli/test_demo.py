"""`portico up --demo`: what it prints works when it is pasted, the first time and every time after."""

import json
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portico.lib.postgres import EmbeddedPostgres
from tests.cli.command import Command
from tests.server import free_port

MEMBER = "member@demo.test"


class Demo:
    """A running `portico up --demo` and what it said."""

    def __init__(self, command: Command) -> None:
        self.file = command.folder / "demo.json"
        self.log = command.folder / "demo.log"
        self.started_at = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portico", "up", "--demo", "--port", str(free_port())],
                env=command.environment(),
                stdout=log,
                stderr=log,
            )

    @classmethod
    @contextmanager
    def running(cls, command: Command) -> "Iterator[Demo]":
        demo = cls(command)
        try:
            demo.wait()
            yield demo
        finally:
            demo.process.send_signal(signal.SIGINT)
            demo.process.wait(60)

    def wait(self) -> None:
        while "Portico is starting on" not in self.said:
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        address = re.search(r"starting on (\S+)", self.said)
        assert address
        while subprocess.run(["curl", "-s", address[1]], capture_output=True, check=False).returncode:  # noqa: S607
            assert self.process.poll() is None, self.said
            time.sleep(0.05)

    @property
    def said(self) -> str:
        return self.log.read_text()

    def commands(self) -> list[str]:
        return [line.strip() for line in self.said.splitlines() if line.startswith("  ") and "curl" in line]

    def pasted(self, line: str) -> str:
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)  # noqa: S607
        return done.stdout

    def contacts_of_all_protocols(self) -> tuple[str, str, str]:
        """The e-mail address that each protocol answers."""
        fluentcrm, fluid, activemember = (
            next(line for line in self.commands() if mark in line) for mark in ("wp-json", "Bearer", "mbr_auth")
        )
        return (
            json.loads(self.pasted(fluentcrm))["subscriber"]["email"],
            json.loads(self.pasted(fluid))[0]["email"],
            json.loads(self.pasted(activemember))["email"],
        )


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("demo folder")
    folder.chmod(0o700)
    return Command(folder)


pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="pastes curl commands")


def test_the_printed_commands_show_the_same_contact_through_every_protocol(command: Command) -> None:
    with Demo.running(command) as demo:
        assert demo.contacts_of_all_protocols() == (MEMBER, MEMBER, MEMBER)
        for name in ("owner", "manager", "rep", "member"):
            assert f"{name}@demo.test" in demo.said
        assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600

        # A passcode, as it is told: ask for it, read it in the outbox.
        asked = next(line for line in demo.commands() if "send_mfa" in line)
        uuid = json.loads(demo.pasted(asked))["multi_factor_authentication"]["uuid"]
        outbox = next(line.strip() for line in demo.said.splitlines() if "outbox --to" in line)
        mail = subprocess.run(
            shlex.split(outbox), capture_output=True, text=True, check=True, env=command.environment()
        )
        code = re.search(r"\b\d{6}\b", mail.stdout)
        assert code
        confirm = next(line for line in demo.commands() if "confirm_mfa" in line)
        answer = json.loads(demo.pasted(confirm.replace("UUID", uuid).replace("CODE", code[0])))
        assert answer["authenticated"] is True


def test_a_second_start_keeps_everything_and_prints_it_again(command: Command) -> None:
    kept = json.loads((command.folder / "demo.json").read_text())
    with Demo.running(command) as demo:
        for secret in kept.values():
            assert secret in demo.said
        assert demo.contacts_of_all_protocols() == (MEMBER, MEMBER, MEMBER)
        ((contacts, owned, tags),) = command.rows(
            "SELECT count(*), count(owner_id), (SELECT count(*) FROM tag) FROM contact"
        )
    assert (contacts, tags) == (151, 21)
    assert owned > 50
    assert json.loads((command.folder / "demo.json").read_text()) == kept


def test_every_screen_of_the_demo_has_something_to_show(command: Command) -> None:
    server = EmbeddedPostgres(command.folder / "postgres")
    server.start()
    try:
        roles = command.rows("SELECT role, count(*) FROM membership GROUP BY 1 ORDER BY 1")
        ((modules,),) = command.rows("SELECT modules FROM company WHERE slug = 'demo'")
        (without,) = command.rows(
            "SELECT 7 - count(DISTINCT consent), 3 - count(DISTINCT stage), 5 - (SELECT count(DISTINCT list_id)"
            " FROM contact_list), 1 - least(count(archived_at), 1) FROM contact"
        )
    finally:
        server.stop()
    assert roles == [("admin", 1), ("manager", 1), ("rep", 1)]
    assert modules == ["event-tracking", "fluentcrm", "fluid", "organizations", "remote-authentication"]
    assert without == (0, 0, 0, 0)


def test_secrets_that_are_lost_or_no_longer_work_are_made_anew(command: Command) -> None:
    file = command.folder / "demo.json"
    before = json.loads(file.read_text())
    # As after a kill between a secret and its place in the file, in the middle of writing, and a revoked key.
    file.write_text(json.dumps({**before, "security_code": "", "member_password": "other"}))
    with Demo.running(command) as demo:
        after = json.loads(file.read_text())
        assert demo.contacts_of_all_protocols() == (MEMBER, MEMBER, MEMBER)
        ((codes,),) = command.rows("SELECT count(*) FROM security_code WHERE revoked_at IS NULL")
    assert codes == 1
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"security_code", "member_password"}
    file.write_text(file.read_text()[:30])
    with Demo.running(command) as demo:
        assert demo.contacts_of_all_protocols() == (MEMBER, MEMBER, MEMBER)
        assert command.rows("SELECT count(*) FROM api_key WHERE revoked_at IS NULL") == [(1,)]


def test_a_first_start_that_is_killed_anywhere_heals_at_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    folder.mkdir(mode=0o700)
    command = Command(folder)
    # Each heals what the one before it left, and gets further.
    for pause in (1.2, 1.8, 3.0):
        demo = Demo(command)
        time.sleep(pause)
        demo.process.kill()
        demo.process.wait()
    with Demo.running(command) as demo:
        assert demo.contacts_of_all_protocols() == (MEMBER, MEMBER, MEMBER)
        assert command.rows("SELECT count(*) FROM contact") == [(151,)]
        assert command.rows("SELECT count(*) FROM api_key WHERE revoked_at IS NULL") == [(1,)]
