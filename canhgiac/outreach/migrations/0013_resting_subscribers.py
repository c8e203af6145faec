"""Who takes a rest is found by the digest when a chunk is claimed: a small index of those alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0012_moved_browsers")]
    operations = [
        migrations.AddIndex(
            "subscriber",
            models.Index(
                fields=["digest"],
                name="subscriber_resting",
                condition=models.Q(state="paused"),
                include=["paused_until"],
            ),
        ),
    ]
