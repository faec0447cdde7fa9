"""PORTICO_EMAIL_URL: which way mail leaves."""

from typing import Any
from urllib.parse import unquote, urlsplit

from portico.lib.environment import WrongSetting

# scheme: anymail's backend, and the name of the option that takes the token.
_PROVIDERS = {
    "brevo": ("anymail.backends.brevo.EmailBackend", "api_key"),
    "mailgun": ("anymail.backends.mailgun.EmailBackend", "api_key"),
    "mailjet": ("anymail.backends.mailjet.EmailBackend", "api_key"),
    "postmark": ("anymail.backends.postmark.EmailBackend", "server_token"),
    "resend": ("anymail.backends.resend.EmailBackend", "api_key"),
    "sendgrid": ("anymail.backends.sendgrid.EmailBackend", "api_key"),
}
_SMTP_PORTS = {"smtp": 587, "smtps": 465}
SECONDS = 20


def backend_of(url: str) -> tuple[str, dict[str, Any]]:
    """Django's mail backend and its options.

    smtp://user:password@host:587 (STARTTLS; ?tls=off without), smtps://... (TLS from the start), or
    PROVIDER://TOKEN@ with one of brevo, mailgun, mailjet, postmark, resend, sendgrid. Raises WrongSetting.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongSetting("PORTICO_EMAIL_URL is no address: say it like smtp://user:password@host:587.") from None
    if parts.scheme in _PROVIDERS:
        backend, option = _PROVIDERS[parts.scheme]
        options: dict[str, Any] = {option: unquote(parts.username or parts.hostname or "")}
        if parts.scheme == "mailgun" and parts.username:
            options["sender_domain"] = parts.hostname
        return backend, options
    if parts.scheme not in _SMTP_PORTS or not parts.hostname:
        known = ", ".join([*_SMTP_PORTS, *_PROVIDERS])
        raise WrongSetting(f"PORTICO_EMAIL_URL must begin with one of {known}, like smtp://user:password@host:587.")
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname,
        "port": port or _SMTP_PORTS[parts.scheme],
        "username": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "use_tls": parts.scheme == "smtp" and "tls=off" not in parts.query,
        "use_ssl": parts.scheme == "smtps",
        "timeout": SECONDS,
    }
