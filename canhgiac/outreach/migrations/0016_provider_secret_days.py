"""When each secret of a provider was written, for the page that never shows them."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0015_warning_words_version")]
    operations = [migrations.AddField("provider", "secret_days", models.JSONField(blank=True, default=dict))]
