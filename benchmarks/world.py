"""The servers that are measured, their data, and the credentials to load them with."""

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the measurement, with credentials made for this run."""

    slug: str
    contacts: int
    username: str
    password: str
    code: str
    jwt: str
    contact: int
    tags: list[int]
    lists: list[int]
    rare_term: str
    city: str
    cursor: str


_CONTACTS_OF_NEIGHBOUR = 200
_AT_ONCE = 2000  # contacts that are deleted together
_LONGEST_STATEMENTS = 120  # seconds that those of one load take together


class World:
    """One data folder. Web server, worker and PostgreSQL share `server_core`; whatever loads them has `load_core`."""

    csv_columns = ("email", "first_name", "last_name", "phone", "city", "country")

    def __init__(self, data: Path) -> None:
        self.data = data
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        self.port, self.bare_port = _free_port(), _free_port()
        self.url, self.bare_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.bare_port}"
        self.bare_cases = data / "bare-cases.pickle"
        self._up: subprocess.Popen[bytes] | None = None
        self._seconds_to_start = 0.0
        data.mkdir(parents=True, exist_ok=True)
        os.environ.update({"PORTICO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portico.settings"})
        import django

        django.setup()

    def portico(self, *words: str) -> Any:
        import orjson

        command = [sys.executable, "-m", "portico", *words, "--data", str(self.data), "--json"]
        return orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    def prepare(self, sizes: list[int]) -> None:
        """A company with sample contacts for each size; those that are there already are kept."""
        known = {one["slug"] for one in self.portico("company", "list")}
        for size in sizes:
            slug = _slug(size)
            if slug in known:
                continue
            self.portico("company", "add", slug, "--name", slug.title())
            self.portico(
                "user", "add", f"manager@{slug}.test", "--company", slug, "--role", "manager", "--permissions", "all"
            )
            self.portico("user", "add", f"rep@{slug}.test", "--company", slug, "--role", "rep")
            self.portico("module", "on", "remote-authentication", "--company", slug)
            self.portico("sample", "--company", slug, "--contacts", str(size))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Portico up on its core, its database joined by this process."""
        start = time.perf_counter()
        environment = {**os.environ, "PORTICO_WEB_PROCESSES": "1"}
        command = [
            "taskset",
            "-c",
            str(self.server_core),
            sys.executable,
            "-m",
            "portico",
            "up",
            "--port",
            str(self.port),
        ]
        with (self.data / "bench.log").open("wb") as log:
            self._up = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        _wait_for(self.url)
        self._seconds_to_start = time.perf_counter() - start
        from portico.database import running_database

        try:
            with running_database():
                yield
        finally:
            self._up.send_signal(signal.SIGINT)
            self._up.wait(60)

    @contextmanager
    def bare_running(self) -> Iterator[None]:
        """The limit's server, set up like Portico's."""
        from django.conf import settings
        from django.db import connection

        options = connection.get_connection_params()
        database = " ".join(
            f"{name}={options[key]}"
            for name, key in (("host", "host"), ("port", "port"), ("user", "user"), ("dbname", "dbname"))
        )
        database += " options='-c plan_cache_mode=force_generic_plan'"  # as Portico's web process asks for it
        environment = {
            "BARE_CASES": str(self.bare_cases),
            "BARE_DATABASE": database,
            "BARE_CONNECTIONS": str(settings.DATABASE_CONNECTIONS),
        }
        command = ["taskset", "-c", str(self.server_core), sys.executable, "-m", "granian", "--interface", "wsgi"]
        command += ["--port", str(self.bare_port), "--blocking-threads", str(settings.WEB_THREADS), "--no-ws"]
        command += [
            "--backpressure",
            str(settings.WEB_THREADS * 4),
            "--log-level",
            "error",
            "benchmarks.bare:application",
        ]
        server = subprocess.Popen(command, env={**os.environ, **environment})
        try:
            _wait_for(f"{self.bare_url}/up")
            yield
        finally:
            server.terminate()
            server.wait(30)

    def _forget_written(self, slug: str) -> None:
        """Take away whom earlier runs have added, so that a size is what it is called."""
        from django.db import connection, transaction

        from portico.access import operator
        from portico.companies.models import Company as CompanyRow
        from portico.contacts.actions.contacts import remove_contacts
        from portico.contacts.models import Contact

        id = CompanyRow.objects.get(slug=slug).pk
        added = Contact.objects.filter(company_id=id, email__endswith="@example.test")
        ids = list(added.exclude(email__startswith="member-").values_list("pk", flat=True))
        for first in range(0, len(ids), _AT_ONCE):
            with transaction.atomic():
                remove_contacts(operator(id), ids[first : first + _AT_ONCE])
        if ids:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE contact")

    def settle(self) -> None:
        """Wait until nobody's statement runs any more: whoever loaded us stopped listening, not PostgreSQL."""
        from django.db import connection

        end = time.monotonic() + _LONGEST_STATEMENTS
        busy = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active'"
        with connection.cursor() as cursor:
            while time.monotonic() < end:
                cursor.execute(f"{busy} AND pid <> pg_backend_pid()")
                if cursor.fetchone() == (0,):
                    return
                time.sleep(0.1)

    def company(self, size: int) -> Company:
        """The company of this size with fresh credentials; the server must be running."""
        slug = _slug(size)
        self._forget_written(slug)
        key = self.portico("key", "add", f"manager@{slug}.test", "--company", slug, "--name", "bench")
        code = self.portico("code", "add", "--company", slug, "--name", "bench")["code"]
        from portico.companies.models import Company as CompanyRow
        from portico.contacts.models import Contact, List, Tag
        from portico.contacts.queries.contacts import Order
        from portico.contacts.queries.walking import Place
        from portico.protocols.fluentcrm.paging import cursor_to

        company = CompanyRow.objects.get(slug=slug)
        contacts = Contact.objects.filter(company_id=company.pk)
        middle = contacts.order_by("id")[size // 2]
        return Company(
            slug=slug,
            contacts=size,
            username=key["username"],
            password=key["password"],
            code=code,
            jwt=self._sign_in(f"rep@{slug}.test", company.pk),
            contact=middle.pk,
            tags=list(Tag.objects.filter(company_id=company.pk).order_by("id").values_list("pk", flat=True)),
            lists=list(List.objects.filter(company_id=company.pk).order_by("id").values_list("pk", flat=True)),
            rare_term=(middle.email or "").partition("@")[0].rpartition(".")[2],
            city=middle.city or "",
            cursor=cursor_to(company.pk, Place(middle.pk), Order()),
        )

    def add_neighbours(self, count: int) -> None:
        """Other companies with a few contacts each, as on a server that is in use."""
        from portico.access import operator
        from portico.companies.actions import add_company
        from portico.companies.models import Company as CompanyRow
        from portico.contacts.sample import make_sample

        known = set(CompanyRow.objects.filter(slug__startswith="neighbour-").values_list("slug", flat=True))
        for slug in sorted({f"neighbour-{number}" for number in range(1, count + 1)} - known):
            company = add_company(slug=slug, name=slug.title())
            make_sample(operator(company.pk), contacts=_CONTACTS_OF_NEIGHBOUR, seed=company.pk)

    def _sign_in(self, email: str, company_id: int) -> str:
        """A rep's token, got as a rep gets it."""
        import orjson

        from portico.outbox.actions import text_of
        from portico.outbox.queries import list_mail

        sent = self._call("POST", f"/api/authentication/send_mfa?email={email}")
        code = re.search(r"\b\d{6}\b", text_of(list_mail(to=email, last=1)[0]))
        uuid = sent["multi_factor_authentication"]["uuid"]
        body = {"uuid": uuid, "multi_factor_authentication": {"verification_code": code[0] if code else ""}}
        confirmed = self._call("POST", "/api/authentication/confirm_mfa", orjson.dumps(body))
        return str(next(one["jwt"] for one in confirmed["companies"] if one["id"] == company_id))

    def _call(self, method: str, path: str, body: bytes | None = None) -> Any:
        import orjson

        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)  # noqa: S310 -- http
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 -- same
            return orjson.loads(response.read())

    def make_members(self, company: Company, count: int) -> None:
        """member-N@example.test with the password pass-N, each with a hash of its own."""
        from portico.companies.models import Company as CompanyRow
        from portico.contacts.models import Contact
        from portico.lib.passwords.native import hash_password

        id = CompanyRow.objects.get(slug=company.slug).pk
        known = set(Contact.objects.filter(company_id=id, email__startswith="member-").values_list("email", flat=True))
        Contact.objects.bulk_create(
            Contact(company_id=id, email=f"member-{n}@example.test", password_hash=hash_password(f"pass-{n}"))
            for n in range(1, count + 1)
            if f"member-{n}@example.test" not in known
        )

    def facts(self) -> dict[str, str]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            (version,) = cursor.fetchone()
        web = max(megabytes(pid) for pid in self.web_processes())
        return {
            "machine": f"{os.cpu_count()} cores; server, worker and database on one, the load on another",
            "PostgreSQL": str(version),
            "up on an existing data folder": f"{self._seconds_to_start:.1f} s",
            "web process, idle": f"{web:.0f} MB",
        }

    def web_processes(self) -> list[int]:
        """The processes of our web server."""
        processes = (folder for folder in Path("/proc").iterdir() if folder.name.isdigit())
        return [int(folder.name) for folder in processes if self._is_web(folder)]

    def _is_web(self, folder: Path) -> bool:
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return b"web" in words and str(self.port).encode() in words

    def write_csv(self, rows: int) -> Path:
        file = self.data / "people.csv"
        with file.open("w", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(self.csv_columns)
            run = f"{time.time_ns():x}"
            for n in range(rows):
                writer.writerow((f"p{n}.{run}@example{n % 50}.test", "Anna", f"Tanaka{n}", f"+4910{n}", "Osaka", "JP"))
        return file

    def import_csv(self, file: Path) -> tuple[float, float]:
        """Seconds and megabytes at most, of the command as a person types it."""
        slug = f"import-{time.time_ns():x}"
        self.portico("company", "add", slug, "--name", slug)
        words = ["contact", "import", str(file), "--company", slug, "--data", str(self.data)]
        start = time.perf_counter()
        running = subprocess.Popen([sys.executable, "-m", "portico", *words])
        _, status, used = os.wait4(running.pid, 0)  # of this process alone, not of all that came before it
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise RuntimeError(f"the import ended with {running.returncode}")
        return time.perf_counter() - start, used.ru_maxrss / 1024


def _slug(size: int) -> str:
    return f"bench-{size}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=10).close()  # noqa: S310 -- http
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def megabytes(pid: int) -> float:
    """Resident memory of one process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
