import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [("contacts", "0005_timeline")]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[("file", "File"), ("upload", "Upload"), ("pages", "Pages"), ("people", "People")]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("cancelled", "Cancelled"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("undoing", "Undoing"),
                            ("undone", "Undone"),
                        ]
                    ),
                ),
                ("file", models.TextField()),
                ("upload", models.TextField(null=True)),
                ("options", models.JSONField(default=dict)),
                (
                    "header",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("position", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("created", models.BigIntegerField(default=0)),
                ("updated", models.BigIntegerField(default=0)),
                ("unchanged", models.BigIntegerField(default=0)),
                ("skipped", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("deleted", models.BigIntegerField(default=0)),
                ("restored", models.BigIntegerField(default=0)),
                ("busy_seconds", models.FloatField(default=0)),
                ("problem", models.TextField(default="")),
                ("by", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("touched_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
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
                "db_table": "import_batch",
            },
        ),
        migrations.CreateModel(
            name="ImportChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                (
                    "created",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.importbatch",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "db_table": "import_chunk",
            },
        ),
        migrations.CreateModel(
            name="ImportRejected",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("reason", models.TextField()),
                ("cells", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.importbatch",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
            ],
            options={
                "db_table": "import_rejected",
            },
        ),
        migrations.CreateModel(
            name="ImportReplaced",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "contact_id",
                        "batch_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("custom_before", models.JSONField(default=dict)),
                ("custom_after", models.JSONField(default=dict)),
                (
                    "tag_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "list_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.importbatch",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "db_table": "import_replaced",
            },
        ),
        migrations.AddIndex(
            model_name="importbatch",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "running"])),
                fields=["touched_at"],
                name="import_batch_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="import_batch_company_id"),
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.UniqueConstraint(fields=("company", "upload"), name="import_batch_upload"),
        ),
        migrations.AddConstraint(
            model_name="importchunk",
            constraint=models.UniqueConstraint(fields=("company", "batch", "number"), name="import_chunk_number"),
        ),
        migrations.AddConstraint(
            model_name="importchunk",
            constraint=portico.lib.tenancy.SameCompany(
                field="batch", name="import_chunk_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddIndex(
            model_name="importrejected",
            index=models.Index(fields=["company", "batch", "line"], name="import_rejected_batch"),
        ),
        migrations.AddConstraint(
            model_name="importrejected",
            constraint=portico.lib.tenancy.SameCompany(
                field="batch", name="import_rejected_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddIndex(
            model_name="importreplaced",
            index=models.Index(fields=["company", "batch", "contact"], name="import_replaced_batch"),
        ),
        migrations.AddConstraint(
            model_name="importreplaced",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="import_replaced_contact_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="importreplaced",
            constraint=portico.lib.tenancy.SameCompany(
                field="batch", name="import_replaced_batch_company", on_delete="CASCADE"
            ),
        ),
    ]
