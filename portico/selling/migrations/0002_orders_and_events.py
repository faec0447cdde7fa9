import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("selling", "0001_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
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
                ("number", models.TextField()),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
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
                    "status",
                    models.TextField(
                        choices=[
                            ("pending", "Pending"),
                            ("processing", "Processing"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_default="pending",
                    ),
                ),
                ("currency", models.TextField()),
                ("subtotal", models.BigIntegerField(db_default=0)),
                ("tax", models.BigIntegerField(db_default=0)),
                ("shipping", models.BigIntegerField(db_default=0)),
                ("total", models.BigIntegerField()),
                ("items", models.JSONField(db_default=models.Value([], models.JSONField()))),
                ("items_count", models.IntegerField(db_default=0)),
                ("shipping_address", models.JSONField(null=True)),
                ("billing_address", models.JSONField(null=True)),
                ("tracking_number", models.TextField(null=True)),
                ("placed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("shipped_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "sales_order",
                "indexes": [
                    models.Index(fields=["company", "-placed_at", "-id"], name="sales_order_placed"),
                    models.Index(fields=["company", "contact", "-placed_at", "-id"], name="sales_order_contact"),
                    models.Index(
                        condition=models.Q(("member__isnull", False)),
                        fields=["company", "member", "-placed_at", "-id"],
                        name="sales_order_member",
                    ),
                    models.Index(
                        models.F("company"),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Lower("number"), "text_pattern_ops"
                        ),
                        name="sales_order_number",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="sales_order_company_id"),
                    models.UniqueConstraint(fields=("company", "external_id"), name="sales_order_external_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "processing", "shipped", "delivered", "cancelled"])
                        ),
                        name="sales_order_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarEvent",
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
                (
                    "type",
                    models.TextField(
                        choices=[
                            ("webinar", "Webinar"),
                            ("training", "Training"),
                            ("meetup", "Meetup"),
                            ("conference", "Conference"),
                        ],
                        db_default="meetup",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.TextField(db_default="UTC")),
                ("is_all_day", models.BooleanField(db_default=False)),
                ("location", models.TextField(null=True)),
                ("url", models.TextField(null=True)),
                ("image_url", models.TextField(null=True)),
                ("capacity", models.IntegerField(null=True)),
                ("is_cancelled", models.BooleanField(db_default=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "calendar_event",
                "indexes": [
                    models.Index(fields=["company", "starts_at", "id"], name="calendar_event_start"),
                    models.Index(fields=["company", "ends_at"], name="calendar_event_end"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="calendar_event_company_id"),
                    models.UniqueConstraint(fields=("company", "external_id"), name="calendar_event_external_id"),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["webinar", "training", "meetup", "conference"])),
                        name="calendar_event_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gte", models.F("starts_at"))),
                        name="calendar_event_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "event_id",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "answer",
                    models.TextField(choices=[("going", "Going"), ("maybe", "Maybe"), ("declined", "Declined")]),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "event_answer",
                "indexes": [models.Index(fields=["company", "member", "event"], name="event_answer_member")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["going", "maybe", "declined"])), name="event_answer_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id", "member_id", blank=True, editable=False, primary_key=True, serialize=False
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
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                ("digest", models.BinaryField(unique=True)),
                ("sealed_token", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "calendar_feed",
            },
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="sales_order_contact_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="sales_order_member_same_company", on_delete="SET NULL"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventanswer",
            constraint=portico.lib.tenancy.SameCompany(
                field="event", name="event_answer_event_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventanswer",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="event_answer_member_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=portico.lib.tenancy.SameCompany(
                field="member", name="calendar_feed_same_company", on_delete="CASCADE"
            ),
        ),
    ]
