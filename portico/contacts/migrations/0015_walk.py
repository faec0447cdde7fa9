from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("contacts", "0014_search_numbers")]

    operations: list[Operation] = [
        migrations.AddIndex(
            "contact",
            models.Index(models.F("company"), models.F("id").asc(nulls_first=True), name="contact_walk"),
        ),
    ]
