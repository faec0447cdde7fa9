from django.db import models


class ContactCount(models.Model):
    """How many contacts: a view over what PostgreSQL maintains (migration 0002). Sum `n`; rows are base and deltas.

    kind "all" with ref 0 counts contacts, "tag" and "list" those of `ref`, each by consent in `value`;
    "owner" counts those of membership `ref` by stage, or "archived", or "discarded"; "day" those who came on day
    `ref` from 1970-01-01 on, in UTC, by consent (reports, migration 0001).
    """

    class Kind(models.TextChoices):
        ALL = "all"
        TAG = "tag"
        LIST = "list"
        OWNER = "owner"
        DAY = "day"

    pk = models.CompositePrimaryKey("company_id", "kind", "ref", "value")
    company_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind.choices)
    ref = models.BigIntegerField()
    value = models.TextField()
    n = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "contact_count"

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} {self.value}: {self.n}"
