"""SQL functions of our own, as Django expressions."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, TextField


class Trigrams(Func):
    """The pieces of a text, three bytes each, as numbers that tell companies apart; made in migration 0018."""

    function = "contact_trigrams"
    output_field = ArrayField(BigIntegerField())


class MailKey(Func):
    """One text for all spellings of an address that reach one mailbox; this and the next two are made in 0008."""

    function = "contact_mail_key"
    output_field = TextField()


class PhoneKey(Func):
    """The last nine digits of a number, so that +49 170 1234567 and 0170/1234567 are one; NULL for fewer than seven."""

    function = "contact_phone_key"
    output_field = TextField()


class NameKey(Func):
    """First name, last name and date of birth as one text; NULL where one is missing."""

    function = "contact_name_key"
    output_field = TextField()


class RandomToken(Func):
    """ct_ and 12 random hex digits; the first 12 of a version 4 UUID are random."""

    template = "('ct_' || left(replace(gen_random_uuid()::text, '-', ''), 12))"
    output_field = TextField()
