"""What a test needs made in a data folder of its own, where the tests' own settings do not reach.

`python -m tests.in_folder world` makes a company with somebody for every wire and prints their credentials as JSON;
`python -m tests.in_folder mails` prints the texts of all mails.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(folder: Path, task: str) -> Any:
    """The task's JSON, from a process that sees this folder and the PostgreSQL in it."""
    environment = {**os.environ, "PORTICO_DATA": str(folder), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "tests.in_folder", task], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def world() -> dict[str, str]:
    from portico.access import Role, operator
    from portico.companies.actions import set_company
    from portico.contacts.actions.hooks import HookWanted, add_webhook
    from portico.contacts.actions.passwords import set_password, set_password_hash
    from tests.make import make_code, make_company, make_contact, make_key, make_member

    company = make_company()
    by = operator(company.pk)
    set_company(by, allowed_origins=["https://app.example.com"])
    key = make_key(company)
    rita = make_member(company, "Rita", Role.REP)
    ann, bob = make_contact(company, tags=["Gold"]), make_contact(company)
    set_password(by, ann.pk, "anns-Passw0rd-Kestrel")
    set_password_hash(by, bob.pk, hashlib.md5(b"bobs-Heron-Feather").hexdigest())  # noqa: S324 -- as old sites have it
    return {
        "slug": company.slug,
        "username": key.username,
        "key": key.password,
        "code": make_code(company),
        "webhook": add_webhook(by, HookWanted("Shop", "pending"))[0].key,
        "rep": rita.user.email,
        "ann": ann.email or "",
        "anns_password": "anns-Passw0rd-Kestrel",
        "bob": bob.email or "",
        "bobs_password": "bobs-Heron-Feather",
    }


def mails() -> list[str]:
    from portico.outbox.actions import text_of
    from portico.outbox.queries import list_mail

    return [text_of(mail) for mail in list_mail(last=100)]


def main(task: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portico.settings"
    import django

    django.setup()
    from portico.database import running_database

    with running_database():
        value = {"world": world, "mails": mails}[task]()
    sys.stdout.write(json.dumps(value))


if __name__ == "__main__":
    main(sys.argv[1])
