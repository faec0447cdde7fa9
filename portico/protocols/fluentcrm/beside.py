"""What other parts of a site show beside a contact. Portico has none of them yet, so each answer is empty (8.8).

Each asks for the contact first: an unknown one, or another company's, is 404.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from portico.contacts.actions.opt_ins import request_opt_in
from portico.contacts.queries.contacts import require_contact
from portico.errors import NotFound
from portico.protocols.fluentcrm.wire import Call, answer, as_id, message, paginator, raw_answer

_FONT = "Arial, Helvetica, sans-serif"
# What an editor of a single mail begins with (recording seq-contact-template-mock).
_MAIL = {
    "id": "",
    "title": "Mail to one contact",
    "status": "published",
    "template_id": "",
    "email_subject": "",
    "email_pre_header": "",
    "email_body": "",
    "utm_status": 0,
    **{f"utm_{name}": "" for name in ("source", "medium", "campaign", "term", "content")},
    "design_template": "simple",
    "settings": {
        "template_config": {
            "content_width": 700,
            "content_padding": 20,
            "headings_font_family": _FONT,
            "text_color": "#202020",
            "link_color": "",
            "body_bg_color": "#FAFAFA",
            "content_bg_color": "#FFFFFF",
            "footer_text_color": "#202020",
            "content_font_family": _FONT,
            "paragraph_color": "",
            "paragraph_font_size": "",
            "paragraph_font_family": "",
            "paragraph_line_height": "",
            "headings_color": "#202020",
        }
    },
}


def _always(body: dict[str, Any]) -> Callable[[Call], HttpResponse]:
    def show(call: Call) -> HttpResponse:
        _require_contact(call)
        return answer(body)

    return show


def _no_page_of(name: str) -> Callable[[Call], HttpResponse]:
    def index(call: Call) -> HttpResponse:
        _require_contact(call)
        whole = paginator(call, 0, "", page=call.page, per_page=call.per_page(15))
        return raw_answer(f'{{"{name}":{whole}}}')

    return index


def _require_contact(call: Call) -> None:
    require_contact(call.actor, as_id(call.parameters["id"]) or 0)


emails = _no_page_of("emails")
url_metrics = _no_page_of("urlMetrics")
template_mock = _always({"email_mock": _MAIL})
form_submissions = _always({"submissions": {"data": [], "total": 0}})
support_tickets = _always({"tickets": {"data": [], "total": 0, "columns_config": {}}})
external_view = _always({"heading": "", "content_html": ""})
dynamic_item_view = _always({"data_view": {"type": "", "title": "", "content_html": "", "footer_content": ""}})


def info_widgets(call: Call) -> HttpResponse:
    _require_contact(call)
    if call.text("by_widget"):
        return answer({"widget": {"content": ""}})
    return answer({"widgets": {"top_widgets": [], "other_widgets": [], "widgets_count": 0}})


def delete_emails(call: Call) -> HttpResponse:
    """Ids that are not there are passed over, as where many are deleted; here none is."""
    _require_contact(call)
    return message("The contact has none of these mails.")


def send_email(call: Call) -> HttpResponse:
    _require_contact(call)
    return message("Mails cannot be sent from here yet. Nothing was sent.", 422)


def send_double_optin(call: Call) -> HttpResponse:
    """Kept for the mail engine to come; the same answer where one was asked for a moment ago (wire notes 8.8)."""
    if not request_opt_in(call.actor, [as_id(call.parameters["id"]) or 0]):
        raise NotFound("contact")
    return message("The request for a confirmation mail is kept.")
