"""The database itself refuses to change, delete or empty the publication log."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION library_publications_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the publication log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER publications_no_change BEFORE UPDATE OR DELETE ON library_publicationentry
    FOR EACH ROW EXECUTE FUNCTION library_publications_refuse();
CREATE TRIGGER publications_no_truncate BEFORE TRUNCATE ON library_publicationentry
    FOR EACH STATEMENT EXECUTE FUNCTION library_publications_refuse();
"""
BACKWARD = """
DROP TRIGGER publications_no_change ON library_publicationentry;
DROP TRIGGER publications_no_truncate ON library_publicationentry;
DROP FUNCTION library_publications_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
