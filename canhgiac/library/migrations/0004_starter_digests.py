"""The digest of the newest starter text that was loaded or proposed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0003_edition_writers"),
    ]

    operations = [
        migrations.AddField(
            model_name="material",
            name="starter_sha256",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="scamform",
            name="starter_sha256",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
    ]
