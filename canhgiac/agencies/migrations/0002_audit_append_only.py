"""The database itself refuses to change, delete or empty the audit log."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION agencies_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON agencies_auditentry
    FOR EACH ROW EXECUTE FUNCTION agencies_audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON agencies_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION agencies_audit_refuse();
"""
BACKWARD = """
DROP TRIGGER audit_no_change ON agencies_auditentry;
DROP TRIGGER audit_no_truncate ON agencies_auditentry;
DROP FUNCTION agencies_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
