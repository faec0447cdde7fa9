from django.db import models
from django.db.models.functions import Now

from portico.contacts.models import Contact
from portico.content.models.libraries import Library
from portico.content.models.media import Medium
from portico.content.models.owning import member, owning_company, reference
from portico.lib.tenancy import SameCompany


class Share(models.Model):
    """A medium or a library given to somebody under a short link of its own: /s/CODE.

    The code is what a visitor is told, so it is kept as it is; it opens nothing but the page. `email` is where it was
    mailed to. `views` is written with the views themselves, in batches.
    """

    class Kind(models.TextChoices):
        LINK = "link"
        EMAIL = "email"
        SMS = "sms"

    company = owning_company()
    sharer = member()
    contact = reference(Contact, null=True)
    medium = reference(Medium, null=True)
    library = reference(Library, null=True)
    kind = models.TextField(choices=Kind.choices)
    email = models.TextField(null=True)
    code = models.TextField(unique=True)
    views = models.BigIntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "share"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="share_company_id"),
            models.CheckConstraint(
                condition=models.Q(medium=None, library__isnull=False) | models.Q(medium__isnull=False, library=None),
                name="share_of_one_thing",
            ),
            SameCompany(field="sharer", name="share_sharer_same_company"),
            SameCompany(field="contact", name="share_contact_same_company", on_delete="SET NULL"),
            SameCompany(field="medium", name="share_medium_same_company"),
            SameCompany(field="library", name="share_library_same_company"),
        ]
        indexes = [
            models.Index(fields=["company", "sharer", "created_at", "id"], name="share_sharer"),
            models.Index(fields=["company", "created_at", "id"], name="share_company"),
            models.Index(fields=["company", "contact"], name="share_contact"),
            models.Index(fields=["company", "medium"], name="share_medium"),
            models.Index(fields=["company", "library"], name="share_library"),
        ]

    def __str__(self) -> str:
        return self.code


class PageView(models.Model):
    """Somebody looked at a page: with a share that one, without it the site of `member`, whose view this is.

    Only ever added, in batches. `visitor` is a keyed hash of address and browser that means nothing on another day
    (UTC), `is_first` the first view of that visitor that day. `contact` is whom the share was given to.
    """

    company = owning_company()
    member = member()
    share = reference(Share, null=True)
    medium = reference(Medium, null=True)
    contact = reference(Contact, null=True)
    visitor = models.BinaryField()
    is_first = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "page_view"
        constraints = [
            SameCompany(field="member", name="page_view_member_same_company"),
            SameCompany(field="share", name="page_view_share_same_company"),
            SameCompany(field="medium", name="page_view_medium_same_company"),
            SameCompany(field="contact", name="page_view_contact_same_company", on_delete="SET NULL"),
        ]
        indexes = [
            models.Index(fields=["company", "member", "at", "id"], name="page_view_member"),
            models.Index(fields=["company", "at", "id"], name="page_view_company"),
            models.Index(
                fields=["company", "medium", "at", "id"],
                condition=models.Q(medium__isnull=False),
                name="page_view_medium",
            ),
            models.Index(fields=["company", "share"], condition=models.Q(share__isnull=False), name="page_view_share"),
            models.Index(
                fields=["company", "contact"], condition=models.Q(contact__isnull=False), name="page_view_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.at}"


class Lead(models.Model):
    """A contact of `member` that left its address on a page: once for each share, and once on the site."""

    company = owning_company()
    member = member()
    contact = reference(Contact)
    share = reference(Share, null=True)
    medium = reference(Medium, null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lead"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "member", "contact", "share"], nulls_distinct=False, name="lead_once"
            ),
            SameCompany(field="member", name="lead_member_same_company"),
            SameCompany(field="contact", name="lead_contact_same_company"),
            SameCompany(field="share", name="lead_share_same_company"),
            SameCompany(field="medium", name="lead_medium_same_company"),
        ]
        indexes = [
            models.Index(fields=["company", "member", "at", "id"], name="lead_member"),
            models.Index(fields=["company", "at", "id"], name="lead_company"),
            models.Index(fields=["company", "contact"], name="lead_contact"),
            models.Index(fields=["company", "medium", "at"], name="lead_medium"),
            models.Index(fields=["company", "share"], name="lead_share"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.contact_id}"
