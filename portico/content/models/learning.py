from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.owning import implied_company, owning_company
from portico.identity.audiences import AudiencePart, one_of_three, part_indexes
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


def _member() -> "models.ForeignKey[Membership, Membership]":
    return models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")


class Training(models.Model):
    """Something that the company's members can learn. Only what is published is shown to them."""

    company = owning_company()
    external_id = models.TextField()
    title = models.TextField()
    description = models.TextField(db_default="")
    category = models.TextField(db_default="")
    duration_minutes = models.IntegerField(db_default=0)
    image_url = models.TextField(null=True)
    is_published = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "training"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="training_company_id"),
            models.UniqueConstraint(fields=["company", "external_id"], name="training_external_id"),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingModule(models.Model):
    """A part of a training. `key` tells it among the training's own, so that its completions outlive a new title."""

    company = owning_company()
    training = models.ForeignKey(Training, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    key = models.TextField()
    position = models.IntegerField()
    title = models.TextField()
    duration_minutes = models.IntegerField(db_default=0)
    media_type = models.TextField(null=True)
    video_url = models.TextField(null=True)

    class Meta:
        db_table = "training_module"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="training_module_company_id"),
            models.UniqueConstraint(fields=["company", "training", "key"], name="training_module_key"),
            SameCompany(field="training", name="training_module_same_company"),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingProgress(models.Model):
    """How far a member is. It only ever grows, and what is completed stays so."""

    pk = models.CompositePrimaryKey("company_id", "training_id", "member_id")
    company = implied_company()
    training = models.ForeignKey(Training, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    member = _member()
    percent = models.SmallIntegerField(db_default=0)
    completed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "training_progress"
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__range=(0, 100)), name="training_progress_percent"),
            SameCompany(field="training", name="training_progress_training_same_company"),
            SameCompany(field="member", name="training_progress_member_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class CompletedModule(models.Model):
    """A module that a member has done."""

    pk = models.CompositePrimaryKey("company_id", "module_id", "member_id")
    company = implied_company()
    module = models.ForeignKey(TrainingModule, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    member = _member()
    completed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "completed_module"
        constraints = [
            SameCompany(field="module", name="completed_module_module_same_company"),
            SameCompany(field="member", name="completed_module_member_same_company"),
        ]

    def __str__(self) -> str:
        return f"module {self.module_id}"


class Announcement(models.Model):
    """What the company tells its members, from `published_at` on while it is active.

    One that is not for everybody is for those whom its AnnouncementAudience names.
    """

    company = owning_company()
    external_id = models.TextField()
    title = models.TextField()
    description = models.TextField(db_default="")
    kind = models.TextField(db_default="general")
    media_type = models.TextField(null=True)
    image_url = models.TextField(null=True)
    video_url = models.TextField(null=True)
    pdf_url = models.TextField(null=True)
    powerpoint_url = models.TextField(null=True)
    is_active = models.BooleanField(db_default=True)
    for_everybody = models.BooleanField(db_default=True)
    published_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "announcement"
        indexes = [models.Index(fields=["company", "-published_at", "-id"], name="announcement_published")]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="announcement_company_id"),
            models.UniqueConstraint(fields=["company", "external_id"], name="announcement_external_id"),
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncementAudience(AudiencePart):
    """A role, a rank or a member that an announcement is for."""

    of = "announcement"
    announcement = models.ForeignKey(
        Announcement, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        db_table = "announcement_audience"
        indexes = part_indexes("announcement_audience", "announcement")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "announcement", "role", "rank", "member"],
                name="announcement_audience_part",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=one_of_three(), name="announcement_audience_one"),
            SameCompany(field="announcement", name="announcement_audience_announcement_same_company"),
            SameCompany(field="rank", name="announcement_audience_rank_same_company"),
            SameCompany(field="member", name="announcement_audience_member_same_company"),
        ]


class AnnouncementRead(models.Model):
    """That a member has read an announcement, and when first."""

    pk = models.CompositePrimaryKey("company_id", "announcement_id", "member_id")
    company = implied_company()
    announcement = models.ForeignKey(
        Announcement, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    member = _member()
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "announcement_read"
        constraints = [
            SameCompany(field="announcement", name="announcement_read_announcement_same_company"),
            SameCompany(field="member", name="announcement_read_member_same_company"),
        ]

    def __str__(self) -> str:
        return f"announcement {self.announcement_id}"
