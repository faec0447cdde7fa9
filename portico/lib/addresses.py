"""What an e-mail address is, here: its form, never a question to the DNS."""

import email_validator
from email_validator import EmailNotValidError, validate_email

LONGEST = 254
# The library refuses names such as .test, .local and .invalid unless this list is emptied; the form is all we judge.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def is_email(text: str) -> bool:
    """Whether the text has the form of an address. Reserved domains such as .test count: people try things there."""
    if len(text) > LONGEST:
        return False
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
