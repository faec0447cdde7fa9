"""What an administrator's screen asks to see whether all is well (wire notes 19): jobs, logs, an echo."""

from typing import Any

import orjson
from django.http import HttpResponse

from portico.audit.activity import count_activity_before, list_activity
from portico.audit.models import AuditEntry
from portico.errors import Invalid, NotFound
from portico.outbox.periodic import Periodic, list_periodic_jobs, run_periodic_job
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.wire import Call, answer, message, paginator, raw_answer, whole_number

_STAMP = "%Y-%m-%d %H:%M:%S"
_LOGS_PER_PAGE = 20
_LONGEST_SEARCH = 200
_LEAST_DAYS, _MOST_DAYS = 7, 36_500
# Of what is recorded per mail there is nothing yet; what happened is kept for good.
_LOGS = {
    "emails": "Mails",
    "email_clicks": "Clicks in mails",
    "email_open": "Opened mails",
    "system_logs": "System log",
    "activity_logs": "Activity log",
}


def echo(call: Call) -> HttpResponse:
    """What arrived, for trying how methods and bodies come through; credentials in the address do not come back."""
    given = {name: value for name, value in call.everything().items() if name not in {"_wp_http_referer", "rest_route"}}
    return answer({"message": "Valid", "params": sanitizing.anything(given) or []})


def cron_status(call: Call) -> HttpResponse:
    # As PHP says that there is no bound: a process here is not bounded by request.
    server = {"memory_limit": "-1", "usage_percent": 0, "max_execution_time": "0", "has_server_cron": True}
    return answer({"cron_events": [_event(job) for job in list_periodic_jobs(call.actor)], "server": server})


def _event(job: Periodic) -> dict[str, Any]:
    return {
        "hook": job.name,
        "is_overdue": job.is_overdue,
        "human_name": job.name.replace("_", " ").capitalize(),
        "next_run": job.next_at.strftime(_STAMP),
        "interval": job.seconds,
    }


def run_cron(call: Call) -> HttpResponse:
    try:
        run_periodic_job(call.actor, call.text("hook"))
    except NotFound:
        return message("There is no such job.", 422)
    return message("The job is on its way.")


def old_logs(call: Call) -> HttpResponse:
    days, names = _old(call)
    counts = dict.fromkeys(names, 0)
    if "activity_logs" in counts:
        counts["activity_logs"] = count_activity_before(call.actor, days=days)
    return answer({"log_counts": [{"title": _LOGS[name], "count": count} for name, count in counts.items()]})


def delete_old_logs(call: Call) -> HttpResponse:
    _, names = _old(call)
    if "activity_logs" in names:
        return message("What happened is kept for good.", 422)
    return message("There is nothing old left.", has_more=False)


def _old(call: Call) -> tuple[int, list[str]]:
    days = whole_number(call.value("days_before"))
    if not _LEAST_DAYS <= days <= _MOST_DAYS:
        raise Invalid.one("days_before", "min", f"Name a number of days, at least {_LEAST_DAYS}.")
    names = list(dict.fromkeys(name for name in call.items("selected_logs") if isinstance(name, str)))
    if not names or not set(names) <= set(_LOGS):
        raise Invalid.one("selected_logs", "required", f"Name some of: {', '.join(_LOGS)}.")
    return days, names


def system_logs(call: Call) -> HttpResponse:
    """What goes wrong is in the log of the process, which belongs to whoever runs it, and not here."""
    return _logs(call, 0, [])


def reset_system_logs(_call: Call) -> HttpResponse:
    return message("There is nothing to empty.")


def activity_logs(call: Call) -> HttpResponse:
    found = list_activity(
        call.actor,
        search=call.text("search")[:_LONGEST_SEARCH],
        page=call.page,
        per_page=call.per_page(_LOGS_PER_PAGE),
    )
    return _logs(call, found.total, [_entry(one) for one in found.entries])


def _entry(entry: AuditEntry) -> dict[str, Any]:
    at = entry.at.strftime(_STAMP)
    thing = entry.subject if entry.subject_id is None else f"{entry.subject} {entry.subject_id}"
    description = f"{entry.actor}, {entry.wire}: {thing}"
    return {
        "id": entry.pk,
        "title": entry.action,
        "description": description,
        "status": "done",
        "created_at": at,
        "updated_at": at,
    }


def _logs(call: Call, total: int, rows: list[dict[str, Any]]) -> HttpResponse:
    text = orjson.dumps(rows).decode()[1:-1]
    page = paginator(call, total, text, page=call.page, per_page=call.per_page(_LOGS_PER_PAGE))
    return raw_answer(f'{{"logs":{page}}}')


def reset_activity_logs(_call: Call) -> HttpResponse:
    return message("What happened is kept for good.", 422)
