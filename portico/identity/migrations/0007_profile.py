from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_factors")]

    operations: list[Operation] = []
