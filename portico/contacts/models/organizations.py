from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Coalesce, Concat, Lower, Now

from portico.contacts.functions import Trigrams
from portico.contacts.models.contacts import Contact
from portico.contacts.models.fields import FieldDefinition
from portico.contacts.models.owning import implied_company, owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany

# What search looks into (FluentCRM wire notes 13).
SEARCHED = ("name", "phone", "email", "description")


def _search_text() -> Lower:
    parts: list[Coalesce | Value] = []
    for name in SEARCHED:
        parts += [Value("\n" if parts else "", TextField()), Coalesce(F(name), Value("", TextField()))]
    return Lower(Concat(*parts, output_field=TextField()))


class Organization(models.Model):
    """Where contacts work. Its owner is a contact too. Null and empty texts are kept apart, as a contact's are."""

    company = owning_company()
    owner = models.ForeignKey(
        Contact, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    name = models.TextField()
    industry = models.TextField(null=True)
    kind = models.TextField(null=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    time_zone = models.TextField(null=True)
    address_line_1 = models.TextField(null=True)
    address_line_2 = models.TextField(null=True)
    postal_code = models.TextField(null=True)
    city = models.TextField(null=True)
    state = models.TextField(null=True)
    country = models.TextField(null=True)
    employees_number = models.IntegerField(db_default=0)
    description = models.TextField(null=True)
    logo = models.TextField(null=True)
    website = models.TextField(null=True)
    linkedin_url = models.TextField(null=True)
    facebook_url = models.TextField(null=True)
    twitter_url = models.TextField(null=True)
    started_on = models.DateField(null=True)
    custom_values = models.JSONField(db_default=Value({}, models.JSONField()))
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    search = models.GeneratedField(expression=_search_text(), output_field=TextField(), db_persist=True)

    class Meta:
        db_table = "organization"
        indexes = [
            models.Index(fields=["company", "kind", "id"], name="organization_kind"),
            models.Index(fields=["company", "industry", "id"], name="organization_industry"),
            models.Index(fields=["company", "owner"], name="organization_owner", condition=Q(owner__isnull=False)),
            GinIndex(Trigrams(F("company_id"), F("search")), name="organization_search"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="organization_company_id"),
            models.UniqueConstraint(F("company"), Lower("name"), name="organization_name"),
            SameCompany(field="owner", name="organization_owner_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactOrganization(models.Model):
    """A contact works at an organization; at which of several first is Contact.organization."""

    pk = models.CompositePrimaryKey("company_id", "contact_id", "organization_id")
    company = implied_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False)
    organization = models.ForeignKey(Organization, models.DO_NOTHING, db_constraint=False, db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_organization"
        indexes = [
            models.Index(fields=["company", "organization", "contact"], name="contact_organization_of"),
        ]
        constraints = [
            SameCompany(field="contact", name="contact_organization_contact_same_company"),
            SameCompany(field="organization", name="contact_organization_organization_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.organization_id}"


class OrganizationField(FieldDefinition):
    """A field that a company adds to its organizations; the values are in Organization.custom_values."""

    class Meta:
        db_table = "organization_field"
        constraints = [models.UniqueConstraint(fields=["company", "slug"], name="organization_field_slug")]


class OrganizationNote(models.Model):
    """What somebody wrote down about an organization. The description is HTML as it was given."""

    company = owning_company()
    organization = models.ForeignKey(Organization, models.DO_NOTHING, db_constraint=False, db_index=False)
    created_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.TextField()
    title = models.TextField()
    description = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "organization_note"
        indexes = [
            models.Index(fields=["company", "organization", "id"], name="organization_note_of"),
            models.Index(
                fields=["company", "created_by"], name="organization_note_by", condition=Q(created_by__isnull=False)
            ),
        ]
        constraints = [
            SameCompany(field="organization", name="organization_note_same_company"),
            SameCompany(field="created_by", name="organization_note_by_same_company", on_delete="SET NULL"),
        ]

    def __str__(self) -> str:
        return self.title
