from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("selling", "0001_tasks")]

    operations: list[Operation] = []
