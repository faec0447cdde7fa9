"""A protocol can be taken away: its folder and its lines in urls.py, and nothing else notices."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "portico"
PROTOCOLS = ("activemember", "fluentcrm", "fluid", "native")
# Asked of the house without one protocol, in a process of its own: every address of what is left still leads somewhere.
ASK = """
import io
import django
django.setup()
from portico.http.application import application
for address in ("/", "/docs/fluid", "/docs/fluentcrm", "/wp-json/", "/api/me", "/docs/portico",
                "/api/portico/v1/contacts/1"):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO()}
    environ |= {"wsgi.url_scheme": "http", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80"}
    application(environ, lambda status, headers: print(address, status.split()[0]))
"""
OWN = {"/docs/portico": "200", "/api/portico/v1/contacts/1": "401"}
ANSWERS = {
    "activemember": {
        "/": "200",
        "/docs/fluid": "200",
        "/docs/fluentcrm": "200",
        "/wp-json/": "200",
        "/api/me": "401",
        **OWN,
    },
    "fluentcrm": {"/": "200", "/docs/fluid": "200", "/wp-json/": "404", "/api/me": "401", **OWN},
    "fluid": {"/": "200", "/docs/fluentcrm": "200", "/wp-json/": "200", "/api/me": "404", **OWN},
    "native": {
        "/": "200",
        "/wp-json/": "200",
        "/api/me": "401",
        "/docs/portico": "404",
        "/api/portico/v1/contacts/1": "404",
    },
}


def without(protocol: str, folder: Path) -> None:
    """A copy of the package, less one protocol's folder and the lines of urls.py that name it."""
    shutil.copytree(PACKAGE, folder / "portico")
    shutil.rmtree(folder / "portico" / "protocols" / protocol)
    urls = folder / "portico" / "urls.py"
    lines = urls.read_text().splitlines(keepends=True)
    urls.write_text("".join(line for line in lines if protocol not in line))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_house_stands_without_one_protocol(protocol: str, tmp_path: Path) -> None:
    without(protocol, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    answered = dict(line.split() for line in said.stdout.splitlines())
    assert {address: answered[address] for address in ANSWERS[protocol]} == ANSWERS[protocol]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_foreign_folder_is_imported_by_the_core(protocol: str) -> None:
    core = (path for path in PACKAGE.rglob("*.py") if "protocols" not in path.parts and path.name != "urls.py")
    assert not [path for path in core if f"portico.protocols.{protocol}" in path.read_text()]
