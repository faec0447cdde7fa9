"""Settings that are kept: the business, what mails say, the mail that asks to confirm (wire notes 19)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.audit.models import AuditEntry
from portico.companies.models import Company, CompanySetting
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

FOOTER = '<a href="##crm.unsubscribe_url##">Leave</a>'
OPT_IN = {
    "email_subject": "Confirm",
    "email_body": "<a href='#activate_link#'>Yes</a>",
    "after_confirm_message": "Done",
}


def group(mia: Crm, name: str) -> dict[str, Any]:
    found: dict[str, Any] = mia.get(f"/setting?settings_keys[]={name}").json()[name]
    return found


def save(mia: Crm, **groups: object) -> Any:
    return mia.put("/setting", {"settings": groups})


def test_only_the_groups_that_are_asked_for_come(mia: Crm) -> None:
    both = "settings_keys[]=email_settings&settings_keys[]=nonsense&settings_keys[]=business_settings"
    assert list(mia.get(f"/setting?{both}").json()) == ["email_settings", "business_settings"]
    assert mia.get("/setting").json() == {}


def test_the_business_is_the_company_itself(mia: Crm, company: Company) -> None:
    assert group(mia, "business_settings") == {
        "business_name": "Acme",
        "business_address": "",
        "logo": "",
        "admin_email": "",
    }
    new = {
        "business_name": "Acme & Sons",
        "business_address": "1 Road",
        "logo": "https://acme.test/logo.png",
        "admin_email": "boss@acme.test",
    }
    assert save(mia, business_settings=new).status_code == 200
    assert group(mia, "business_settings") == new
    row = Company.objects.get(pk=company.pk)
    assert (row.name, row.logo_url) == ("Acme & Sons", "https://acme.test/logo.png")
    assert save(mia, business_settings={"logo": ""}).status_code == 200
    assert group(mia, "business_settings") == {**new, "logo": ""}
    entry = AuditEntry.objects.filter(company_id=company.pk, action="settings.changed").latest("id")
    assert entry.details == {"changed": ["logo_url"]}


def test_what_mails_say_is_kept_and_what_is_not_sent_stays(mia: Crm) -> None:
    before = group(mia, "email_settings")
    assert "reply_to_name" not in before
    assert save(mia, email_settings={"from_name": "Ann", "reply_to_email": "re@acme.test"}).status_code == 200
    assert save(mia, email_settings={"email_footer": FOOTER}).status_code == 200
    after = group(mia, "email_settings")
    assert after == {**before, "from_name": "Ann", "email_footer": FOOTER, "reply_to_email": "re@acme.test"}
    assert save(mia, email_settings=after).status_code == 200  # as a screen sends back all that it was shown


@pytest.mark.parametrize(
    ("group_name", "given", "problem"),
    [
        ("business_settings", {"business_name": ""}, "business_name"),
        ("business_settings", {"business_name": "x" * 300}, "business_name"),
        ("business_settings", {"business_name": ["x"]}, "business_name"),
        ("business_settings", {"logo": "javascript:alert(1)"}, "logo"),
        ("business_settings", {"logo": "http://["}, "logo"),
        ("business_settings", {"admin_email": "nobody"}, "admin_email"),
        ("business_settings", {"slug": "other"}, "business_settings"),
        ("business_settings", {"allowed_origins": ["https://evil.test"]}, "business_settings"),
        ("business_settings", "text", "business_settings"),
        ("email_settings", {"from_email": "nobody"}, "from_email"),
        ("email_settings", {"from_name": "x" * 600}, "from_name"),
        ("email_settings", {"email_footer": "Bye"}, "message"),
        ("email_settings", {"email_footer": [FOOTER]}, "message"),
        ("email_settings", {"emails_per_second": 100}, "emails_per_second"),
        ("email_settings", {"pref_form": "yes"}, "pref_form"),
        ("email_settings", {"pref_list_items": [1]}, "pref_list_items"),
        ("modules", {"fluid": "no"}, "modules"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_else_of_the_call_is_written(
    mia: Crm, company: Company, group_name: str, given: object, problem: str
) -> None:
    good = {"business_settings": {"business_address": "2 Road"}, "email_settings": {"from_name": "Bob"}}
    both = {**(good.get(group_name) or {}), **given} if isinstance(given, dict) else given
    refused = mia.put("/setting", {"settings": {**good, group_name: both}})
    assert (refused.status_code, list(refused.json())) == (422, [problem])
    assert not CompanySetting.objects.filter(company=company).exists()
    row = Company.objects.get(pk=company.pk)
    assert (row.name, row.logo_url, row.allowed_origins) == (company.name, None, [])


@pytest.mark.parametrize("settings", [None, [], {}, "x", 7, {"email_settings": [1]}, {"business_settings": 1}])
def test_what_are_no_settings_is_refused(mia: Crm, settings: object) -> None:
    assert mia.put("/setting", {"settings": settings}).status_code == 422


def test_two_who_change_different_things_at_once_both_succeed(mia: Crm) -> None:
    names = ("from_name", "reply_to_name", "from_email", "reply_to_email")
    values = {name: f"{name}@acme.test" for name in names}
    for _ in range(5):
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda n: save(mia, email_settings={n: values[n]}), names * 3))
        assert {one.status_code for one in done} == {200}
    found = group(mia, "email_settings")
    assert {name: found[name] for name in names} == values


def test_the_mail_that_asks_to_confirm_is_kept(mia: Crm) -> None:
    first = mia.get("/setting/double-optin").json()
    assert list(first) == ["settings"]
    assert "#activate_link#" in first["settings"]["email_body"]
    new = {**OPT_IN, "after_confirmation_type": "redirect", "after_conf_redirect_url": "https://acme.test/thanks"}
    assert mia.put("/setting/double-optin", {"settings": new}).status_code == 200
    after = mia.get("/setting/double-optin?with[]=settings_fields&list_id=999999999").json()
    assert list(after) == ["settings", "settings_fields", "global_double_optin"]
    assert after["settings"] == {**first["settings"], **new}
    assert mia.put("/setting/double-optin", {"settings": after["settings"]}).status_code == 200


def test_it_needs_a_subject_a_text_with_a_link_and_a_thank_you(mia: Crm) -> None:
    path = "/setting/double-optin"
    assert set(mia.put(path, {}).json()) == set(OPT_IN)
    for settings, problem in (
        ({**OPT_IN, "email_body": "Hello"}, "message"),
        ({**OPT_IN, "after_confirmation_type": "nothing"}, "after_confirmation_type"),
        ({**OPT_IN, "after_conf_redirect_url": "javascript:x"}, "after_conf_redirect_url"),
        ({**OPT_IN, "tag_based_redirect": "yes"}, "tag_based_redirect"),
        ({**OPT_IN, "other": "x"}, "settings"),
        ({**OPT_IN, "email_subject": ["x"]}, "email_subject"),
    ):
        refused = mia.put(path, {"settings": settings})
        assert (refused.status_code, list(refused.json())) == (422, [problem])
    own = {"settings": OPT_IN, "list_id": 1, "global_double_optin": "no"}
    assert mia.put(path, own).status_code == 422
    assert mia.put(path, {**own, "global_double_optin": "yes"}).status_code == 200
    assert mia.get(path).json()["settings"]["email_subject"] != "Confirm"


def test_what_one_company_sets_another_does_not_see(server: Server, mia: Crm) -> None:
    eve = Crm(server, make_key(make_company("other")))
    save(mia, email_settings={"from_name": "Mia"}, business_settings={"business_address": "1 Road"})
    assert group(eve, "email_settings")["from_name"] == ""
    assert group(eve, "business_settings")["business_address"] == ""
