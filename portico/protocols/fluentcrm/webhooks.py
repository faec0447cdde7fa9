"""Incoming webhooks as settings (wire notes 16); what is delivered to them comes in through receiving.py."""

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse

from portico.contacts.actions.hooks import HookWanted, add_webhook, change_webhook, delete_webhook
from portico.contacts.queries.hooks import Webhook, list_webhooks_with_choices
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.receiving import address_of
from portico.protocols.fluentcrm.wire import Call, answer, as_id, raw_answer

_LONGEST_SEARCH = 200
# What a delivery may hold beside custom fields, as forms show it.
_FIELDS = {
    "prefix": "Title",
    "first_name": "First name",
    "last_name": "Last name",
    "full_name": "Whole name",
    "email": "E-mail address",
    "timezone": "Time zone",
    "address_line_1": "Address",
    "address_line_2": "Address, second line",
    "city": "City",
    "state": "State",
    "postal_code": "Postal code",
    "country": "Country",
    "ip": "IP address",
    "phone": "Phone",
    "source": "Source",
    "date_of_birth": "Date of birth",
}
_FIELDS_JSON = orjson.dumps([{"key": key, "field": title} for key, title in _FIELDS.items()]).decode()


def index(call: Call) -> HttpResponse:
    found = list_webhooks_with_choices(
        call.actor,
        search=call.text("search")[:_LONGEST_SEARCH],
        tag=shapes.TAG,
        on_list=shapes.LIST,
        field=shapes.FIELD_NAME,
        organization=shapes.ORGANIZATION_NAME,
    )
    companies = f',"companies":[{found.organizations}]' if "organizations" in call.actor.modules else ""
    rows = orjson.dumps([_row(one) for one in found.webhooks]).decode()
    return raw_answer(
        f'{{"webhooks":{rows},"fields":{_FIELDS_JSON},"custom_fields":[{found.fields}],"lists":[{found.lists}],'
        f'"tags":[{found.tags}]{companies}}}'
    )


def create(call: Call) -> HttpResponse:
    made, every = add_webhook(call.actor, _wanted(call, name=call.text("name"), status=call.text("status")))
    return answer(
        {
            "id": made.id,
            "webhook": _value(made),
            "webhooks": [_row(one) for one in every],
            "message": "The webhook is made.",
        }
    )


def update(call: Call) -> HttpResponse:
    """Name and status stay where they are not sent; tags, lists and companies do not."""
    name, status = (None if call.value(key) is None else call.text(key) for key in ("name", "status"))
    every = change_webhook(call.actor, as_id(call.parameters["id"]) or 0, _wanted(call, name=name, status=status))
    return answer({"webhooks": [_row(one) for one in every], "message": "The webhook is saved."})


def delete(call: Call) -> HttpResponse:
    every = delete_webhook(call.actor, as_id(call.parameters["id"]) or 0)
    return answer({"webhooks": [_row(one) for one in every], "message": "The webhook is removed."})


def sms(_call: Call) -> HttpResponse:
    """No text messages are sent from here, so no provider has anything to report."""
    return answer({"sms_webhooks": [], "message": "There are none."})


def _wanted(call: Call, *, name: str | None, status: str | None) -> HookWanted:
    return HookWanted(
        name, status, call.labels("tags"), call.labels("lists"), tuple(dict.fromkeys(call.ids("companies")))
    )


def _row(webhook: Webhook) -> dict[str, Any]:
    stamp = "%Y-%m-%d %H:%M:%S"
    return {
        "id": webhook.id,
        "object_type": "webhook",
        "object_id": None,
        "key": webhook.key,
        "value": _value(webhook),
        "created_at": webhook.created_at.strftime(stamp),
        "updated_at": webhook.updated_at.strftime(stamp),
    }


def _value(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "status": webhook.consent,
        "tags": list(webhook.tag_ids),
        "lists": list(webhook.list_ids),
        **({"companies": list(webhook.organization_ids)} if webhook.organization_ids else {}),
        "url": f"{settings.PUBLIC_URL}/{address_of(webhook.key)}",
    }
