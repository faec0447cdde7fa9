import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import portico.lib.tenancy

STATES = ["chosen", "waiting", "running", "stopped", "done", "failed"]
KINDS = ["tag", "untag", "list", "unlist", "consent", "owner", "delete"]
NOW = django.db.models.functions.datetime.Now


def company() -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="companies.company"
    )


def member(*, null: bool = False) -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="identity.membership",
    )


def key() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0015_walk")]

    operations = [
        migrations.CreateModel(
            name="ContactView",
            fields=[
                ("id", key()),
                ("company", company()),
                ("member", member()),
                ("name", models.TextField()),
                ("query", models.TextField()),
                ("created_at", models.DateTimeField(db_default=NOW())),
            ],
            options={
                "db_table": "contact_view",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("company"),
                        models.F("member"),
                        django.db.models.functions.text.Lower("name"),
                        name="contact_view_name",
                    ),
                    portico.lib.tenancy.SameCompany(
                        field="member", name="contact_view_member_same_company", on_delete="CASCADE"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkChange",
            fields=[
                ("id", key()),
                ("company", company()),
                ("member", member(null=True)),
                (
                    "state",
                    models.TextField(choices=[(one, one.capitalize()) for one in STATES], db_default="chosen"),
                ),
                ("kind", models.TextField(choices=[(one, one.capitalize()) for one in KINDS], db_default="")),
                ("value", models.JSONField(default=dict)),
                ("chosen", models.JSONField(default=dict)),
                ("until", models.BigIntegerField()),
                ("position", models.BigIntegerField(db_default=0)),
                ("total", models.BigIntegerField()),
                ("done", models.BigIntegerField(db_default=0)),
                ("by", models.JSONField(default=dict)),
                ("problem", models.TextField(db_default="")),
                ("created_at", models.DateTimeField(db_default=NOW())),
                ("touched_at", models.DateTimeField(db_default=NOW())),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "bulk_change",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["chosen", "waiting", "running", "stopped", "failed"])),
                        fields=["touched_at"],
                        name="bulk_change_open",
                    )
                ],
            },
        ),
        # By themselves: with the literal defaults above, CreateModel takes no constraint that puts its statement off.
        migrations.AddConstraint(
            model_name="bulkchange",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="bulk_change_company_id"),
        ),
        migrations.AddConstraint(
            model_name="bulkchange",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="bulk_change_member_same_company", on_delete="SET NULL"
            ),
        ),
    ]
