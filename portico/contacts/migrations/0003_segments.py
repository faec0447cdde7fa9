from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contacts", "0002_counts")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.TextField()),
                ("title", models.TextField()),
                ("description", models.TextField(null=True)),
                ("filter", models.JSONField()),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("updated_at", models.DateTimeField(db_default=Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "db_table": "segment",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="segment_company_id"),
                    models.UniqueConstraint(fields=("company", "slug"), name="segment_slug"),
                ],
            },
        ),
    ]
