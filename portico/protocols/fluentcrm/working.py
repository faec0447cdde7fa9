"""Contacts and the organizations where they work (wire notes 13)."""

from django.http import HttpResponse

from portico.contacts.actions.working import attach_organizations, detach_organizations
from portico.contacts.queries.working import find_candidate_documents
from portico.protocols.fluentcrm import organization_shapes as shapes
from portico.protocols.fluentcrm.wire import Call, answer, raw_answer, whole_number

_LONGEST_SEARCH = 200
_MOST = 100
_NOTHING_VALID = "Invalid data"  # the whole body, as a JSON string (wire notes 2)


def search_unattached(call: Call) -> HttpResponse:
    limit = whole_number(call.value("limit")) or 20
    rows = find_candidate_documents(
        call.actor,
        shapes.CANDIDATE,
        call.id("company_id"),
        search=call.text("search")[:_LONGEST_SEARCH],
        limit=min(max(limit, 1), _MOST),
    )
    return raw_answer(f'{{"results":[{",".join(rows)}]}}')


def attach(call: Call) -> HttpResponse:
    done = attach_organizations(
        call.actor, call.ids("subscriber_ids"), call.ids("company_ids"), shape=shapes.ORGANIZATION
    )
    if not done.contacts or not done.organizations:
        return answer(_NOTHING_VALID, 422)
    return raw_answer(f'{{"message":"The companies are attached.","companies":[{",".join(done.documents)}]}}')


def detach(call: Call) -> HttpResponse:
    done = detach_organizations(
        call.actor, call.ids("subscriber_ids"), call.ids("company_ids"), shape=shapes.ORGANIZATION
    )
    if not done.contacts or not done.organizations:
        return answer(_NOTHING_VALID, 422)
    first = "null" if done.first is None else f'"{done.first}"'
    return raw_answer(
        f'{{"companies":[{",".join(done.documents)}],"last_primary_company_id":{first},'
        f'"message":"The companies are detached."}}'
    )
