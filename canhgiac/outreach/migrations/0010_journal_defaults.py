"""The journal's moments are the server's own, and a new receipt stands in one index less.

A receipt nobody has looked for yet is found by its number, the others by when they are looked for again. Numbers of
receipts are taken from the sequence 200 at a time: a gap means nothing.
"""

from __future__ import annotations

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

FORWARD = """
ALTER TABLE outreach_attempt ALTER COLUMN at SET DEFAULT now();
ALTER TABLE outreach_receiptrow ALTER COLUMN id SET CACHE 200;"""
BACKWARD = """
ALTER TABLE outreach_receiptrow ALTER COLUMN id SET CACHE 1;
ALTER TABLE outreach_attempt ALTER COLUMN at DROP DEFAULT;"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0009_inbound_attachments_and_order")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField(
            "receiptrow", "came_at", models.DateTimeField(default=django.utils.timezone.now, db_default=Now())
        ),
        migrations.AlterField(
            "receiptrow", "look_at", models.DateTimeField(default=django.utils.timezone.now, db_default=Now())
        ),
        migrations.AlterField("receiptrow", "looked", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddIndex(
            "receiptrow",
            models.Index(fields=["look_at"], name="receipt_again", condition=models.Q(("looked__gt", 0))),
        ),
    ]
