"""SQL functions of our own, as Django expressions."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField


class Trigrams(Func):
    """The three-character pieces of a text, each marked with its company; the function is made in migration 0001."""

    function = "contact_trigrams"
    output_field = ArrayField(TextField())


class RandomToken(Func):
    """ct_ and 12 random hex digits; the first 12 of a version 4 UUID are random."""

    template = "('ct_' || left(replace(gen_random_uuid()::text, '-', ''), 12))"
    output_field = TextField()
