from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.owning import owning_company
from portico.identity.audiences import AudiencePart, one_of_three, part_indexes
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class EventType(models.TextChoices):
    WEBINAR = "webinar"
    TRAINING = "training"
    MEETUP = "meetup"
    CONFERENCE = "conference"


class CalendarEvent(models.Model):
    """Something that the company's members can come to. It takes place in `time_zone` (an IANA name).

    One that is not for everybody is for those whom its EventAudience names, and seen by whoever keeps events.
    Of one that lasts whole days, the days are those of its times in its zone, the last one included.
    """

    company = owning_company()
    external_id = models.TextField()
    title = models.TextField()
    description = models.TextField(db_default="")
    type = models.TextField(choices=EventType.choices, db_default=EventType.MEETUP)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.TextField(db_default="UTC")
    is_all_day = models.BooleanField(db_default=False)
    location = models.TextField(null=True)
    url = models.TextField(null=True)
    image_url = models.TextField(null=True)
    capacity = models.IntegerField(null=True)
    is_cancelled = models.BooleanField(db_default=False)
    for_everybody = models.BooleanField(db_default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "calendar_event"
        indexes = [
            models.Index(fields=["company", "starts_at", "id"], name="calendar_event_start"),
            models.Index(fields=["company", "ends_at"], name="calendar_event_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="calendar_event_company_id"),
            models.UniqueConstraint(fields=["company", "external_id"], name="calendar_event_external_id"),
            models.CheckConstraint(condition=models.Q(type__in=EventType.values), name="calendar_event_type"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="calendar_event_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EventAudience(AudiencePart):
    """A role, a rank or a member that is invited to an event."""

    of = "event"
    event = models.ForeignKey(CalendarEvent, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        db_table = "event_audience"
        indexes = part_indexes("event_audience", "event")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "event", "role", "rank", "member"], name="event_audience_part", nulls_distinct=False
            ),
            models.CheckConstraint(condition=one_of_three(), name="event_audience_one"),
            SameCompany(field="event", name="event_audience_event_same_company"),
            SameCompany(field="rank", name="event_audience_rank_same_company"),
            SameCompany(field="member", name="event_audience_member_same_company"),
        ]


class EventAnswer(models.Model):
    """What a member said to an event. It stays where the member is no longer invited, and does not count as long."""

    class Answer(models.TextChoices):
        GOING = "going"
        MAYBE = "maybe"
        DECLINED = "declined"

    pk = models.CompositePrimaryKey("company_id", "event_id", "member_id")
    company = owning_company()
    event = models.ForeignKey(CalendarEvent, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    member = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    answer = models.TextField(choices=Answer.choices)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "event_answer"
        indexes = [models.Index(fields=["company", "member", "event"], name="event_answer_member")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__in=["going", "maybe", "declined"]), name="event_answer_known"
            ),
            SameCompany(field="event", name="event_answer_event_same_company"),
            SameCompany(field="member", name="event_answer_member_same_company"),
        ]

    def __str__(self) -> str:
        return self.answer


class CalendarFeed(models.Model):
    """The address under which a calendar program finds a member's events. It can be read again, so it is sealed."""

    pk = models.CompositePrimaryKey("company_id", "member_id")
    company = owning_company()
    member = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    digest = models.BinaryField(unique=True)
    sealed_token = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "calendar_feed"
        constraints = [SameCompany(field="member", name="calendar_feed_same_company")]

    def __str__(self) -> str:
        return f"feed of {self.member_id}"
