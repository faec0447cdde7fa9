from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contacts", "0008_people")]

    operations: ClassVar = [
        migrations.AddField("contact", "last_sign_in_at", models.DateTimeField(null=True)),
    ]
