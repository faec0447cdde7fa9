from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("contacts", "0010_member_limits")]

    operations: list[Operation] = []
