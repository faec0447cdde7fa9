from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_sample")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="language",
            field=models.TextField(db_default="", default=""),
        ),
    ]
