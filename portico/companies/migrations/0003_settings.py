import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_origins")]

    operations = [
        migrations.CreateModel(
            name="CompanySetting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("value", models.JSONField()),
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
            options={"db_table": "company_setting"},
        ),
    ]
