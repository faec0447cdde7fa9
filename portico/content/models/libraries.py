from django.db import models
from django.db.models.functions import Now

from portico.content.models.media import Medium
from portico.content.models.owning import member, owning_company, reference
from portico.lib.tenancy import SameCompany


class Library(models.Model):
    """Media in an order: the company's for all its people, or with an owner that one's own. `slug` is never changed."""

    company = owning_company()
    owner = member(null=True)
    title = models.TextField()
    description = models.TextField(default="")
    slug = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "library"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="library_company_id"),
            models.UniqueConstraint(fields=["company", "slug"], name="library_slug"),
            SameCompany(field="owner", name="library_owner_same_company"),
        ]
        indexes = [
            models.Index(
                fields=["company", "owner", "-id"], condition=models.Q(discarded_at=None), name="library_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LibraryItem(models.Model):
    """A medium's place in a library. Ties in `position` go by id."""

    company = owning_company()
    library = reference(Library)
    medium = reference(Medium)
    position = models.IntegerField()

    class Meta:
        db_table = "library_item"
        constraints = [
            models.UniqueConstraint(fields=["company", "library", "medium"], name="library_item_once"),
            SameCompany(field="library", name="library_item_library_same_company"),
            SameCompany(field="medium", name="library_item_medium_same_company"),
        ]
        indexes = [models.Index(fields=["company", "medium"], name="library_item_medium")]

    def __str__(self) -> str:
        return f"{self.library_id} {self.position}: {self.medium_id}"
