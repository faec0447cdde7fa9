import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

CONSENTS = ["subscribed", "pending", "unsubscribed", "transactional", "bounced", "complained", "spammed"]
IDS = django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_imports")]

    operations = [
        migrations.CreateModel(
            name="IncomingWebhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("consent", models.TextField(choices=[(one, one.capitalize()) for one in CONSENTS])),
                ("tag_ids", IDS),
                ("list_ids", IDS.clone()),
                ("organization_ids", IDS.clone()),
                ("digest", models.BinaryField(unique=True)),
                ("sealed_key", models.BinaryField()),
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
            ],
            options={
                "db_table": "incoming_webhook",
                "indexes": [models.Index(fields=["company", "id"], name="incoming_webhook_company")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("consent__in", CONSENTS)), name="incoming_webhook_consent_known"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.HashIndex(
                django.db.models.functions.text.MD5("email"), name="contact_email_md5"
            ),
        ),
    ]
