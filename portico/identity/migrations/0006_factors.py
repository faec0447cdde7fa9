from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_sign_in_rules")]

    operations: list[Operation] = []
