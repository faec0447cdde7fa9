"""Switches (wire notes 19): two of them are modules of the company; those that do nothing here refuse to be changed."""

from typing import Any

from django.http import HttpResponse

from portico.companies.actions import switch_modules
from portico.companies.queries import get_settings
from portico.errors import Invalid, Problem
from portico.protocols.fluentcrm.fixed import is_yes, refuse_changes
from portico.protocols.fluentcrm.wire import Call, answer, message

_MODULES = {"company_module": "organizations", "event_tracking": "event-tracking"}
# In the recorded order; of the modules only the place counts.
_EXPERIMENTS: dict[str, Any] = {
    "quick_contact_navigation": "yes",
    "campaign_archive": "no",
    "campaign_group_by_month": "no",
    "campaign_search": "",
    "campaign_max_number": 50,
    "campaign_ids": [],
    "campaign_status": "archived",
    "classic_date_time": "no",
    "full_navigation": "no",
    "company_module": "no",
    "company_auto_logo": "no",
    "disable_visual_ai": "no",
    "multi_threading_emails": "no",
    "system_logs": "no",
    "event_tracking": "no",
    "abandoned_cart": "no",
    "activity_log": "yes",  # what happens is always written down
}
_COMPLIANCE = {
    "anonymize_ip": "no",
    "delete_contact_on_user": "no",
    "personal_data_export": "yes",
    "one_click_unsubscribe": "no",
    "enable_gravatar": "no",
    "gravatar_fallback": "no",
}
# Of a site's own registrations, comments and roles, which Portico does not have.
_AUTO_SUBSCRIBE: dict[str, Any] = {
    "registration_setting": {"status": "no", "target_list": "", "target_tags": []},
    "comment_settings": {"status": "no", "target_list": "", "target_tags": []},
    "user_syncing_settings": {"status": "no"},
    "role_based_tagging_settings": {"status": "no", "tag_mappings": {}},
}


def show_experiments(call: Call) -> HttpResponse:
    company = get_settings(call.actor).company
    modules = {name: "yes" if company.speaks(module) else "no" for name, module in _MODULES.items()}
    return answer({"settings": {**_EXPERIMENTS, **modules}})


def save_experiments(call: Call) -> HttpResponse:
    """What is not sent stays as it is; the plugin puts that back to its default."""
    inner = call.structure("settings")
    given = {**(inner if isinstance(inner, dict) else {}), **call.everything()}
    refuse_changes(given, {name: value for name, value in _EXPERIMENTS.items() if name not in _MODULES})
    wanted = {name: is_yes(given[name]) for name in _MODULES if name in given}
    unclear = [Problem(name, "boolean", "Say yes or no.") for name, on in wanted.items() if on is None]
    if unclear:
        raise Invalid(*unclear)
    if wanted:
        switch_modules(call.actor, {_MODULES[name]: bool(on) for name, on in wanted.items()})
    return message("The settings are saved.")


def experiment_campaigns(_call: Call) -> HttpResponse:
    return answer({"campaigns": []})


def show_compliance(_call: Call) -> HttpResponse:
    return answer({"settings": _COMPLIANCE})


def save_compliance(call: Call) -> HttpResponse:
    inner = call.structure("settings")
    refuse_changes({**(inner if isinstance(inner, dict) else {}), **call.everything()}, _COMPLIANCE)
    return message("The settings are as they were.", settings=_COMPLIANCE)


def show_auto_subscribe(_call: Call) -> HttpResponse:
    return answer(_AUTO_SUBSCRIBE)


def save_auto_subscribe(call: Call) -> HttpResponse:
    refuse_changes(
        {name: call.structure(name) for name in _AUTO_SUBSCRIBE if name in call.everything()}, _AUTO_SUBSCRIBE
    )
    return message("The settings are as they were.")


def show_integrations(_call: Call) -> HttpResponse:
    return answer({"integrations": []})


def save_integration(_call: Call) -> HttpResponse:
    return message("There is no such integration here.", 422)


def bounce_configs(_call: Call) -> HttpResponse:
    """No provider reports bounces here yet."""
    return answer({"bounce_settings": {}, "fluentsmtp_info": False})
