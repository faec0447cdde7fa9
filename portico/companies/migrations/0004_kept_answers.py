from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies: ClassVar = [("companies", "0003_settings")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField()),
                ("fingerprint", models.BinaryField()),
                ("answer", models.BinaryField()),
                ("kept_at", models.DateTimeField(db_default=Now())),
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
                "db_table": "kept_answer",
                "indexes": [models.Index(fields=["kept_at"], name="kept_answer_kept_at")],
                "constraints": [models.UniqueConstraint(fields=["company", "key"], name="kept_answer_key")],
            },
        ),
    ]
