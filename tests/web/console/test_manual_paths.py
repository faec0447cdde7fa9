"""The four paths that the manuals describe, clicked through as they say."""

import base64
import re

import requests

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.passwords import set_password
from portico.identity.models import ApiKey
from tests.make import make_contact
from tests.web.browser import Browser


def test_managers_then_rest_api_then_the_first_call(acme: Company, owner: Browser) -> None:
    make_contact(acme, email="anna@acme.test")
    assert "Add New Manager" in owner.get("/settings/managers").text
    form = {"email": "zap@acme.test", "name": "Zapier", "preset": "view-contacts"}
    assert owner.send("/settings/managers/add", **form).headers["Location"] == "/settings/managers?done=added"
    assert "View Contacts" in owner.get("/settings/managers").text

    assert "Create New API Key" in owner.get("/settings/rest-api").text
    assert "Generate Key" in owner.get("/settings/rest-api/add").text
    made = owner.send(
        "/settings/rest-api/add", manager="zap@acme.test", name="Zapier", ends="year", networks="", limit=""
    )
    username, password = re.findall(r'<code id="secret-\d">([^<]+)</code>', made.text)
    assert "save" in made.text.lower()
    for language in ("curl", "PHP", "JavaScript", "Python"):
        assert f"<summary>{language}</summary>" in made.text

    basic = base64.b64encode(f"{username}:{password}".encode()).decode()
    called = requests.get(
        f"{owner.server.url}/wp-json/fluent-crm/v2/subscribers", headers={"Authorization": f"Basic {basic}"}, timeout=10
    )
    assert [row["email"] for row in called.json()["data"]] == ["anna@acme.test"]
    key = ApiKey.objects.get(company_id=acme.pk)
    assert password not in owner.get(f"/settings/rest-api/{key.pk}").text


def test_modules_then_security_codes_then_a_members_sign_in(acme: Company, owner: Browser) -> None:
    member = make_contact(acme, email="member@acme.test")
    set_password(operator(acme.pk), member.pk, "quiet otter lamps")
    page = owner.get("/modules/remote-authentication").text
    assert "Enable Remote Authentication module" in page
    assert "Save Settings" in page
    assert owner.send("/modules/remote-authentication", is_on="yes").status_code == 303
    assert "Security Codes" in owner.get("/settings/security").text
    made = owner.send("/settings/security/add", name="Shop", ends="year")
    (code,) = re.findall(r'<code id="secret-\d">([^<]+)</code>', made.text)
    asked = {"mbr_auth": code, "user": "member@acme.test", "pass": "quiet otter lamps", "json": "1"}
    answered = requests.post(owner.server.url, data=asked, timeout=20)
    assert answered.json()["email"] == "member@acme.test"

    assert owner.send("/modules/remote-authentication", is_on="no").status_code == 303
    assert "json" not in requests.post(owner.server.url, data=asked, timeout=20).headers["Content-Type"]


def test_a_key_is_rotated_and_revoked_by_its_name(acme: Company, owner: Browser) -> None:
    owner.send("/settings/managers/add", email="zap@acme.test", name="", preset="view-contacts")
    made = owner.send("/settings/rest-api/add", manager="zap@acme.test", name="Zapier", ends="never")
    username, password = re.findall(r'<code id="secret-\d">([^<]+)</code>', made.text)
    key = ApiKey.objects.get(company_id=acme.pk)

    def works(password: str) -> bool:
        url = f"{owner.server.url}/wp-json/fluent-crm/v2/subscribers"
        return requests.get(url, auth=(username, password), timeout=10).status_code == 200

    rotated = owner.send(f"/settings/rest-api/{key.pk}/rotate", grace="day", ends="year")
    _, fresh = re.findall(r'<code id="secret-\d">([^<]+)</code>', rotated.text)
    assert works(password)
    assert works(fresh)

    wrong = owner.send(f"/settings/rest-api/{key.pk}/revoke", name="Zap")
    assert wrong.status_code == 422
    assert "Type Zapier" in wrong.text
    assert owner.send(f"/settings/rest-api/{key.pk}/revoke", name="Zapier").status_code == 303
    assert owner.get(f"/settings/rest-api/{key.pk}").status_code == 404


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(owner: Browser) -> None:
    answer = owner.send("/settings/managers/add", email="no address", name="Zoë <b>")
    assert answer.status_code == 422
    assert 'id="error-preset"' in answer.text
    assert 'value="no address"' in answer.text
    assert 'value="Zoë &lt;b&gt;"' in answer.text
    answer = owner.send("/settings/managers/add", email="no address", preset="view-reports")
    assert 'id="error-email"' in answer.text
    assert 'value="view-reports" checked' in answer.text
