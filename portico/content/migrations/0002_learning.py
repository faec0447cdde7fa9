import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_media"),
    ]

    operations = [
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                ("external_id", models.TextField()),
                ("title", models.TextField()),
                ("description", models.TextField(db_default="")),
                ("category", models.TextField(db_default="")),
                ("duration_minutes", models.IntegerField(db_default=0)),
                ("image_url", models.TextField(null=True)),
                ("is_published", models.BooleanField(db_default=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "training",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="training_company_id"),
                    models.UniqueConstraint(fields=("company", "external_id"), name="training_external_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingModule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.training",
                    ),
                ),
                ("key", models.TextField()),
                ("position", models.IntegerField()),
                ("title", models.TextField()),
                ("duration_minutes", models.IntegerField(db_default=0)),
                ("media_type", models.TextField(null=True)),
                ("video_url", models.TextField(null=True)),
            ],
            options={
                "db_table": "training_module",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="training_module_company_id"),
                    models.UniqueConstraint(fields=("company", "training", "key"), name="training_module_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingProgress",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "training_id",
                        "member_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                    "training",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.training",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                ("percent", models.SmallIntegerField(db_default=0)),
                ("completed_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "training_progress",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__range", (0, 100))), name="training_progress_percent"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CompletedModule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "module_id",
                        "member_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                    "module",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.trainingmodule",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                ("completed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "completed_module",
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                ("external_id", models.TextField()),
                ("title", models.TextField()),
                ("description", models.TextField(db_default="")),
                ("kind", models.TextField(db_default="general")),
                ("media_type", models.TextField(null=True)),
                ("image_url", models.TextField(null=True)),
                ("video_url", models.TextField(null=True)),
                ("pdf_url", models.TextField(null=True)),
                ("powerpoint_url", models.TextField(null=True)),
                ("is_active", models.BooleanField(db_default=True)),
                ("published_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "announcement",
                "indexes": [models.Index(fields=["company", "-published_at", "-id"], name="announcement_published")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="announcement_company_id"),
                    models.UniqueConstraint(fields=("company", "external_id"), name="announcement_external_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnouncementRead",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "announcement_id",
                        "member_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                    "announcement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.announcement",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                ("read_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "announcement_read",
            },
        ),
        migrations.AddConstraint(
            model_name="trainingmodule",
            constraint=portico.lib.tenancy.SameCompany(
                field="training", name="training_module_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingprogress",
            constraint=portico.lib.tenancy.SameCompany(
                field="training", name="training_progress_training_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingprogress",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="training_progress_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="completedmodule",
            constraint=portico.lib.tenancy.SameCompany(
                field="module", name="completed_module_module_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="completedmodule",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="completed_module_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementread",
            constraint=portico.lib.tenancy.SameCompany(
                field="announcement", name="announcement_read_announcement_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementread",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="announcement_read_member_same_company", on_delete="CASCADE"
            ),
        ),
    ]
