"""What cannot be beaten on this machine, measured beside what is."""

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.world import World

_VERIFY = """
import sys, time
from portico.lib.passwords.native import hash_password
from portico.lib.passwords.verify import verify
stored, end, n = hash_password("pass-1"), time.perf_counter() + float(sys.argv[1]), 0
start = time.perf_counter()
while time.perf_counter() < end:
    assert verify("pass-1", stored).is_match
    n += 1
print(n / (time.perf_counter() - start))
"""


def argon2_per_second(core: int, seconds: float) -> float:
    """Verifications a second that one core does when it does nothing else."""
    command = ["taskset", "-c", str(core), sys.executable, "-c", _VERIFY, str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def copy_seconds(world: "World", file: Path) -> float:
    """How long a bare COPY of the same rows takes, into an identical table with the same indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_contact")
        cursor.execute("CREATE TABLE bare_contact (LIKE contact INCLUDING ALL)")
        cursor.execute("SELECT min(id) FROM company")
        (company,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE bare_contact ALTER company_id SET DEFAULT {company:d}")
        start = time.perf_counter()
        columns = ", ".join(world.csv_columns)
        with (
            cursor.copy(f"COPY bare_contact ({columns}) FROM STDIN WITH (FORMAT csv, HEADER true)") as copy,
            file.open("rb") as source,
        ):
            while part := source.read(1 << 20):
                copy.write(part)
        seconds = time.perf_counter() - start
        cursor.execute("DROP TABLE bare_contact")
    return seconds
