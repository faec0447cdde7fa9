"""Whose a row is."""

from django.db import models

from portico.companies.models import Company


def owning_company() -> "models.ForeignKey[Company, Company]":
    """The company of a row; main indexes begin with it, so it needs none of its own."""
    return models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")


def implied_company() -> "models.ForeignKey[Company, Company]":
    """A join row's company: the composite foreign keys imply that it exists."""
    return models.ForeignKey(Company, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
