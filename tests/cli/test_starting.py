"""`portico up` and its end: twice at once, a taken port, Ctrl-C, a kill of everything."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.cli.command import Command
from tests.folders import copy_folder
from tests.server import free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


class Up:
    """One `portico up`, in a group of its own as in a terminal."""

    def __init__(self, command: Command, *words: str) -> None:
        self.command = command
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = command.folder.with_name(f"{command.folder.name}-{time.monotonic_ns()}.log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portico", "up", "--port", self.url.rpartition(":")[2], *words],
                env=command.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def answers(self) -> bool:
        try:
            requests.get(self.url, timeout=5)
        except requests.ConnectionError:
            return False
        return True

    def wait(self) -> "Up":
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def everybody(self) -> list[int]:
        """Every living process of this folder, PostgreSQL's too."""
        mine = os.fsencode(self.command.folder)
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                about = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
                if mine in about and int(process.name) != os.getpid():
                    found.append(int(process.name))
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "the data of Acme & Söhne"


@pytest.fixture
def command(migrated_folder: Path, folder: Path) -> Command:
    """On an installation that was started before; test_demo has the first start of one."""
    return Command(copy_folder(migrated_folder, folder))


@pytest.fixture
def running(command: Command) -> Iterator[Up]:
    up = Up(command).wait()
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.stop()


def test_ctrl_c_stops_everything_and_loses_nothing(running: Up) -> None:
    command = running.command
    assert command("company", "add", "acme", "--name", "Acme").code == 0
    assert len(running.everybody()) > 3
    running.stop()
    assert running.process.returncode == 0
    assert running.everybody() == []
    assert "nothing is lost" in running.log.read_text()
    assert [one["slug"] for one in command("company", "list", "--json").value] == ["acme"]


def test_a_second_start_on_the_same_folder_says_what_to_do(running: Up) -> None:
    second = running.command("up", "--port", str(free_port()))
    assert (second.code, len(second.err.splitlines())) == (1, 1)
    assert "runs already" in second.err
    assert "--data" in second.err
    assert requests.get(running.url, timeout=5).status_code == 200


def test_a_taken_port_says_what_to_do(command: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = command("up", "--port", str(other.getsockname()[1]))
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "--port" in done.err


def test_after_a_kill_of_everything_it_starts_again_with_its_data(running: Up) -> None:
    command = running.command
    assert command("company", "add", "acme", "--name", "Acme").code == 0
    assert command("contact", "add", "ann@people.test", "--company", "acme").code == 0
    for pid in running.everybody():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.process.wait()
    again = Up(command).wait()
    try:
        assert command.rows("SELECT email FROM contact") == [("ann@people.test",)]
        assert command("contact", "add", "ben@people.test", "--company", "acme").code == 0
    finally:
        again.stop()
    assert again.everybody() == []


def test_a_kill_of_the_first_process_alone_leaves_none_of_the_web_or_the_worker(running: Up) -> None:
    running.process.kill()
    running.process.wait()
    end = time.monotonic() + 60
    while running.answers() and time.monotonic() < end:
        time.sleep(0.1)
    assert not running.answers()
    up = Up(running.command).wait()
    up.stop()
    assert up.everybody() == []


@pytest.mark.parametrize(
    ("setting", "value"), [("PORTICO_WEB_THREADS", "0"), ("PORTICO_UNHEARD_OF", "x"), ("PORTICO_TRUSTED_PROXIES", "me")]
)
def test_a_setting_that_cannot_be_taken_stops_the_start(folder: Path, setting: str, value: str) -> None:
    folder.mkdir(mode=0o700)
    done = Command(folder)("up", "--port", str(free_port()), **{setting: value})
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert setting in done.err
    assert not (folder / "postgres").exists()
