from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contacts", "0006_imports")]

    operations: ClassVar = []
