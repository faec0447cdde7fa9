"""Who is invited to an event that is not for everybody.

The tables before know only events for everybody, and no way of hiding one: on the way back those that are not go, so that
nobody sees what it was not invited to.
"""

import django.db.models.deletion
from django.db import migrations, models

import portico.lib.tenancy

BACKWARDS = "DELETE FROM calendar_event WHERE NOT for_everybody"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0008_language"),
        ("selling", "0003_console"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarevent",
            name="for_everybody",
            field=models.BooleanField(db_default=True),
        ),
        migrations.CreateModel(
            name="EventAudience",
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
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="selling.calendarevent",
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
                "db_table": "event_audience",
                "indexes": [
                    models.Index(
                        condition=models.Q(("role__isnull", False)),
                        fields=["company", "role", "event"],
                        name="event_audience_role",
                    ),
                    models.Index(
                        condition=models.Q(("rank__isnull", False)),
                        fields=["company", "rank", "event"],
                        name="event_audience_rank",
                    ),
                    models.Index(
                        condition=models.Q(("member__isnull", False)),
                        fields=["company", "member", "event"],
                        name="event_audience_member",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "event", "role", "rank", "member"),
                        name="event_audience_part",
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
                        name="event_audience_one",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="eventaudience",
            constraint=portico.lib.tenancy.SameCompany(
                field="event", name="event_audience_event_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventaudience",
            constraint=portico.lib.tenancy.SameCompany(
                field="rank", name="event_audience_rank_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventaudience",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="event_audience_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, BACKWARDS),
    ]
