"""Settings → Company."""

import re

from portico.companies.models import Company
from tests.web.browser import Browser

PATH = "/settings/company"
GOOD = {"color": "#112233", "logo_url": "", "domain": "", "allowed_origins": ""}


def seen_of(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def test_of_two_who_change_the_company_the_second_is_told(acme: Company, owner: Browser) -> None:
    seen = seen_of(owner.get(PATH).text)
    assert owner.send(PATH, name="First", seen=seen, **GOOD).status_code == 303
    late = owner.send(PATH, name="Second", seen=seen, **GOOD)
    assert late.status_code == 409
    assert "Somebody has changed this" in late.text
    assert 'value="Second"' in late.text
    acme.refresh_from_db()
    assert acme.name == "First"
    assert owner.send(PATH, name="Second", seen=seen_of(late.text), **GOOD).status_code == 303
    acme.refresh_from_db()
    assert acme.name == "Second"


def test_a_company_chooses_in_which_language_it_writes(acme: Company, owner: Browser) -> None:
    shown = owner.get(PATH).text
    assert '<option value="" selected>' in shown
    form = {"name": "Acme", **GOOD}
    assert owner.send(PATH, **form, language="de", seen=seen_of(shown)).status_code == 303
    acme.refresh_from_db()
    assert acme.language == "de"
    chosen = owner.get(PATH).text
    assert '<option value="de" selected>' in chosen
    refused = owner.send(PATH, **form, language="tlh", seen=seen_of(chosen))
    assert refused.status_code == 422
    assert 'id="error-language"' in refused.text
    acme.refresh_from_db()
    assert acme.language == "de"


def test_what_no_company_can_be_called_is_refused_beside_its_field(acme: Company, owner: Browser) -> None:
    for field, value in (("name", ""), ("name", "x" * 300), ("name", "A\0cme"), ("domain", "a\0b")):
        form = {"name": "Acme", **GOOD, "seen": seen_of(owner.get(PATH).text), field: value}
        answer = owner.send(PATH, **form)
        assert answer.status_code == 422, (field, value)
        assert f'id="error-{field}"' in answer.text
    acme.refresh_from_db()
    assert acme.name == "Acme"
