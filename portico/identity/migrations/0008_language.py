from django.db import migrations, models


class Migration(migrations.Migration):
    """Nobody has chosen a language where the column says what it said from the beginning."""

    dependencies = [
        ("identity", "0007_profile"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.TextField(default=""),
        ),
        migrations.RunSQL(
            "UPDATE portico_user SET language = '' WHERE language = 'en'",
            "UPDATE portico_user SET language = 'en' WHERE language = ''",
        ),
    ]
