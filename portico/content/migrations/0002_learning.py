from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("content", "0001_media")]

    operations: list[Operation] = []
