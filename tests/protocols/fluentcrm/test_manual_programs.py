"""The programs of the manual page "Authentication", run as printed: only address and credentials are filled in."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.protocols.fluentcrm.client import Crm

FOLDER = Path(__file__).parents[2] / "clients"


def program(name: str, mia: Crm) -> str:
    text = (FOLDER / name).read_text().replace("https://yourdomain.com", mia.server.url)
    text = re.sub("API_USERNAME|your_api_username", mia.key.username, text)
    return re.sub("API_PASSWORD|your_api_password", mia.key.password, text)


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **(env or {})}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def needed(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} IS NOT INSTALLED: this program of the manual page was not tried")
    return found


def shows_ann(data: dict[str, Any]) -> bool:
    found = {data["data"][0]["email"], data["subscribers"]["data"][0]["email"]}
    return found == {"ann@people.test"}


@pytest.mark.parametrize("name", ["list.sh", "list-encoded.sh"])
def test_curl(mia: Crm, name: str) -> None:
    needed("curl")
    mia.add("ann@people.test")
    assert shows_ann(json.loads(run("bash", "-c", program(name, mia))))


def test_curls_check_of_the_credentials(mia: Crm) -> None:
    needed("curl")
    assert "tags" in json.loads(run("bash", "-c", program("check.sh", mia)))["options"]


def test_the_longest_credentials_do_not_wrap_in_base64(mia: Crm) -> None:
    """`base64` breaks lines after 76 characters, that is 57 bytes, and the header would break with them."""
    pair = f"{mia.key.username}:{mia.key.password}"
    assert len(pair) <= 57
    assert run("bash", "-c", f"echo -n '{pair}' | base64").count("\n") == 1


def test_php(mia: Crm, tmp_path: Path) -> None:
    php = needed("php")
    if "curl" not in run(php, "-m").split():
        pytest.skip("PHP HAS NO curl EXTENSION: this program of the manual page was not tried")
    mia.add("ann@people.test")
    file = tmp_path / "list.php"
    # It prints nothing by itself.
    file.write_text(program("list.php", mia) + "<?php echo json_encode($data);")
    assert shows_ann(json.loads(run(php, file)))


def node_modules() -> Path | None:
    places = [os.environ.get("TEST_NODE_MODULES"), FOLDER.parents[1] / "node_modules"]
    found = [Path(place) for place in places if place and (Path(place) / "axios").is_dir()]
    return found[0].absolute() if found else None


def test_node_with_axios(mia: Crm, tmp_path: Path) -> None:
    node, modules = needed("node"), node_modules()
    if modules is None:
        pytest.skip("axios IS NOT INSTALLED (see tests/clients/axios): this program of the manual page was not tried")
    mia.add("ann@people.test")
    file = tmp_path / "list.js"
    file.write_text(program("list.js", mia))
    printed = run(node, file, env={"NODE_PATH": str(modules), "NO_COLOR": "1"})
    assert "ann@people.test" in printed
    assert "subscribers" in printed
    assert re.search(r"current_page: 1", printed)


def test_python_with_requests(mia: Crm, tmp_path: Path) -> None:
    mia.add("ann@people.test")
    file = tmp_path / "list.py"
    file.write_text(program("list.py.txt", mia))
    assert shows_ann(ast.literal_eval(run(sys.executable, file)))


@pytest.mark.parametrize(("name", "read"), [("list.sh", json.loads), ("list-encoded.sh", json.loads)])
def test_with_a_wrong_password_the_same_programs_are_refused(mia: Crm, name: str, read: Callable[[str], Any]) -> None:
    needed("curl")
    text = program(name, mia).replace(mia.key.password, mia.key.password[:-1] + "~")
    assert read(run("bash", "-c", text))["code"] == "rest_forbidden"
