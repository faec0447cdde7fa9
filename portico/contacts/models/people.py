from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import owning_company
from portico.lib.tenancy import SameCompany


class ContactMerge(models.Model):
    """A contact that became part of another. The row stays, because the history of the winner includes the loser's.

    `kept` is what it takes to undo it: rows as they were (see actions/merging.py). It goes after a while, or when the
    person is erased. When the winner is merged itself, this row goes with it like everything else.
    """

    company = owning_company()
    winner = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    loser_id = models.BigIntegerField()
    kept = models.JSONField(null=True)
    merged_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "contact_merge"
        indexes = [
            models.Index(fields=["company", "winner", "id"], name="contact_merge_winner"),
            models.Index(fields=["company", "loser_id"], name="contact_merge_loser"),
            # For the upkeep, which looks through all companies.
            models.Index(fields=["merged_at"], name="contact_merge_kept", condition=models.Q(kept__isnull=False)),
        ]
        constraints = [SameCompany(field="winner", name="contact_merge_winner_same_company")]

    def __str__(self) -> str:
        return f"{self.loser_id} into {self.winner_id}"
