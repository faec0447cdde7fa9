from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("contacts", "0004_organizations"),
        ("companies", "0001_initial"),
        ("identity", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ContactNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.TextField(db_default="open")),
                ("type", models.TextField()),
                ("is_private", models.BooleanField(db_default=True)),
                ("title", models.TextField()),
                ("description", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "contact_note",
                "indexes": [models.Index(fields=["company", "contact", "id"], name="contact_note_contact")],
            },
        ),
        migrations.CreateModel(
            name="OptInRequest",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id", "contact_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "opt_in_request",
            },
        ),
        migrations.CreateModel(
            name="TrackedEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField()),
                ("title", models.TextField()),
                ("value", models.TextField(null=True)),
                ("provider", models.TextField(db_default="custom")),
                ("is_repeatable", models.BooleanField(db_default=False)),
                ("counter", models.BigIntegerField(db_default=1)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "tracked_event",
                "indexes": [
                    models.Index(fields=["company", "contact", "id"], name="tracked_event_contact"),
                    models.Index(fields=["company", "key", "contact"], name="tracked_event_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_repeatable", True)),
                        fields=("company", "contact", "key", "title"),
                        name="tracked_event_repeatable",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="contactnote",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="contact_note_contact_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactnote",
            constraint=portico.lib.tenancy.SameCompany(
                field="created_by", name="contact_note_created_by_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="optinrequest",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="opt_in_request_contact_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="optinrequest",
            constraint=portico.lib.tenancy.SameCompany(
                field="requested_by", name="opt_in_request_requested_by_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="trackedevent",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="tracked_event_contact_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="trackedevent",
            constraint=portico.lib.tenancy.SameCompany(
                field="created_by", name="tracked_event_created_by_same_company", on_delete="SET NULL"
            ),
        ),
    ]
