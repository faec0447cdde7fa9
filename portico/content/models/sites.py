from django.db import models
from django.db.models.functions import Lower, Now

from portico.content.models.owning import member, owning_company
from portico.lib.tenancy import SameCompany


class Site(models.Model):
    """A member's public page, at /r/COMPANY/SLUG. What it says of the person is the person's own profile."""

    class Theme(models.TextChoices):
        AUTO = "auto"
        LIGHT = "light"
        DARK = "dark"

    company = owning_company()
    member = member()
    slug = models.TextField()
    title = models.TextField(default="")
    theme = models.TextField(choices=Theme.choices, default=Theme.AUTO)
    has_form = models.BooleanField(default=True)
    is_published = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "site"
        constraints = [
            models.UniqueConstraint(fields=["company", "member"], name="site_member"),
            models.UniqueConstraint("company", Lower("slug"), name="site_slug"),
            SameCompany(field="member", name="site_member_same_company"),
        ]

    def __str__(self) -> str:
        return self.slug
