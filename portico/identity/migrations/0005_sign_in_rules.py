from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_sessions")]

    operations: list[Operation] = []
