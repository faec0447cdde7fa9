import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portico.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [("contacts", "0016_views")]

    operations = [
        migrations.CreateModel(
            name="PasswordLink",
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
                ("email", models.TextField()),
                ("digest", models.BinaryField(unique=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "contact_password_link",
                "indexes": [
                    models.Index(fields=["company", "contact"], name="contact_password_link_contact"),
                    models.Index(fields=["expires_at"], name="contact_password_link_expires"),
                ],
                "constraints": [
                    portico.lib.tenancy.SameCompany(
                        field="contact", name="contact_password_link_same_company", on_delete="CASCADE"
                    ),
                ],
            },
        ),
    ]
