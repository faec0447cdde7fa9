from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_sender_name"), ("companies", "0004_kept_answers")]

    operations: list[Operation] = []
