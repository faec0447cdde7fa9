"""Whether a person pressed the button of a page, or something sent the page's form.

Mail scanners open links; some send the forms that they find, or let a browser run scripts on them. A press differs: the
form then has the button's own value, which a form that is sent by a script or put together from its fields lacks, and
browsers say with the request whose page it came from and, those of Chromium's family, whether a person acted.
"""

import hmac
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from portico.lib.secrets import digest

FIELD = "press"


def press_of(secret: str) -> str:
    """The value of the button on the page that this secret opens; on no other page is it good."""
    return digest(secret, "press of a button").hex()


def is_pressed(request: HttpRequest, secret: str) -> bool:
    """Whether this POST is a press of that button, as far as anybody can tell from here."""
    return hmac.compare_digest(_sent(request).encode(), press_of(secret).encode()) and _is_a_person(request)


def _sent(request: HttpRequest) -> str:
    try:
        return str(request.POST.get(FIELD, ""))
    except (SuspiciousOperation, MultiPartParserError):  # too large, too many fields, no form at all
        return ""


def _is_a_person(request: HttpRequest) -> bool:
    """What the browser says. What says nothing may be an old browser, or Safari, which does not tell who acted."""
    if "HTTP_SEC_FETCH_SITE" not in request.META:
        # Our pages send no referrer, and then a browser says "null" of their own forms.
        origin = request.META.get("HTTP_ORIGIN", "null")
        return origin == "null" or urlsplit(origin).netloc == request.META.get("HTTP_HOST", "")
    if request.META["HTTP_SEC_FETCH_SITE"] != "same-origin":
        return False
    return "HTTP_SEC_CH_UA" not in request.META or request.META.get("HTTP_SEC_FETCH_USER") == "?1"
