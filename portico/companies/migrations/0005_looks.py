from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0004_kept_answers")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="secondary_color",
            field=models.TextField(null=True),
        ),
    ]
