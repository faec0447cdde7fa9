"""The page for the site at the other end says what is so."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portico.contacts.models import Tag
from portico.protocols.activemember.fields import ALIASES, STANDARD
from tests.protocols.activemember.site import PASSWORD, Site

PAGE = (Path(__file__).parents[3] / "docs" / "protocols" / "activemember.md").read_text()


def test_the_page_lists_all_fields_in_their_order() -> None:
    (listed,) = re.findall(r"every value a text:\n\n(.*?), then", PAGE, re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == list(STANDARD)
    assert all(f"`{alias}`" in PAGE for alias in ALIASES)


def test_the_php_example_works_as_printed(site: Site) -> None:
    php = shutil.which("php")
    if php is None:
        pytest.skip("no php on the PATH: the page's example is not run")
    (example,) = re.findall(r"```php\n(.*?)```", PAGE, re.DOTALL)
    example = example.replace("https://contacts.example/", f"{site.server.url}/").replace("'CODE'", f"'{site.code}'")
    ann = site.member("ann+x", first_name="Jö", tags=["Gold"])
    gold = Tag.objects.get(company=site.company).pk

    def told(password: str, tags: str) -> object:
        call = f"echo json_encode(sign_in({json.dumps(ann.email)}, {json.dumps(password)}, {tags}));"
        program = example.removeprefix("<?php") + call
        return json.loads(subprocess.run([php, "-r", program], capture_output=True, check=True).stdout)

    right = {"id": str(ann.pk), "email": ann.email, "first_name": "Jö", "tags": {str(gold): "Gold"}}
    assert told(PASSWORD, "[]") == told(PASSWORD, f"[{gold}]") == right
    assert told("wrong", "[]") is None
    assert told(PASSWORD, f"[{gold}, 999999999]") is None
