"""Settings that are kept: the business, what mails say, the mail that asks a contact to confirm (wire notes 19)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse

from portico.companies.actions import change_settings
from portico.companies.queries import Settings, get_settings
from portico.errors import Invalid, Problem
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.fixed import is_yes, refuse_changes
from portico.protocols.fluentcrm.wire import Call, answer, as_text, message

# What is shown until somebody writes another.
_FOOTER = (
    "{{crm.business_name}}, {{crm.business_address}}<br>"
    '<a href="##crm.unsubscribe_url##">Unsubscribe</a> | '
    '<a href="##crm.manage_subscription_url##">Choose what you get</a>'
)
_OPT_IN = {
    "opt_in_subject": "Please confirm your subscription",
    "opt_in_body": '<p>Please confirm that we may write to you:</p><p><a href="#activate_link#">Yes, I confirm</a></p>',
    "opt_in_thanks": "<p>Thank you: your subscription is confirmed.</p>",
}
_BUSINESS = {"business_address": "postal_address", "admin_email": "contact_email"}
_EMAIL = {
    "from_name": "mail_sender_name",
    "from_email": "mail_sender_email",
    "email_footer": "mail_footer",
    "reply_to_name": "mail_reply_name",
    "reply_to_email": "mail_reply_email",
}
# How fast mails go out and what a contact may choose by itself: nothing of this is here to be set.
_EMAIL_FIXED: dict[str, Any] = {
    "emails_per_second": 15,
    "pref_list_type": "no",
    "pref_list_items": [],
    "pref_form": "no",
    "pref_general": ["prefix", "first_name", "last_name"],
    "pref_custom": [],
}
_DOUBLE = {
    "email_subject": "opt_in_subject",
    "email_pre_header": "opt_in_preview",
    "email_body": "opt_in_body",
    "design_template": "opt_in_design",
    "after_confirmation_type": "opt_in_then",
    "after_confirm_message": "opt_in_thanks",
    "after_conf_redirect_url": "opt_in_redirect_url",
}
_DOUBLE_FIXED: dict[str, Any] = {"tag_based_redirect": "no", "tag_redirects": []}
_LABELS = {
    "email_subject": ("input-text", "Subject of the mail"),
    "email_pre_header": ("input-text", "What mail programs show beside the subject"),
    "email_body": ("wp-editor", "Text of the mail"),
    "design_template": ("image-radio", "Design of the mail"),
    "after_confirmation_type": ("input-radio", "What comes after confirming"),
    "after_confirm_message": ("wp-editor", "Thanks for confirming"),
    "after_conf_redirect_url": ("input-text", "Address to go to after confirming"),
}
_MARKUP = {"email_footer", "email_body", "after_confirm_message"}
_MAY_LEAVE = ("crm.unsubscribe", "crm.manage_subscription")
_MAY_CONFIRM = ("#activate_link#", "{{crm.activate_button")


def _business(found: Settings) -> dict[str, Any]:
    return {
        "business_name": found.company.name,
        "business_address": found.preferences["postal_address"],
        "logo": found.company.logo_url or "",
        "admin_email": found.preferences["contact_email"],
    }


def _email(found: Settings) -> dict[str, Any]:
    kept = found.preferences
    reply = {name: kept[_EMAIL[name]] for name in ("reply_to_name", "reply_to_email") if kept[_EMAIL[name]]}
    return {
        "from_name": kept["mail_sender_name"],
        "from_email": kept["mail_sender_email"],
        "emails_per_second": _EMAIL_FIXED["emails_per_second"],
        "email_footer": kept["mail_footer"] or _FOOTER,
        **{name: value for name, value in _EMAIL_FIXED.items() if name != "emails_per_second"},
        **reply,
    }


_GROUPS: dict[str, Callable[[Settings], dict[str, Any]]] = {"business_settings": _business, "email_settings": _email}


def show(call: Call) -> HttpResponse:
    asked = [name for name in dict.fromkeys(map(str, call.items("settings_keys"))) if name in _GROUPS]
    found = get_settings(call.actor)
    return answer({name: _GROUPS[name](found) for name in asked})


def save(call: Call) -> HttpResponse:
    groups = call.structure("settings")
    if not isinstance(groups, dict) or not groups:
        raise Invalid.one("settings", "required", "The settings are needed.")
    known = {
        "business_settings": {"business_name", "logo", *_BUSINESS},
        "email_settings": {*_EMAIL, *_EMAIL_FIXED},
    }
    for name, given in groups.items():
        _refuse_unknown(name, given, known.get(name))
    business, email = groups.get("business_settings") or {}, groups.get("email_settings") or {}
    refuse_changes(email, _EMAIL_FIXED)
    if "email_footer" in email and not _has_one(email["email_footer"], _MAY_LEAVE):
        return message("The footer must let people leave: put a link to unsubscribe or to their choices in it.", 422)
    row = {"name": _text("business_name", business), "logo_url": _text("logo", business)}
    with _their_names({**_BUSINESS, **_EMAIL, "business_name": "name", "logo": "logo_url"}):
        change_settings(call.actor, {**_values(business, _BUSINESS), **_values(email, _EMAIL)}, **row)
    return message("The settings are saved.")


def show_double(call: Call) -> HttpResponse:
    kept = get_settings(call.actor).preferences
    values = {name: kept[core] or _OPT_IN.get(core, "") for name, core in _DOUBLE.items()}
    body: dict[str, Any] = {"settings": {**values, **_DOUBLE_FIXED}}
    if "settings_fields" in call.items("with"):
        body["settings_fields"] = {name: {"type": type, "label": label} for name, (type, label) in _LABELS.items()}
    if call.value("list_id") is not None:
        body["global_double_optin"] = "yes"  # no list has another mail of its own here
    return answer(body)


def save_double(call: Call) -> HttpResponse:
    if as_text(call.value("list_id")):
        if is_yes(call.value("global_double_optin")) is not True:
            return message("Lists have no such mail of their own here: all share the company's.", 422)
        return message("The list has the company's settings.")
    given = call.structure("settings")
    given = given if isinstance(given, dict) else {}
    missing = [n for n in ("email_subject", "email_body", "after_confirm_message") if not _text(n, given)]
    if missing:
        raise Invalid(*(Problem(name, "required", f"The {name} is needed.") for name in missing))
    _refuse_unknown("settings", given, {*_DOUBLE, *_DOUBLE_FIXED})
    refuse_changes(given, _DOUBLE_FIXED)
    if not _has_one(given["email_body"], _MAY_CONFIRM):
        return message("The mail must have a link to confirm by: put #activate_link# in it.", 422)
    with _their_names(_DOUBLE):
        change_settings(call.actor, _values(given, _DOUBLE))
    return message("The settings are saved.")


def _refuse_unknown(group: str, given: Any, known: set[str] | None) -> None:
    if known is None:
        raise Invalid.one(group[:100], "unknown", "There are no such settings.")
    if given in ([], None, ""):
        return
    if not isinstance(given, dict) or not set(given) <= known:
        raise Invalid.one(group, "unknown", f"These settings are an object with some of: {', '.join(sorted(known))}.")


def _has_one(value: Any, codes: tuple[str, ...]) -> bool:
    return isinstance(value, str) and any(code in value for code in codes)


def _text(name: str, given: Mapping[str, Any]) -> str | None:
    """None where it is not there. Raises Invalid for an array."""
    if name not in given:
        return None
    value = given[name]
    if isinstance(value, list | dict):
        raise Invalid.one(name, "string", "This must be a text.")
    clean = sanitizing.description if name in _MARKUP else sanitizing.plain_text
    return clean(as_text(value) or "")


def _values(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    texts = {core: _text(name, given) for name, core in names.items()}
    return {core: text for core, text in texts.items() if text is not None}


@contextmanager
def _their_names(names: Mapping[str, str]) -> Iterator[None]:
    """Problems with our names come out with this wire's."""
    theirs = {core: name for name, core in names.items()}
    try:
        yield
    except Invalid as no:
        raise Invalid(*(Problem(theirs.get(p.field, p.field), p.rule, p.text) for p in no.problems)) from None
