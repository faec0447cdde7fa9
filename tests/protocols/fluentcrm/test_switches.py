"""Switches and what an administrator's screen looks at (wire notes 19)."""

import time
from typing import Any

import pytest

from portico.access import GRANTABLE, Actor, Permission, operator
from portico.audit.models import AuditEntry
from portico.companies.actions import switch_module, switch_modules
from portico.companies.models import Company
from portico.errors import Denied
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm


def modules(company: Company) -> set[str]:
    return set(Company.objects.get(pk=company.pk).modules)


def test_two_experiments_are_modules_of_the_company(mia: Crm, company: Company) -> None:
    before = modules(company)
    assert mia.post("/setting/experiments", {"company_module": "no"}).status_code == 200
    assert modules(company) == before - {"organizations"}
    assert mia.post("/setting/experiments", {"settings": {"event_tracking": "no"}}).status_code == 200
    assert modules(company) == before - {"organizations", "event-tracking"}
    shown = mia.get("/setting/experiments").json()["settings"]
    assert (shown["company_module"], shown["event_tracking"]) == ("no", "no")
    shown |= {"company_module": "yes", "event_tracking": True}
    assert mia.post("/setting/experiments", shown).status_code == 200  # as a screen sends back all that it was shown
    assert modules(company) == before
    entry = AuditEntry.objects.filter(company_id=company.pk, action="module.switched").latest("id")
    assert entry.actor == "key test"


@pytest.mark.parametrize(
    "body",
    [
        {"company_module": "perhaps"},
        {"company_module": ["no"]},
        {"company_module": "no", "activity_log": "no"},
        {"company_module": "no", "system_logs": "yes"},
        {"company_module": "no", "campaign_ids": [1]},
        {"company_module": "no", "campaign_max_number": 1000000},
        {"company_module": "no", "event_tracking": {"a": 1}},
    ],
)
def test_a_switch_that_does_nothing_here_is_refused_with_the_whole_call(
    mia: Crm, company: Company, body: dict[str, Any]
) -> None:
    before = modules(company)
    refused = mia.post("/setting/experiments", body)
    assert (refused.status_code, len(refused.json())) == (422, 1)
    assert modules(company) == before


def test_settings_never_open_or_close_a_protocol(mia: Crm, company: Company) -> None:
    before = modules(company)
    assert mia.post("/setting/experiments", {"fluid": "no", "remote-authentication": "no"}).status_code == 200
    assert modules(company) == before
    manager = Actor(company.pk, "manager", "fluentcrm", GRANTABLE)
    with pytest.raises(Denied):
        switch_module(manager, module="fluid", on=False)
    with pytest.raises(Denied):
        switch_modules(manager, {"organizations": False, "fluid": False})
    with pytest.raises(Denied):
        switch_module(
            Actor(company.pk, "x", "fluentcrm", GRANTABLE - {Permission.SETTINGS_WRITE}),
            module="organizations",
            on=False,
        )
    assert modules(company) == before


def test_what_is_fixed_may_be_sent_back_but_not_changed(mia: Crm) -> None:
    for path in ("/setting/compliance", "/setting/auto_subscribe_settings"):
        shown = mia.get(path).json()
        assert mia.post(path, shown).status_code == 200
        assert mia.post(path, shown.get("settings", {})).status_code == 200
        assert mia.get(path).json() == shown
    for name in mia.get("/setting/compliance").json()["settings"]:
        changed = "no" if name == "personal_data_export" else "yes"
        refused = mia.post("/setting/compliance", {name: changed})
        assert (refused.status_code, set(refused.json())) == (422, {name})
    wrong: list[Any] = [{"status": "yes"}, {"status": "no", "target_tags": [1]}, "yes", [1], {"status": {}}]
    for group in wrong:
        refused = mia.post("/setting/auto_subscribe_settings", {"registration_setting": group})
        assert (refused.status_code, set(refused.json())) == (422, {"registration_setting"}), group


def test_what_there_is_none_of_is_empty(mia: Crm) -> None:
    assert mia.get("/setting/integrations").json() == {"integrations": []}
    assert mia.post("/setting/integrations", {"provider": "woo"}).status_code == 422
    assert mia.get("/setting/experiments/campaigns").json() == {"campaigns": []}
    assert mia.get("/setting/bounce_configs").json() == {"bounce_settings": {}, "fluentsmtp_info": False}
    assert mia.get("/setting/system-logs").json()["logs"]["data"] == []
    assert mia.get("/setting/system-logs/reset").status_code == 200


def test_the_echo_tells_what_arrived_by_which_way(mia: Crm) -> None:
    assert mia.get("/setting/test").json() == {"message": "Valid", "params": []}
    assert mia.put("/setting/test?a=1", {"b": [True, None]}).json()["params"] == {"a": "1", "b": [True, None]}
    assert mia.call("DELETE", "/setting/test", data={"c[]": "2"}).json()["params"] == {"c": ["2"]}
    how = {"headers": {"X-HTTP-Method-Override": "PUT"}, "data": {"d": "3"}}
    assert mia.call("POST", "/setting/test", **how).json()["params"] == {"d": "3"}
    assert mia.get("/setting/test?_wp_http_referer=mia:secret&e=<b>4</b>").json()["params"] == {"e": "4"}


def test_periodic_jobs_are_shown_as_they_are_and_one_runs_when_it_is_asked_for(mia: Crm, company: Company) -> None:
    events = {event["hook"]: event for event in mia.get("/setting/cron_status").json()["cron_events"]}
    assert {"fold_contact_counts", "forget_the_past", "rotate_signing_keys", "rescue_stalled_jobs"} <= set(events)
    assert events["forget_the_past"]["interval"] == 3600
    assert events["fold_contact_counts"]["interval"] == 5
    end = time.monotonic() + 60
    while events["fold_contact_counts"]["is_overdue"] and time.monotonic() < end:
        time.sleep(0.5)  # the worker has only just started
        events = {event["hook"]: event for event in mia.get("/setting/cron_status").json()["cron_events"]}
    assert events["fold_contact_counts"]["is_overdue"] is False
    assert mia.post("/setting/run_cron", {"hook": "forget_the_past"}).status_code == 200
    assert mia.post("/setting/run_cron", {"hook": "forget_the_past"}).status_code == 200
    entries = AuditEntry.objects.filter(company_id=company.pk, action="job.asked_for")
    assert {entry.details["job"] for entry in entries} == {"forget_the_past"}


@pytest.mark.parametrize("hook", [None, "", "no_such_job", "deliver_mail", "\0", ["forget_the_past"], 7])
def test_what_is_no_periodic_job_is_refused(mia: Crm, hook: object) -> None:
    assert mia.post("/setting/run_cron", {"hook": hook}).status_code == 422


def test_what_happened_is_shown_newest_first_without_what_stands_in_it(mia: Crm, company: Company) -> None:
    make_contact(make_company("other"), email="theirs@people.test")
    id = mia.add("ann@people.test", first_name="Ann")
    mia.put(f"/subscribers/{id}", {"first_name": "Anna"})
    body = mia.get("/setting/activity-logs").json()["logs"]
    assert (body["per_page"], body["total"]) == (20, AuditEntry.objects.filter(company_id=company.pk).count())
    newest = body["data"][0]
    assert (newest["title"], newest["description"]) == ("contact.changed", f"key test, fluentcrm: contact {id}")
    found = mia.get("/setting/activity-logs?search=CONTACT.added&per_page=1").json()["logs"]
    assert (found["total"], [row["title"] for row in found["data"]]) == (1, ["contact.added"])
    assert "Anna" not in str(body)
    assert "people.test" not in str(body)
    assert mia.get("/setting/activity-logs/reset").status_code == 422
    assert mia.get("/setting/activity-logs").json()["logs"]["total"] == body["total"]


def test_old_logs_are_counted_and_what_happened_is_never_deleted(mia: Crm, company: Company) -> None:
    long_ago = {"at": "2020-01-01T00:00Z", "actor": "x", "action": "x", "subject": "x", "wire": "x"}
    entry = AuditEntry.objects.create(company_id=company.pk, **long_ago)
    old = "days_before=7&selected_logs[]=activity_logs&selected_logs[]=emails"
    assert [row["count"] for row in mia.get(f"/setting/old_logs?{old}").json()["log_counts"]] == [1, 0]
    assert mia.delete(f"/setting/old_logs?{old}").status_code == 422
    assert mia.delete("/setting/old_logs?days_before=7&selected_logs[]=emails").json()["has_more"] is False
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
    wrong = ("", "days_before=7", "days_before=6&selected_logs[]=emails", "days_before=7&selected_logs[]=contacts",
             "days_before=99999999999&selected_logs[]=emails", "days_before[]=7&selected_logs[]=emails")  # fmt: skip
    for query in wrong:
        for method in ("GET", "DELETE"):
            assert mia.call(method, f"/setting/old_logs?{query}").status_code == 422


def test_an_operator_may_still_switch_everything(company: Company) -> None:
    assert "fluid" not in switch_module(operator(company.pk), module="fluid", on=False).modules
