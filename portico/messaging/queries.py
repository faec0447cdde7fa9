from functools import cache

from portico.access import Actor, Permission
from portico.lib.statements import Shape, Statement, as_documents, compiled_together, later_number
from portico.messaging.models import Label


def list_label_documents(actor: Actor, shape: Shape) -> str:
    """The company's labels in the order in which they were made, as JSON objects joined by commas."""
    actor.require(Permission.SETTINGS_WRITE)
    row = _statement(shape).fetch_one({"company": actor.company_id})
    return str(row[0]) if row else ""


@cache
def _statement(shape: Shape) -> Statement:
    rows = Label.objects.filter(company_id=later_number("company")).order_by("id")
    return compiled_together(as_documents(rows, shape))
