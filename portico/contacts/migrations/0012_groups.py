from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import portico.lib.tenancy

# What a contact stands as in the counts of its owner: now also "discarded".
_OLD = "contact_stage_or_archived(stage, archived_at)"
_NEW = "contact_standing(stage, archived_at, discarded_at)"
_MADE = import_module("portico.contacts.migrations.0002_counts").CONTACTS
_COUNTING = _MADE[_MADE.index("CREATE FUNCTION count_contacts_added") : _MADE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_STANDING = """
CREATE FUNCTION contact_standing(stage text, archived_at timestamptz, discarded_at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN discarded_at IS NOT NULL THEN 'discarded' WHEN archived_at IS NOT NULL THEN 'archived' ELSE stage END
$$;
"""
FORWARDS = _STANDING + _COUNTING.replace(_OLD, _NEW)
for row in "no":
    FORWARDS = FORWARDS.replace(
        f"{row}.archived_at IS NULL)", f"{row}.archived_at IS NULL, {row}.discarded_at IS NULL)"
    )
BACKWARDS = _COUNTING + "DROP FUNCTION contact_standing;"


class Migration(migrations.Migration):
    dependencies = [("contacts", "0011_imports_in_full")]

    operations = [
        migrations.CreateModel(
            name="ContactGroup",
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
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                ("name", models.TextField()),
                ("color", models.TextField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "contact_group",
            },
        ),
        migrations.CreateModel(
            name="ContactGroupMember",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "group_id",
                        "contact_id",
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
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.contact",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="contacts.contactgroup",
                    ),
                ),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "contact_group_member",
            },
        ),
        migrations.AddField(
            model_name="contactnote",
            name="is_pinned",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="contact",
            name="discarded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("lead_type", "mysite")), fields=["company", "owner", "id"], name="contact_mysite"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactgroup",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="contact_group_company_id"),
        ),
        migrations.AddConstraint(
            model_name="contactgroup",
            constraint=models.UniqueConstraint(
                models.F("company"),
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                name="contact_group_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactgroup",
            constraint=portico.lib.tenancy.SameCompany(
                field="owner", name="contact_group_owner_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddIndex(
            model_name="contactgroupmember",
            index=models.Index(fields=["company", "contact", "group"], name="contact_group_member_contact"),
        ),
        migrations.AddConstraint(
            model_name="contactgroupmember",
            constraint=portico.lib.tenancy.SameCompany(
                field="group", name="contact_group_member_group_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactgroupmember",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="contact_group_member_contact_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
