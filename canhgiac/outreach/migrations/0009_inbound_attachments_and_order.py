"""Pictures that come with words; a chunk that leaves only after another one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0008_zalo_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundmessage",
            name="attachments",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="chunk",
            name="after_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="chunk",
            index=models.Index(
                condition=models.Q(("after_id__isnull", False)), fields=["after_id"], name="chunk_after"
            ),
        ),
    ]
