from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("contacts", "0011_imports_in_full")]

    operations: list[Operation] = []
