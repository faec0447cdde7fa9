from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from portico.contacts.models.contacts import Contact
from portico.contacts.models.owning import implied_company, owning_company
from portico.lib.tenancy import SameCompany


class ImportBatch(models.Model):
    """One import: where it comes from, how far it is, and who began it.

    `position` counts the records that are done with, in the order of the file. It moves in the transaction that loads
    them, so that whoever goes on after a kill goes on exactly there.
    """

    class Kind(models.TextChoices):
        FILE = "file"  # read where it lies, by the command that was given it
        UPLOAD = "upload"  # kept by us, loaded by the worker
        PAGES = "pages"  # kept by us, loaded page by page as somebody asks for them
        PEOPLE = "people"  # the company's own people

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        PAUSED = "paused"
        CANCELLED = "cancelled"
        DONE = "done"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    company = owning_company()
    kind = models.TextField(choices=Kind.choices)
    state = models.TextField(choices=State.choices)
    file = models.TextField()
    upload = models.TextField(null=True)
    options = models.JSONField(default=dict)
    header = ArrayField(models.TextField(), default=list)
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    deleted = models.BigIntegerField(default=0)  # by undoing it, as restored
    restored = models.BigIntegerField(default=0)
    busy_seconds = models.FloatField(default=0)
    problem = models.TextField(default="")
    by = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import_batch"
        indexes = [
            models.Index(
                fields=["touched_at"],
                name="import_batch_unfinished",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "id"], name="import_batch_company_id"),
            models.UniqueConstraint(fields=["company", "upload"], name="import_batch_upload"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk} of {self.file}"


class ImportChunk(models.Model):
    """What one transaction of an import made: the contacts that were not there before. `number` is its first record."""

    company = implied_company()
    batch = models.ForeignKey(ImportBatch, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.BigIntegerField()
    created = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        db_table = "import_chunk"
        constraints = [
            models.UniqueConstraint(fields=["company", "batch", "number"], name="import_chunk_number"),
            SameCompany(field="batch", name="import_chunk_same_company"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"


class ImportReplaced(models.Model):
    """What an import changed of a contact that was there: each field before and after, labels it added, where it works.

    It goes with the contact. The key begins with the contact, which is how a deletion looks for it.
    """

    pk = models.CompositePrimaryKey("company_id", "contact_id", "batch_id")
    company = implied_company()
    contact = models.ForeignKey(Contact, models.DO_NOTHING, db_constraint=False, db_index=False)
    batch = models.ForeignKey(ImportBatch, models.DO_NOTHING, db_constraint=False, db_index=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    custom_before = models.JSONField(default=dict)
    custom_after = models.JSONField(default=dict)
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    list_ids = ArrayField(models.BigIntegerField(), default=list)
    organization_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        db_table = "import_replaced"
        indexes = [models.Index(fields=["company", "batch", "contact"], name="import_replaced_batch")]
        constraints = [
            SameCompany(field="contact", name="import_replaced_contact_company"),
            SameCompany(field="batch", name="import_replaced_batch_company"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.contact_id}"


class ImportRejected(models.Model):
    """A row that could not be taken, with the reason; passwords are left out of its cells."""

    company = implied_company()
    batch = models.ForeignKey(ImportBatch, models.DO_NOTHING, db_constraint=False, db_index=False)
    line = models.BigIntegerField()
    kind = models.TextField()
    reason = models.TextField()
    cells = ArrayField(models.TextField())

    class Meta:
        db_table = "import_rejected"
        indexes = [models.Index(fields=["company", "batch", "line"], name="import_rejected_batch")]
        constraints = [SameCompany(field="batch", name="import_rejected_same_company")]

    def __str__(self) -> str:
        return f"{self.batch_id}: line {self.line}"
