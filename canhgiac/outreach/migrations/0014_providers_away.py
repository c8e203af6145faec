"""Since when a provider cannot be reached, so that people see why nothing leaves."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0013_resting_subscribers")]
    operations = [
        migrations.AddField("provider", "away_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("provider", "away_code", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField("provider", "is_away_told", models.BooleanField(default=False)),
    ]
