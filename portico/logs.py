"""Logs as data: one JSON object a line on standard error, secrets left out wherever they turn up."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

LEFT_OUT = "[left out]"
_SECRET_NAMES = re.compile(
    r"pass|pwd|secret|token|jwt|mbr_auth|authori[sz]ation|cookie|credential|referer|passcode|verification_code",
    re.IGNORECASE,
)
_SECRET_TEXTS = re.compile(
    r"(?:ptk|psc|pul|pxt|uc|pbs|pdv|phs|prl)_[0-9A-Za-z]{8,}"  # our own prefixes
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+"  # JWT
    r"|(?<=[Bb]asic )\S+|(?<=[Bb]earer )\S+"
    r"|(?<=mbr_auth=)[^&\s]+|(?<=pass=)[^&\s]+|(?<=jwt=)[^&\s]+|(?<=_wp_http_referer=)[^&\s]+|(?<=hash=)[^&\s]+"
    r"|(?<=DETAIL:  )[^\n]+"  # where PostgreSQL quotes the row that broke a constraint
    r"|\$(?:argon2id?|wp|2[abxy]|[PH]|generic)\$\S+"  # password hashes
)


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name != "event" and _SECRET_NAMES.search(name):
            event[name] = LEFT_OUT
        elif isinstance(value, str):
            event[name] = _SECRET_TEXTS.sub(LEFT_OUT, value)
    return event


def configure() -> None:
    """Send everything, also what libraries log, through one formatter."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("portico").setLevel(logging.INFO)
    # Django writes whole paths here, and a path may be a magic link; the boundary logs refusals and bugs by route.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
