from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("companies", "0002_origins")]

    operations: ClassVar = []
