from django.db import models
from django.db.models.functions import Lower, Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import implied_company, owning_company
from portico.identity.models import Membership
from portico.lib.tenancy import SameCompany


class ContactGroup(models.Model):
    """Contacts that one rep keeps together, for itself alone: what tags are to the company."""

    company = owning_company()
    owner = models.ForeignKey(Membership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    name = models.TextField()
    color = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_group"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="contact_group_company_id"),
            models.UniqueConstraint(models.F("company"), models.F("owner"), Lower("name"), name="contact_group_name"),
            SameCompany(field="owner", name="contact_group_owner_same_company"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactGroupMember(models.Model):
    """A contact is in a group. It stays there when it becomes another rep's, and neither of the two sees it there."""

    pk = models.CompositePrimaryKey("company_id", "group_id", "contact_id")
    company = implied_company()
    group = models.ForeignKey(ContactGroup, models.DO_NOTHING, db_constraint=False, db_index=False)
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_group_member"
        indexes = [models.Index(fields=["company", "contact", "group"], name="contact_group_member_contact")]
        constraints = [
            SameCompany(field="group", name="contact_group_member_group_same_company"),
            SameCompany(field="contact", name="contact_group_member_contact_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.contact_id}"
