import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import portico.lib.tenancy

# Those who are there get a name of their own: what is before the @, and their number, so that no two have the same.
USERNAMES = """
UPDATE membership SET username = coalesce(
    nullif(trim(BOTH '-' FROM regexp_replace(lower(split_part(email, '@', 1)), '[^a-z0-9]+', '-', 'g')), ''), 'rep'
) || '-' || membership.id
FROM portico_user WHERE portico_user.id = membership.user_id
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_factors")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="activities_read_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="email_notifications",
            field=models.BooleanField(db_default=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="email_signature",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="membership",
            name="external_id",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="fantasy_points",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="membership",
            name="leads_recurring",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="membership",
            name="leads_remaining",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="membership",
            name="notification_choices",
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            model_name="membership",
            name="push_notifications",
            field=models.BooleanField(db_default=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="sms_notifications",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="socials",
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            model_name="membership",
            name="sponsor",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="identity.membership",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="total_points",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="membership",
            name="username",
            field=models.TextField(null=True),
        ),
        migrations.CreateModel(
            name="ProfileLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField(choices=[("link", "Link"), ("favorite", "Favorite")])),
                ("title", models.TextField()),
                ("url", models.TextField()),
                ("image_url", models.TextField(null=True)),
                ("product", models.TextField(null=True)),
                ("position", models.IntegerField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "profile_link",
            },
        ),
        migrations.CreateModel(
            name="PushDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("device_uid", models.TextField()),
                ("kind", models.TextField()),
                ("sealed_token", models.BinaryField()),
                ("project", models.TextField(default="")),
                ("bundle", models.TextField(default="")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "db_table": "push_device",
            },
        ),
        migrations.CreateModel(
            name="Rank",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.TextField()),
                ("name", models.TextField()),
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
                "db_table": "rank",
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="rank",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="identity.rank",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("sponsor__isnull", False)),
                fields=["company", "sponsor", "id"],
                name="membership_sponsor",
            ),
        ),
        migrations.AddConstraint(
            model_name="rank",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="rank_company_id"),
        ),
        migrations.AddConstraint(
            model_name="rank",
            constraint=models.UniqueConstraint(fields=("company", "external_id"), name="rank_external_id"),
        ),
        migrations.RunSQL(USERNAMES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                models.F("company"), django.db.models.functions.text.Lower("username"), name="membership_username"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("company", "external_id"), name="membership_external_id"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=portico.lib.tenancy.SameCompany(
                field="rank", name="membership_rank_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=portico.lib.tenancy.SameCompany(
                field="sponsor", name="membership_sponsor_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddIndex(
            model_name="profilelink",
            index=models.Index(fields=["company", "membership", "kind", "position", "id"], name="profile_link_shown"),
        ),
        migrations.AddConstraint(
            model_name="profilelink",
            constraint=portico.lib.tenancy.SameCompany(
                field="membership", name="profile_link_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="pushdevice",
            constraint=models.UniqueConstraint(fields=("company", "membership", "device_uid"), name="push_device_uid"),
        ),
        migrations.AddConstraint(
            model_name="pushdevice",
            constraint=portico.lib.tenancy.SameCompany(
                field="membership", name="push_device_same_company", on_delete="CASCADE"
            ),
        ),
    ]
