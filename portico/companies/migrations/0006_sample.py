import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0005_looks")]

    operations = [
        migrations.CreateModel(
            name="SampleThing",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id", "kind", "thing_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.TextField()),
                ("thing_id", models.BigIntegerField()),
                ("state", models.TextField()),
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
            options={"db_table": "sample_thing"},
        ),
    ]
