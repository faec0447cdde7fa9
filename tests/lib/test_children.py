import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portico.lib import children as module
from portico.lib.children import PARENT, Children

# Says in the file that it is there, and stays until it is told to end.
STAYS = "echo $$ >> {file}; exec sleep 60"
# A child with a worker of its own, as a web server has it. Both tell their numbers, and both die with their parent.
WITH_WORKER = """
import os, subprocess, sys, time
from pathlib import Path
from portico.lib.children import die_with_parent

die_with_parent()
with Path(sys.argv[1]).open("a") as file:
    file.write(f"{os.getpid()}\\n")
if len(sys.argv) == 2:
    subprocess.Popen([*sys.orig_argv, "worker"])
time.sleep(60)
"""
# A parent of such a child.
PARENT_OF = """
import sys, time
from portico.lib.children import Children

children = Children()
children.start("web", [sys.executable, "-c", sys.argv[2], sys.argv[1]])
time.sleep(60)
"""
FOLLOWS = (
    "from portico.lib.children import die_with_parent as follow; {first}; follow(); print('stays', flush=True); {then}"
)


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def tend_until(children: Children, condition: Callable[[], bool]) -> None:
    def is_so() -> bool:
        children.tend()
        return condition()

    wait_until(is_so, seconds=5)


def tend_for(children: Children, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        children.tend()
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Register:
    """The file in which those who started put their process ids."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __str__(self) -> str:
        return str(self.file)

    def pids(self) -> list[int]:
        return [int(line) for line in self.file.read_text().split()] if self.file.exists() else []

    def wait_for(self, count: int) -> list[int]:
        wait_until(lambda: len(self.pids()) >= count)
        return self.pids()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    register = Register(tmp_path / "pids")
    yield register
    left = [pid for pid in register.pids() if is_alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, "the test left processes behind"


@pytest.fixture
def children() -> Iterator[Children]:
    children = Children()
    yield children
    children.stop(patience=0)


def shell(script: str, register: Register) -> list[str]:
    return ["/bin/sh", "-c", script.format(file=register)]


def test_a_child_that_was_killed_is_started_again(register: Register, children: Children) -> None:
    children.start("web", shell(STAYS, register))
    children.start("worker", ["/bin/sleep", "60"])
    [first], others = register.wait_for(1), children.pids()["worker"]
    os.kill(first, signal.SIGKILL)
    tend_until(children, lambda: len(register.pids()) == 2)
    assert children.pids() == {"web": register.pids()[1], "worker": others}


def test_a_crash_loop_does_not_spin(register: Register, children: Children) -> None:
    children.start("web", shell("echo $$ >> {file}; exit 1", register))
    tend_for(children, 1.5)
    assert 2 <= len(register.pids()) <= 4


def test_the_pause_is_short_again_for_one_that_ran_well(
    register: Register, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEADY", 0)
    children.start("web", shell("echo $$ >> {file}; exit 1", register))
    tend_until(children, lambda: len(register.pids()) == 5)


def test_a_program_that_is_missing_for_a_moment_stops_nothing(
    register: Register, children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.1)
    program = tmp_path / "program"
    program.symlink_to("/bin/sh")
    children.start("web", [str(program), "-c", f"echo $$ >> {register}; exit 1"])
    register.wait_for(1)
    program.rename(tmp_path / "away")
    tend_for(children, 0.6)
    assert children.pids() == {}
    (tmp_path / "away").rename(program)
    tend_until(children, lambda: len(register.pids()) > 1)


def test_a_command_that_does_not_exist_is_told_at_once(children: Children) -> None:
    with pytest.raises(FileNotFoundError):
        children.start("web", ["/no/such/program"])


def test_stop_asks_all_and_waits_for_them(register: Register, children: Children, tmp_path: Path) -> None:
    script = "trap 'sleep 0.3; touch {file}.$$.ended; exit' TERM; echo $$ >> {file}; while true; do sleep 0.05; done"
    for name in ("web", "worker"):
        children.start(name, shell(script, register))
    pids, before = register.wait_for(2), time.monotonic()
    children.stop()
    assert time.monotonic() - before < 2
    assert {file.name for file in tmp_path.glob("*.ended")} == {f"pids.{pid}.ended" for pid in pids}
    children.tend()
    assert children.pids() == {}


def test_what_does_not_end_in_time_is_killed_with_its_workers(register: Register, children: Children) -> None:
    children.start("web", shell("trap '' TERM; echo $$ >> {file}; " + STAYS.replace("exec", "") + " & wait", register))
    register.wait_for(2)
    before = time.monotonic()
    children.stop(patience=0.3)
    assert 0.3 <= time.monotonic() - before < 2


def test_ctrl_c_reaches_only_the_parent(children: Children) -> None:
    children.start("web", ["/bin/sleep", "60"])
    assert os.getsid(children.pids()["web"]) == children.pids()["web"]


def test_children_are_refused_to_a_thread_whose_end_would_end_them(children: Children) -> None:
    refused = []

    def start() -> None:
        with pytest.raises(RuntimeError, match="main thread"):
            children.start("web", ["/bin/sleep", "60"])
        refused.append(True)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert refused


def test_a_killed_parent_takes_its_children_and_their_workers_along(register: Register) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT_OF, str(register), WITH_WORKER])
    both = register.wait_for(2)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(is_alive, both)))


def test_a_killed_child_takes_its_workers_along_and_is_started_again(register: Register, children: Children) -> None:
    children.start("web", [sys.executable, "-c", WITH_WORKER, str(register)])
    child, worker = register.wait_for(2)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: not is_alive(worker))
    tend_until(children, lambda: len(register.pids()) == 4)
    children.stop()
    wait_until(lambda: not any(map(is_alive, register.pids())))


def follow(first: str = "", then: str = "", parent: str | None = None) -> subprocess.Popen[str]:
    """A process that follows its parent, or whom it is told, after the first thing, and then does the other."""
    environment = {name: value for name, value in os.environ.items() if name != PARENT}
    if parent is not None:
        environment[PARENT] = parent
    script = FOLLOWS.format(first=first or "pass", then=then or "pass")
    return subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True)


def test_a_child_whose_parent_has_gone_before_it_could_ask_ends() -> None:
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    child = follow(parent=str(gone.pid))
    assert child.communicate(timeout=20)[0] == ""
    assert child.returncode == -signal.SIGTERM


def test_asking_twice_is_as_good_as_once() -> None:
    child = follow(first="follow()", parent=str(os.getpid()))
    assert child.communicate(timeout=20)[0] == "stays\n"
    assert child.returncode == 0


def test_a_process_started_by_hand_follows_nobody_and_is_followed(register: Register) -> None:
    start = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {WITH_WORKER!r}, {str(register)!r}])"
    )
    process = follow(then=start + "; time.sleep(60)")
    both = register.wait_for(2)
    assert is_alive(process.pid)
    process.kill()
    process.communicate()
    wait_until(lambda: not any(map(is_alive, both)))


def test_without_the_kernels_help_the_child_watches_its_parent(register: Register) -> None:
    as_elsewhere = "import os, sys, time; sys.platform = 'darwin'"
    then = f"open({str(register)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    script = FOLLOWS.format(first=as_elsewhere, then=then)
    command = f'{PARENT}=$$ {sys.executable} -c "$SCRIPT" & wait'
    with subprocess.Popen(
        ["/bin/sh", "-c", command], env=os.environ | {"SCRIPT": script}, stdout=subprocess.DEVNULL
    ) as parent:
        [child] = register.wait_for(1)
        time.sleep(0.7)
        assert is_alive(child)
        parent.kill()
    wait_until(lambda: not is_alive(child))
