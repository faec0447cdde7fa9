import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import portico.contacts.functions
import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0001_initial"),
        ("contacts", "0003_segments"),
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("industry", models.TextField(null=True)),
                ("kind", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                ("time_zone", models.TextField(null=True)),
                ("address_line_1", models.TextField(null=True)),
                ("address_line_2", models.TextField(null=True)),
                ("postal_code", models.TextField(null=True)),
                ("city", models.TextField(null=True)),
                ("state", models.TextField(null=True)),
                ("country", models.TextField(null=True)),
                ("employees_number", models.IntegerField(db_default=0)),
                ("description", models.TextField(null=True)),
                ("logo", models.TextField(null=True)),
                ("website", models.TextField(null=True)),
                ("linkedin_url", models.TextField(null=True)),
                ("facebook_url", models.TextField(null=True)),
                ("twitter_url", models.TextField(null=True)),
                ("started_on", models.DateField(null=True)),
                ("custom_values", models.JSONField(db_default=models.Value({}, models.JSONField()))),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower(
                            django.db.models.functions.text.Concat(
                                models.Value("", models.TextField()),
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("name"), models.Value("", models.TextField())
                                ),
                                models.Value("\n", models.TextField()),
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("phone"), models.Value("", models.TextField())
                                ),
                                models.Value("\n", models.TextField()),
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("email"), models.Value("", models.TextField())
                                ),
                                models.Value("\n", models.TextField()),
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("description"), models.Value("", models.TextField())
                                ),
                                output_field=models.TextField(),
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
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
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "db_table": "organization",
            },
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="organization_company_id"),
        ),
        migrations.CreateModel(
            name="ContactOrganization",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "contact_id",
                        "organization_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.organization",
                    ),
                ),
            ],
            options={
                "db_table": "contact_organization",
            },
        ),
        migrations.CreateModel(
            name="OrganizationField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.TextField()),
                ("label", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("text", "Text"),
                            ("textarea", "Textarea"),
                            ("number", "Number"),
                            ("single-select", "Single Select"),
                            ("multi-select", "Multi Select"),
                            ("radio", "Radio"),
                            ("checkbox", "Checkbox"),
                            ("date", "Date"),
                            ("date_time", "Date Time"),
                        ]
                    ),
                ),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                ("group", models.TextField(null=True)),
                ("position", models.IntegerField()),
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
                "db_table": "organization_field",
            },
        ),
        migrations.CreateModel(
            name="OrganizationNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
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
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.organization",
                    ),
                ),
            ],
            options={
                "db_table": "organization_note",
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="contacts.organization",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("organization__isnull", False)),
                fields=["company", "organization", "id"],
                name="contact_organization_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=portico.lib.tenancy.SameCompany(
                field="organization", name="contact_organization_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["company", "kind", "id"], name="organization_kind"),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(fields=["company", "industry", "id"], name="organization_industry"),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)), fields=["company", "owner"], name="organization_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="organization",
            index=django.contrib.postgres.indexes.GinIndex(
                portico.contacts.functions.Trigrams(models.F("company_id"), models.F("search")),
                name="organization_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.UniqueConstraint(
                models.F("company"), django.db.models.functions.text.Lower("name"), name="organization_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=portico.lib.tenancy.SameCompany(
                field="owner", name="organization_owner_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddIndex(
            model_name="contactorganization",
            index=models.Index(fields=["company", "organization", "contact"], name="contact_organization_of"),
        ),
        migrations.AddConstraint(
            model_name="contactorganization",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="contact_organization_contact_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactorganization",
            constraint=portico.lib.tenancy.SameCompany(
                field="organization", name="contact_organization_organization_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationfield",
            constraint=models.UniqueConstraint(fields=("company", "slug"), name="organization_field_slug"),
        ),
        migrations.AddIndex(
            model_name="organizationnote",
            index=models.Index(fields=["company", "organization", "id"], name="organization_note_of"),
        ),
        migrations.AddIndex(
            model_name="organizationnote",
            index=models.Index(
                condition=models.Q(("created_by__isnull", False)),
                fields=["company", "created_by"],
                name="organization_note_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationnote",
            constraint=portico.lib.tenancy.SameCompany(
                field="organization", name="organization_note_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="organizationnote",
            constraint=portico.lib.tenancy.SameCompany(
                field="created_by", name="organization_note_by_same_company", on_delete="SET NULL"
            ),
        ),
    ]
