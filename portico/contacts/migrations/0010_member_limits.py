from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("contacts", "0009_sign_ins")]

    operations: list[Operation] = []
