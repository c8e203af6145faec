"""The database itself refuses to change, delete or empty the sightings; one may be marked as withdrawn, once."""

from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION indicators_sightings_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL THEN
        OLD.withdrawn_at := NEW.withdrawn_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'sightings are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER sightings_no_change BEFORE UPDATE OR DELETE ON indicators_sighting
    FOR EACH ROW EXECUTE FUNCTION indicators_sightings_refuse();
CREATE TRIGGER sightings_no_truncate BEFORE TRUNCATE ON indicators_sighting
    FOR EACH STATEMENT EXECUTE FUNCTION indicators_sightings_refuse();
"""
BACKWARD = """
DROP TRIGGER sightings_no_change ON indicators_sighting;
DROP TRIGGER sightings_no_truncate ON indicators_sighting;
DROP FUNCTION indicators_sightings_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0005_quotas'),
        ('indicators', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='was_expires_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='was_tags',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='indicator',
            name='sources',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='sighting',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='rút lúc'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='outcome',
            field=models.CharField(choices=[('open', 'Chờ người thứ hai'), ('done', 'Có hiệu lực'), ('refused', 'Không đồng ý'), ('back', 'Người đề nghị rút lại'), ('undone', 'Đã hoàn tác')], max_length=7),
        ),
        migrations.AddIndex(
            model_name='indicator',
            index=models.Index(fields=['tags'], name='indicator_by_tags'),
        ),
        migrations.AddIndex(
            model_name='indicator',
            index=models.Index(fields=['sources'], name='indicator_by_sources'),
        ),
        migrations.AddIndex(
            model_name='sighting',
            index=models.Index(condition=models.Q(('area__isnull', False)), fields=['area', 'indicator'], name='sighting_by_area'),
        ),
        migrations.AddIndex(
            model_name='sighting',
            index=models.Index(condition=models.Q(('origin_key__isnull', False)), fields=['origin_key'], name='sighting_by_origin'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
