from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0003_seals")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX audit_entry_contacts SET (fastupdate = on, gin_pending_list_limit = 256)",
                    "ALTER INDEX audit_entry_contacts RESET (fastupdate, gin_pending_list_limit)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex("AuditEntry", "audit_entry_contacts"),
                migrations.AddIndex(
                    "AuditEntry",
                    GinIndex(
                        fields=["contacts"],
                        name="audit_entry_contacts",
                        condition=Q(contacts__isnull=False),
                        fastupdate=True,
                        gin_pending_list_limit=256,
                    ),
                ),
            ],
        )
    ]
