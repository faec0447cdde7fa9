from django.db import models


class ShownTotal(models.Model):
    """How often what was seen, ever: a view over what PostgreSQL maintains (migration 0001). Sum its rows.

    `member_id` 0 is the whole company, `medium_id` 0 all there is; of those, what is the site's alone is beside it.
    """

    pk = models.CompositePrimaryKey("company_id", "member_id", "medium_id")
    company_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    medium_id = models.BigIntegerField()
    views = models.BigIntegerField()
    visitors = models.BigIntegerField()
    leads = models.BigIntegerField()
    shares = models.BigIntegerField()
    site_views = models.BigIntegerField()
    site_leads = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "shown_total"

    def __str__(self) -> str:
        return f"{self.member_id} {self.medium_id}: {self.views}"
