"""When a warning's own words were last written: its version also rises when it is handed in, approved, taken back."""

from __future__ import annotations

from django.db import migrations, models

LATEST = """
    UPDATE outreach_warning SET words_version = made.latest
    FROM (SELECT warning_id, max(made_from) AS latest FROM outreach_rendition WHERE language = 'vi' GROUP BY 1) made
    WHERE made.warning_id = outreach_warning.id"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0014_providers_away")]
    operations = [
        migrations.AddField("warning", "words_version", models.IntegerField(default=1, editable=False)),
        migrations.RunSQL(LATEST, migrations.RunSQL.noop),
    ]
