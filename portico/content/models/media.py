from django.db import models
from django.db.models.functions import Now

from portico.content.models.files import StoredFile
from portico.content.models.owning import member, owning_company, reference
from portico.lib.tenancy import SameCompany


class Medium(models.Model):
    """A picture, video, sound or document: the company's for all its people, or with an owner that one's own upload.

    Of a private one the file opens only with a signed address. `duration` is in seconds. Who is rid of it sets
    `discarded_at`: its file goes, its numbers stay.
    """

    class Kind(models.TextChoices):
        IMAGE = "image"
        VIDEO = "video"
        AUDIO = "audio"
        PDF = "pdf"

    company = owning_company()
    owner = member(null=True)
    title = models.TextField()
    description = models.TextField(default="")
    category = models.TextField(default="")
    kind = models.TextField(choices=Kind.choices)
    duration = models.IntegerField(null=True)
    is_private = models.BooleanField()
    file = reference(StoredFile)
    thumbnail = reference(StoredFile, null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "medium"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="medium_company_id"),
            SameCompany(field="owner", name="medium_owner_same_company"),
            SameCompany(field="file", name="medium_file_same_company", on_delete="RESTRICT"),
            SameCompany(field="thumbnail", name="medium_thumbnail_same_company", on_delete="RESTRICT"),
        ]
        indexes = [
            models.Index(
                fields=["company", "owner", "-id"], condition=models.Q(discarded_at=None), name="medium_owner"
            ),
            models.Index(fields=["company", "file"], name="medium_file"),
            models.Index(fields=["company", "thumbnail"], name="medium_thumbnail"),
        ]

    def __str__(self) -> str:
        return self.title


class MediumComment(models.Model):
    """What somebody of the company wrote under a medium."""

    company = owning_company()
    medium = reference(Medium)
    author = member()
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "medium_comment"
        constraints = [
            SameCompany(field="medium", name="medium_comment_medium_same_company"),
            SameCompany(field="author", name="medium_comment_author_same_company"),
        ]
        indexes = [models.Index(fields=["company", "medium", "-id"], name="medium_comment_medium")]

    def __str__(self) -> str:
        return self.text[:40]


class MediumWatch(models.Model):
    """How far somebody of the company has watched a medium: at most, in seconds, and whether to its end."""

    pk = models.CompositePrimaryKey("company_id", "medium_id", "watcher_id")
    company = owning_company()
    medium = reference(Medium)
    watcher = member()
    seconds = models.IntegerField()
    is_complete = models.BooleanField()
    watched_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "medium_watch"
        constraints = [
            SameCompany(field="medium", name="medium_watch_medium_same_company"),
            SameCompany(field="watcher", name="medium_watch_watcher_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.watcher_id} {self.medium_id}: {self.seconds} s"


class MediumReaction(models.Model):
    """What somebody of the company thinks of a medium, in one word; the last one counts."""

    class Kind(models.TextChoices):
        LIKE = "like"
        LOVE = "love"
        CELEBRATE = "celebrate"
        INSIGHTFUL = "insightful"

    pk = models.CompositePrimaryKey("company_id", "medium_id", "member_id")
    company = owning_company()
    medium = reference(Medium)
    member = member()
    kind = models.TextField(choices=Kind.choices)
    reacted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "medium_reaction"
        constraints = [
            SameCompany(field="medium", name="medium_reaction_medium_same_company"),
            SameCompany(field="member", name="medium_reaction_member_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.medium_id}: {self.kind}"
