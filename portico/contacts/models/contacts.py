from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import MD5, Coalesce, Concat, Lower, Now
from django.db.models.lookups import Exact

from portico.contacts.functions import MailKey, NameKey, PhoneKey, RandomToken, Trigrams
from portico.contacts.models.owning import owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany

# What search looks into (FluentCRM wire notes 8.3; status is matched by name, see queries).
SEARCHED = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "address_line_1",
    "address_line_2",
    "postal_code",
    "city",
    "state",
    "country",
)


class Consent(models.TextChoices):
    """Whether the company may write to this person."""

    SUBSCRIBED = "subscribed"
    PENDING = "pending"
    UNSUBSCRIBED = "unsubscribed"
    TRANSACTIONAL = "transactional"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SPAMMED = "spammed"


class Stage(models.TextChoices):
    LEAD = "lead"
    PROSPECT = "prospect"
    CUSTOMER = "customer"


def _search_text() -> Lower:
    """The searched columns on lines of their own, first and last name on one, so that "ann lee" finds Ann Lee."""
    parts: list[Coalesce | Value] = []
    for name in SEARCHED:
        separator = "" if not parts else " " if name == "last_name" else "\n"
        parts += [Value(separator, TextField()), Coalesce(F(name), Value("", TextField()))]
    return Lower(Concat(*parts, output_field=TextField()))


class Contact(models.Model):
    """A person the company knows. Null and empty texts are kept apart, because the wires tell them apart."""

    company = owning_company()
    token = models.TextField(db_default=RandomToken())
    email = models.TextField(null=True)
    prefix = models.TextField(null=True)
    first_name = models.TextField(null=True)
    last_name = models.TextField(null=True)
    phone = models.TextField(null=True)
    address_line_1 = models.TextField(null=True)
    address_line_2 = models.TextField(null=True)
    postal_code = models.TextField(null=True)
    city = models.TextField(null=True)
    state = models.TextField(null=True)
    country = models.TextField(null=True)
    time_zone = models.TextField(null=True)
    ip = models.TextField(null=True)
    latitude = models.TextField(null=True)
    longitude = models.TextField(null=True)
    date_of_birth = models.DateField(null=True)
    source = models.TextField(null=True)
    avatar = models.TextField(null=True)
    lead_type = models.TextField(null=True)
    total_points = models.IntegerField(db_default=0)
    life_time_value = models.DecimalField(max_digits=16, decimal_places=2, db_default=0)
    consent = models.TextField(choices=Consent.choices, db_default=Consent.SUBSCRIBED)
    consent_reason = models.TextField(null=True)
    consent_changed_at = models.DateTimeField(null=True)
    stage = models.TextField(choices=Stage.choices, db_default=Stage.LEAD)
    owner = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    organization = models.ForeignKey(
        "contacts.Organization", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    custom_values = models.JSONField(db_default=Value({}, models.JSONField()))
    password_hash = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    last_activity_at = models.DateTimeField(null=True)
    last_sign_in_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    # Thrown away by its rep, who may take it back; the company still has it.
    discarded_at = models.DateTimeField(null=True)
    search = models.GeneratedField(expression=_search_text(), output_field=TextField(), db_persist=True)

    class Meta:
        db_table = "contact"
        indexes = [
            models.Index(fields=["company", "consent", "id"], name="contact_consent"),
            # In an order that the key of the table does not have: see in_id_order (queries/choosing.py).
            models.Index(F("company"), F("id").asc(nulls_first=True), name="contact_walk"),
            models.Index(
                fields=["company", "owner", "id"], name="contact_owner", condition=models.Q(owner__isnull=False)
            ),
            # How many a rep's own page has brought.
            models.Index(fields=["company", "owner", "id"], name="contact_mysite", condition=Q(lead_type="mysite")),
            models.Index(
                fields=["company", "organization", "id"],
                name="contact_organization_first",
                condition=models.Q(organization__isnull=False),
            ),
            # Rows wait unsorted up to this many kB, and every search reads them: a megabyte costs little.
            GinIndex(
                Trigrams(F("company_id"), F("search")),
                name="contact_search",
                fastupdate=True,
                gin_pending_list_limit=1024,
            ),
            # How a wire names a contact where no e-mail address is to be seen (FluentCRM wire notes 8.1, "hash").
            HashIndex(MD5("email"), name="contact_email_md5"),
            # Likely duplicates (merging/duplicates.py). Few addresses are written otherwise than their key.
            models.Index(
                F("company"),
                MailKey("email"),
                F("id"),
                name="contact_mail_key",
                condition=~Q(Exact(MailKey("email"), Lower("email"))),
            ),
            models.Index(F("company"), PhoneKey("phone"), F("id"), name="contact_phone_key", condition=Q(phone__gt="")),
            models.Index(
                F("company"),
                NameKey("first_name", "last_name", "date_of_birth"),
                F("id"),
                name="contact_name_key",
                condition=Q(date_of_birth__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="contact_company_id"),
            models.UniqueConstraint(F("company"), Lower("email"), name="contact_email"),
            models.CheckConstraint(condition=models.Q(consent__in=Consent.values), name="contact_consent_known"),
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="contact_stage_known"),
            SameCompany(field="owner", name="contact_owner_same_company", on_delete="SET NULL"),
            SameCompany(field="organization", name="contact_organization_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return self.email or f"contact {self.pk}"
