"""How this wire says no (wire notes 2): WordPress's shape, a message, or a bag of rules by field."""

from django.http import HttpResponse

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, NotFound, NotSignedIn, TooMany
from portico.http.boundary import Answers
from portico.protocols.fluentcrm.wire import answer, message, wordpress_error

# Where this wire has another word for a field of ours.
NAMES = {
    "consent": "status",
    "is_customer": "contact_type",
    "time_zone": "timezone",
    "owner_id": "contact_owner",
    "last_activity_at": "last_activity",
    "organization_ids": "companies",
    "owner": "owner_id",
    "kind": "type",
    "started_on": "date_of_start",
    "filter": "advanced_filters",
}


def error_bag(no: Invalid) -> dict[str, dict[str, str]]:
    bag: dict[str, dict[str, str]] = {}
    for problem in no.problems:
        bag.setdefault(NAMES.get(problem.field, problem.field), {})[problem.rule] = problem.text
    return bag


def _wait(no: TooMany | Busy, status: int, code: str) -> HttpResponse:
    response = wordpress_error(status, code, str(no))
    response["Retry-After"] = str(no.retry_after)
    return response


ANSWERS: Answers = {
    # One body for every 401, so that nobody learns which user names exist.
    NotSignedIn: lambda _: wordpress_error(401, "rest_forbidden", "You are not allowed to do this."),
    Denied: lambda no: wordpress_error(403, "rest_forbidden", str(no)),
    NotFound: lambda no: message(str(no), 404),
    Invalid: lambda no: answer(error_bag(no), 422),
    Conflict: lambda no: message(str(no), 422),
    Gone: lambda no: message(str(no), 422),
    TooMany: lambda no: _wait(no, 429, "rest_too_many_requests"),
    Busy: lambda no: _wait(no, 503, "rest_busy"),
}


def no_route() -> HttpResponse:
    return wordpress_error(404, "rest_no_route", "There is nothing at this address for this method.")


def https_required() -> HttpResponse:
    return wordpress_error(
        403,
        "rest_https_required",
        "Credentials are taken over https only. Change these: they crossed the net in clear.",
    )


def unreadable(*, is_json: bool) -> HttpResponse:
    if is_json:
        text = "The body is no valid JSON."
        return wordpress_error(400, "rest_invalid_json", text, json_error_code=4, json_error_message="Syntax error")
    return wordpress_error(400, "rest_invalid_param", "There are more variables than can be read.")


def too_large() -> HttpResponse:
    return wordpress_error(413, "rest_body_too_large", "The body is larger than 10 MB.")


def bug(request_id: str) -> HttpResponse:
    text = f"Something went wrong here. Name {request_id} when you report it."
    return wordpress_error(500, "internal_server_error", text)
