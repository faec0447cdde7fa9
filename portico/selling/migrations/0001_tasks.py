from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("contacts", "0013_activities"), ("identity", "0007_profile")]

    operations: list[Operation] = []
