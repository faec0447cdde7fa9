import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portico.lib.tenancy

# The action of an audit entry, and the kind of event that it is told as (webhooks/kinds.py).
KINDS = {
    "contact.added": "contact.created",
    "contact.came_back": "contact.created",
    "contact.changed": "contact.updated",
    "contact.merged": "contact.updated",
    "contact.unmerged": "contact.updated",
    "contact.organization_added": "contact.updated",
    "contact.organization_removed": "contact.updated",
    "contact.organization_put_first": "contact.updated",
    "contact.deleted": "contact.deleted",
    "contact.merged_away": "contact.deleted",
    "contact.erased": "contact.erased",
    "contacts.imported": "contacts.imported",
    "lead.captured": "lead.captured",
    "order.placed": "order.placed",
    "order.changed": "order.updated",
    "order.deleted": "order.deleted",
    "task.completed": "task.completed",
    "training.completed": "training.completed",
    "event.answered": "event.answered",
    "session.begun": "session.begun",
    "session.ended": "session.ended",
    "key.added": "key.added",
    "key.rotated": "key.rotated",
    "key.revoked": "key.revoked",
    "code.added": "code.added",
    "code.revoked": "code.revoked",
    "member.added": "member.added",
}
# Where nobody wants to be told, an entry of these actions costs one look-up in a small table (5 us; beginning the INSERT
# to find nobody cost 13).
_PAIRS = ", ".join(f"('{action}', '{kind}')" for action, kind in KINDS.items())
_ACTIONS = ", ".join(f"'{action}'" for action in KINDS)
FORWARDS = f"""
CREATE FUNCTION queue_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT FROM webhook_endpoint WHERE company_id = NEW.company_id AND disabled_at IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO webhook_delivery (company_id, endpoint_id, entry_id, kind, at)
    SELECT endpoint.company_id, endpoint.id, NEW.id, event.kind, NEW.at
    FROM webhook_endpoint AS endpoint,
        (VALUES {_PAIRS}) AS event (action, kind)
    WHERE endpoint.company_id = NEW.company_id AND endpoint.disabled_at IS NULL AND event.action = NEW.action
        AND (endpoint.kinds = '{{}}' OR event.kind = ANY (endpoint.kinds));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_webhooks AFTER INSERT ON audit_entry FOR EACH ROW
    WHEN (NEW.company_id IS NOT NULL AND NEW.action IN ({_ACTIONS}))
    EXECUTE FUNCTION queue_webhooks();
"""  # noqa: S608 -- our own names
BACKWARDS = "DROP TRIGGER audit_entry_webhooks ON audit_entry; DROP FUNCTION queue_webhooks()"


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_seals"),
        ("companies", "0004_kept_answers"),
        ("outbox", "0002_sender_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                ("url", models.TextField()),
                ("description", models.TextField(db_default="")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        db_default=models.Value(
                            [], django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)
                        ),
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("failing_since", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(db_default=0)),
                ("rest_until", models.DateTimeField(null=True)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "webhook_endpoint",
                "constraints": [models.UniqueConstraint(fields=("company", "id"), name="webhook_endpoint_company_id")],
            },
        ),
        migrations.CreateModel(
            name="WebhookSecret",
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
                    "endpoint",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="secrets",
                        to="outbox.webhookendpoint",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "webhook_secret",
                "indexes": [models.Index(fields=["company", "endpoint"], name="webhook_secret_endpoint")],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                    "endpoint",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="outbox.webhookendpoint",
                    ),
                ),
                ("entry_id", models.BigIntegerField()),
                ("number", models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID())),
                ("kind", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("failed", "Failed")],
                        db_default="waiting",
                    ),
                ),
                ("tries", models.IntegerField(db_default=0)),
                ("next_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "webhook_delivery",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["company", "endpoint", "next_at", "id"],
                        name="webhook_delivery_waiting",
                    ),
                    models.Index(fields=["company", "endpoint", "-id"], name="webhook_delivery_log"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False)),
                        fields=["ended_at"],
                        name="webhook_delivery_ended",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="webhook_delivery_company_id"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "delivered", "failed"])),
                        name="webhook_delivery_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
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
                    "delivery",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="attempts",
                        to="outbox.webhookdelivery",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("status", models.IntegerField(null=True)),
                ("failure", models.TextField(db_default="")),
                ("milliseconds", models.IntegerField()),
            ],
            options={
                "db_table": "webhook_attempt",
                "indexes": [models.Index(fields=["company", "delivery", "id"], name="webhook_attempt_delivery")],
            },
        ),
        migrations.AddConstraint(
            model_name="webhooksecret",
            constraint=portico.lib.tenancy.SameCompany(
                field="endpoint", name="webhook_secret_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=portico.lib.tenancy.SameCompany(
                field="endpoint", name="webhook_delivery_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookattempt",
            constraint=portico.lib.tenancy.SameCompany(
                field="delivery", name="webhook_attempt_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
