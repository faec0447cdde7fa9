"""Where files are found: under a token that cannot be guessed, and the private ones only with a signature for a while.

A signature is good for one file, or for all files of a company whose tokens one knows: a list of media is then signed
once, and PostgreSQL can build its rows.
"""

import hmac
import time

from django.conf import settings

from portico.lib.secrets import digest

PREFIX = "/media/"
SECONDS_OPEN = 24 * 60 * 60
_SIGNED = 32  # characters of it: 128 bits


def address_of(token: str) -> str:
    return f"{settings.PUBLIC_URL}{PREFIX}{token}"


def signature_for_company(company_id: int) -> str:
    """What goes after the address of any private file of this company: "?until=...&signature=..."."""
    return _signature(f"company {company_id}")


def signature_for_file(token: str) -> str:
    """The same for one file only."""
    return _signature(f"file {token}")


def _signature(scope: str) -> str:
    # The same for an hour, so that what was built with it can be kept and is found in caches.
    until = (int(time.time()) // 3600 + 1) * 3600 + SECONDS_OPEN
    return f"?until={until}&signature={_signed(scope, until)}"


def _signed(scope: str, until: int) -> str:
    return digest(f"{scope} {until}", "media address").hex()[:_SIGNED]


def may_open(company_id: int, token: str, *, until: str, signature: str) -> bool:
    """Whether this is a signature of ours for this file, and its time is not over."""
    if not until.isascii() or not until.isdigit() or len(until) > len("9999999999") or int(until) < time.time():
        return False
    good = [_signed(scope, int(until)) for scope in (f"file {token}", f"company {company_id}")]
    return any(hmac.compare_digest(one.encode(), signature.encode()) for one in good)
