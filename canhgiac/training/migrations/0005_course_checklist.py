"""What the second person answered when opening a course."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("training", "0004_issuer_key")]
    operations = [
        migrations.AddField(
            model_name="course", name="checklist", field=models.JSONField(blank=True, default=dict)
        )
    ]
