"""Child processes that are kept running, and that do not outlive their parent, however it went."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

PARENT = "_PORTICO_PARENT"  # in the environment: the pid of the process to die with
PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0  # seconds until a child that has gone is started again; doubled each time
STEADY = 10.0  # seconds: a child that lived that long did not crash at its start

logger = logging.getLogger(__name__)


def die_with_parent() -> None:
    """Get SIGTERM when the parent ends. Call it first of all in a child, and again in each worker that the child makes.

    In a process that somebody started by hand it only tells that process's own workers whom to die with.
    """
    parent, ours = os.environ.get(PARENT), str(os.getpid())
    if parent == ours:
        return  # called before, in this very process
    os.environ[PARENT] = ours
    if parent is None:
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGTERM)) != 0:
            raise OSError(ctypes.get_errno(), "the kernel refuses PR_SET_PDEATHSIG")
        # The parent may have ended before we asked. Comparing with 1 would not do: in a container the parent is 1.
        if os.getppid() != int(parent):
            os.kill(os.getpid(), signal.SIGTERM)
    else:
        threading.Thread(target=_follow, args=(int(parent),), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


class Child:
    """One command. Its process leads a session of its own: Ctrl-C reaches only the parent, who ends all in order."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = command
        self._pause = 0.0
        self._due_at: float | None = None
        self.spawn()

    def spawn(self) -> None:
        # Linux sends the parent's death when the *thread* that spawned the child ends; only the main one lasts.
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children are started from the main thread only")
        environment = os.environ | {PARENT: str(os.getpid())}
        self.process = subprocess.Popen(  # noqa: S603 - the caller's own command, no shell
            self.command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        self._started_at, self._due_at = time.monotonic(), None

    def tend(self) -> None:
        """Start it again if it has gone, after a pause that grows while it keeps going at once."""
        now, status = time.monotonic(), self.process.poll()
        if status is None:
            return
        if self._due_at is None:
            has_crashed_again = self._pause and now - self._started_at < STEADY
            self._pause = min(self._pause * 2, LONGEST_PAUSE) if has_crashed_again else FIRST_PAUSE
            self._due_at = now + self._pause
            logger.warning("%s ended with %s and is started again in %s s", self.name, status, self._pause)
        elif now >= self._due_at:
            try:
                self.spawn()
            except OSError as error:  # no memory or no process left for it, or its program is just being replaced
                self._due_at = now + LONGEST_PAUSE
                logger.warning("%s could not be started again: %s", self.name, error)

    def kill(self) -> None:
        """End its whole session at once: not waited for yet, its number cannot belong to anybody else."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Children:
    """Commands that run until they are stopped. Use it from the main thread, and not from a signal's handler."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start the command. It is expected to call `die_with_parent()`; the name is for the log and for `pids`."""
        self._children.append(Child(name, command))

    def tend(self) -> None:
        """Start again what has gone. Call it every half second or so; it never waits."""
        for child in self._children:
            child.tend()

    def pids(self) -> dict[str, int]:
        """The process ids of those that run."""
        return {child.name: child.process.pid for child in self._children if child.process.poll() is None}

    def stop(self, patience: float = 30.0) -> None:
        """Ask all to end, wait at most that many seconds for them together, then kill what is left."""
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + patience
        for child in self._children:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.warning("%s did not end within %s s and is killed", child.name, patience)
                child.kill()
        self._children.clear()
