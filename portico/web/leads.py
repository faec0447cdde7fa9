"""The form with which somebody leaves an address on a public page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponse

from portico.content.actions.leads import LeadPage, capture_lead
from portico.errors import Invalid
from portico.http.bodies import read_body
from portico.lib.php.query import parse_query
from portico.web.browsers import visitor
from portico.web.core_texts import from_core
from portico.web.public import answer_once

FIELDS = ("first_name", "last_name", "email", "phone", "message")
TRAP = "website"  # people do not see it; what fills in every field does
THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it came: what was written, and what is wrong with it, by field."""

    values: dict[str, str]
    problems: dict[str, str]


def sent(request: HttpRequest, template: str, document: str, page: LeadPage) -> HttpResponse:
    """Take the form, and lead to the page that says thanks, so that nobody sends it again by looking again.

    Whether the address was known already is not to be seen.
    """
    values = _read(request)
    try:
        if not values.get(TRAP):
            capture_lead(visitor(request), page, values)
    except Invalid as no:
        problems = {problem.field: from_core(problem.text) for problem in no.problems}
        return answer_once(template, document, status=422, form=Form(values, problems))
    response = HttpResponseRedirect(f"{request.path}?{THANKS}")
    response.status_code = 303
    return response


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        given: dict[str, Any] = parse_query(read_body(request))
    except ValueError:
        given = {}
    texts = {name: given.get(name) for name in (*FIELDS, TRAP)}
    return {name: value for name, value in texts.items() if isinstance(value, str)}
