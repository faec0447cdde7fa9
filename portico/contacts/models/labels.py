from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import implied_company, owning_company
from portico.lib.tenancy import SameCompany


class Tag(models.Model):
    company = owning_company()
    title = models.TextField()
    slug = models.TextField()
    description = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tag"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="tag_company_id"),
            models.UniqueConstraint(fields=["company", "slug"], name="tag_slug"),
        ]

    def __str__(self) -> str:
        return self.title


class List(models.Model):
    """A mailing list. Public ones may be chosen by the contact itself."""

    company = owning_company()
    title = models.TextField()
    slug = models.TextField()
    description = models.TextField(null=True)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "list"
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="list_company_id"),
            models.UniqueConstraint(fields=["company", "slug"], name="list_slug"),
        ]

    def __str__(self) -> str:
        return self.title


class ContactTag(models.Model):
    """A contact has a tag. A contact with such rows cannot be deleted before them: the counts need its consent."""

    pk = models.CompositePrimaryKey("company_id", "contact_id", "tag_id")
    company = implied_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False)
    tag = models.ForeignKey(Tag, models.DO_NOTHING, db_constraint=False, db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_tag"
        indexes = [models.Index(fields=["company", "tag", "contact"], name="contact_tag_tag")]
        constraints = [
            SameCompany(field="contact", name="contact_tag_contact_same_company", on_delete="RESTRICT"),
            SameCompany(field="tag", name="contact_tag_tag_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.tag_id}"


class ContactList(models.Model):
    """A contact is on a list; kept like ContactTag."""

    pk = models.CompositePrimaryKey("company_id", "contact_id", "list_id")
    company = implied_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False)
    list = models.ForeignKey(List, models.DO_NOTHING, db_constraint=False, db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_list"
        indexes = [models.Index(fields=["company", "list", "contact"], name="contact_list_list")]
        constraints = [
            SameCompany(field="contact", name="contact_list_contact_same_company", on_delete="RESTRICT"),
            SameCompany(field="list", name="contact_list_list_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.list_id}"
