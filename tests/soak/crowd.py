"""Three hundred members who sign in at once, and the others who must not notice."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_code, make_company, make_key
from tests.server import Server
from tests.soak.measuring import percentile, say
from tests.whole.processes import family, megabytes

MEMBERS, SECONDS, MOST_MEGABYTES = 300, 15, 1024


def run(caller: str, **about: object) -> "subprocess.Popen[str]":
    """One of tests/soak/callers.py, in a process of its own: what it measures must not wait for our threads."""
    command = [sys.executable, "-m", "tests.soak.callers", caller, json.dumps(about)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def members(company: Company) -> list[tuple[str, str]]:
    """Addresses and passwords. No two are alike, or they would be known from the minute before and not hashed."""
    people = [(f"m{number}@crowd.test", f"password {number}") for number in range(MEMBERS * 10)]
    Contact.objects.bulk_create(
        Contact(company_id=company.pk, email=email, password_hash=hashlib.md5(password.encode()).hexdigest())  # noqa: S324 -- a site's old one, of which ours is made
        for email, password in people
    )
    return people


def test_three_hundred_sign_ins_at_once_neither_kill_nor_slow_down_the_others(server: Server) -> None:
    # A server as it is without settings, beside the suite's own, which has the worker and PostgreSQL.
    folder = Path(os.environ["PORTICO_DATA"])
    as_it_comes = {"PORTICO_WEB_PROCESSES": "1", "PORTICO_WEB_THREADS": "32", "PORTICO_HASHES_WAITING": "16"}
    with Server.running(folder, "web", **as_it_comes) as ours:
        company = make_company()
        key, code, people = make_key(company), make_code(company), members(company)
        basic = base64.b64encode(f"{key.username}:{key.password}".encode()).decode()
        idle = json.loads(run("key", port=ours.port, basic=basic, seconds=5).communicate()[0])
        web = set(family(ours.process.pid))
        most, done = [0.0], threading.Event()

        def weigh() -> None:
            while not done.wait(0.3):
                everything = {*family(ours.process.pid), *family(server.process.pid), *_postgres(folder)}
                most[0] = max(most[0], megabytes([*everything]))

        watch = threading.Thread(target=weigh)
        watch.start()
        forms = [urlencode({"mbr_auth": code, "user": email, "pass": password}) for email, password in people]
        file = folder / "forms.json"
        file.write_text(json.dumps(forms))
        crowd = run("crowd", port=ours.port, file=str(file), seconds=SECONDS, count=MEMBERS)
        time.sleep(2)
        busy = json.loads(run("key", port=ours.port, basic=basic, seconds=SECONDS - 5).communicate()[0])
        came: Counter[str] = Counter(json.loads(crowd.communicate()[0]))
        done.set()
        watch.join()
        assert set(family(ours.process.pid)) == web  # none was killed and begun anew
        assert ours.get("/").status_code == 200
    idle95, busy95 = percentile(idle["times"], 0.95) * 1000, percentile(busy["times"], 0.95) * 1000
    say(f"{dict(came)} of {MEMBERS} at once; all processes {most[0]:.0f} MB at most")
    say(f"API key: p95 {idle95:.1f} ms idle, {busy95:.1f} ms meanwhile ({busy95 / idle95:.1f} times)")
    assert set(came) <= {"200", "503"}
    assert came["200"] > 0
    assert came["503"] > 0
    assert {*idle["statuses"], *busy["statuses"]} == {200}
    assert most[0] < MOST_MEGABYTES
    assert busy95 < idle95 * 5


def _postgres(folder: Path) -> list[int]:
    lock = folder / "postgres" / "data" / "postmaster.pid"
    return family(int(lock.read_text().split()[0])) if lock.exists() else []
