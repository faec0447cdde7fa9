"""What protects by default, and what of it has been loosened by a setting."""

from django.conf import settings


def loosened() -> list[str]:
    """Each loosened protection as a line: the setting, and what it lets happen."""
    known = (
        ("PORTICO_ALLOW_HTTP: credentials may come over plain HTTP", settings.ALLOW_HTTP),
        ("PORTICO_ALLOW_URL_CREDENTIALS: credentials may come in addresses", settings.ALLOW_URL_CREDENTIALS),
        ("PORTICO_ALLOW_PRIVATE_WEBHOOKS: webhooks may call private networks", settings.ALLOW_PRIVATE_WEBHOOKS),
    )
    return [line for line, is_on in known if is_on]
