from django.db import models
from django.db.models.functions import Now

from portico.content.models.owning import owning_company


class StoredFile(models.Model):
    """A file in the store, under COMPANY/TOKEN there. Its token is in its address and cannot be guessed.

    The row is there before the file and goes after it, so that nothing is left over when a server is killed:
    "arriving" until something refers to it, "kept" from then on, "dropped" until a job has taken the file away, "gone"
    for what still refers to it.
    """

    class State(models.TextChoices):
        ARRIVING = "arriving"
        KEPT = "kept"
        DROPPED = "dropped"
        GONE = "gone"

    company = owning_company()
    token = models.TextField(unique=True)
    name = models.TextField()
    content_type = models.TextField()
    size = models.BigIntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    is_private = models.BooleanField()
    state = models.TextField(choices=State.choices)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "stored_file"
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="stored_file_company_id")]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=models.Q(state__in=["arriving", "dropped"]),
                name="stored_file_unsettled",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Its name in the store."""
        return f"{self.company_id}/{self.token}"
