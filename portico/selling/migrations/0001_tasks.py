import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [("companies", "0005_looks"), ("contacts", "0013_activities"), ("identity", "0007_profile")]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField()),
                ("description", models.TextField(db_default="")),
                (
                    "priority",
                    models.TextField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")], db_default="medium"
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contacts.contact",
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
            ],
            options={
                "db_table": "task",
                "indexes": [
                    models.Index(fields=["company", "owner", "id"], name="task_owner"),
                    models.Index(
                        condition=models.Q(("completed_at__isnull", True)),
                        fields=["company", "owner", "due_on", "id"],
                        name="task_open",
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["company", "contact", "id"],
                        name="task_contact",
                    ),
                    models.Index(
                        condition=models.Q(("completed_at__isnull", True), ("reminded_at__isnull", True)),
                        fields=["due_on", "id"],
                        name="task_unreminded",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "id"), name="task_company_id"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__in", ["low", "medium", "high"])), name="task_priority_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=portico.lib.tenancy.SameCompany(
                field="owner", name="task_owner_same_company", on_delete="CASCADE"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=portico.lib.tenancy.SameCompany(
                field="contact", name="task_contact_same_company", on_delete="CASCADE"
            ),
        ),
    ]
