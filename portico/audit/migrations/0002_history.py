from typing import ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

NO_CHANGES = ("contact.signed_in", "contact.sign_in_limited")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            "AuditEntry",
            "contacts",
            django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), null=True),
        ),
        migrations.AddIndex(
            "AuditEntry",
            models.Index(
                fields=["company_id", "subject_id", "id"],
                name="audit_entry_contact",
                condition=models.Q(subject="contact") & ~models.Q(action__in=NO_CHANGES),
            ),
        ),
        migrations.AddIndex(
            "AuditEntry",
            django.contrib.postgres.indexes.GinIndex(
                fields=["contacts"], name="audit_entry_contacts", condition=models.Q(contacts__isnull=False)
            ),
        ),
    ]
