"""The numbers of the first screen (wire notes 18; recording seq-dashboard-stats)."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from portico.protocols.fluentcrm.wire import Call, answer
from portico.reports.queries import Overview, get_overview


def stats(call: Call) -> HttpResponse:
    found = get_overview(call.actor)
    return answer(
        {
            "stats": {
                "total_subscribers": _number("Subscribed contacts", found.subscribed, "subscribers"),
                "total_campaigns": _number("Campaigns", 0, "campaigns"),
                "email_sent": _number("Mails sent", 0, "all_emails"),
                "tags": _number("Tags", found.tags, "tags"),
                "total_templates": _number("Mail templates", 0, "templates"),
                "total_automations": _number("Automations at work", 0, "funnels"),
            },
            "sales": [],
            "dashboard_notices": [],
            "onboarding": _onboarding(found),
            "quick_links": [
                {"title": "Documentation", "url": f"{settings.PUBLIC_URL}/docs", "icon": "el-icon-document"},
            ],
            "ff_config": {"is_installed": False, "create_form_link": ""},
            "recommendation": False,
            "system_tips": "",
        }
    )


def _number(title: str, count: int, route: str) -> dict[str, Any]:
    return {"title": title, "count": count, "route": {"name": route}}


def _onboarding(found: Overview) -> dict[str, Any]:
    steps = [
        _step("Make a tag", "tags", done=found.tags > 0),
        _step("Bring your contacts", "subscribers", done=found.contacts > 0),
        _step("Write a campaign", "campaigns", done=False),
        _step("Build an automation", "funnels", done=False),
    ]
    return {"total": len(steps), "completed": sum(step["completed"] for step in steps), "steps": steps}


def _step(label: str, route: str, *, done: bool) -> dict[str, Any]:
    return {"label": label, "completed": done, "route": {"name": route}}
