"""Whose a row is."""

from typing import Any

from django.db import models

from portico.companies.models import Company
from portico.identity.models import Membership


def owning_company() -> "models.ForeignKey[Company, Company]":
    """The company of a row; main indexes begin with it, so it needs none of its own."""
    return models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="+")


def reference(to: Any, *, null: bool = False) -> Any:
    """A column that leads to something else of the company; the table's SameCompany constraint is the real key."""
    return models.ForeignKey(to, models.DO_NOTHING, null=null, db_constraint=False, db_index=False, related_name="+")


def member(*, null: bool = False) -> Any:
    return reference(Membership, null=null)
