"""Who wrote in an edition is kept; the database refuses a reviewer among them."""

import django.contrib.postgres.fields
from django.db import migrations, models


_CHECK = """ALTER TABLE library_{0}edition ADD CONSTRAINT {0}_edition_reviewer_did_not_write
CHECK (reviewer_id IS NULL OR NOT (reviewer_id = ANY (writers)));"""
_UNCHECK = "ALTER TABLE library_{0}edition DROP CONSTRAINT {0}_edition_reviewer_did_not_write;"


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0002_publications_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="formedition",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="formedition",
            name="writers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="materialedition",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="materialedition",
            name="writers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        *(migrations.RunSQL(_CHECK.format(kind), _UNCHECK.format(kind)) for kind in ("form", "material")),
    ]
