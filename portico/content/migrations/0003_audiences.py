"""Whom an announcement is for that is not for everybody.

The tables before know only announcements for everybody: on the way back those that are not are withdrawn, so that
nobody reads what was not meant for it.
"""

import django.db.models.deletion
from django.db import migrations, models

import portico.lib.tenancy

BACKWARDS = "UPDATE announcement SET is_active = false WHERE NOT for_everybody"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0008_language"),
        ("content", "0002_learning"),
    ]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="for_everybody",
            field=models.BooleanField(db_default=True),
        ),
        migrations.CreateModel(
            name="AnnouncementAudience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.TextField(choices=[("admin", "ADMIN"), ("manager", "MANAGER"), ("rep", "REP")], null=True),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "rank",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.rank",
                    ),
                ),
            ],
            options={
                "db_table": "announcement_audience",
                "indexes": [
                    models.Index(
                        condition=models.Q(("role__isnull", False)),
                        fields=["company", "role", "announcement"],
                        name="announcement_audience_role",
                    ),
                    models.Index(
                        condition=models.Q(("rank__isnull", False)),
                        fields=["company", "rank", "announcement"],
                        name="announcement_audience_rank",
                    ),
                    models.Index(
                        condition=models.Q(("member__isnull", False)),
                        fields=["company", "member", "announcement"],
                        name="announcement_audience_member",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "announcement", "role", "rank", "member"),
                        name="announcement_audience_part",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("member__isnull", True),
                                ("rank__isnull", True),
                                ("role__in", ["admin", "manager", "rep"]),
                                ("role__isnull", False),
                            ),
                            models.Q(("member__isnull", True), ("rank__isnull", False), ("role__isnull", True)),
                            models.Q(("member__isnull", False), ("rank__isnull", True), ("role__isnull", True)),
                            _connector="OR",
                        ),
                        name="announcement_audience_one",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="announcementaudience",
            constraint=portico.lib.tenancy.SameCompany(
                field="announcement", name="announcement_audience_announcement_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementaudience",
            constraint=portico.lib.tenancy.SameCompany(
                field="rank", name="announcement_audience_rank_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcementaudience",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="announcement_audience_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, BACKWARDS),
    ]
