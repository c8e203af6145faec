"""The large tables, partitioned by month; consents are append-only; a reviewer did not write.

``outreach_partitions(month)`` makes the partitions of the month of that day where they are missing: called for the month
that runs and the two after it by ``canhgiac prepare`` and by a daily job. What falls outside goes to the default
partition, so a clock that went wrong loses nothing.
"""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE outreach_delivery_seq CACHE 1;
CREATE TABLE outreach_delivery (
    id bigint NOT NULL DEFAULT nextval('outreach_delivery_seq'),
    lane_id bigint NOT NULL,
    chunk_number integer NOT NULL,
    subscriber_id bigint,
    digest bytea NOT NULL,
    address varchar(1000) NOT NULL,
    area_id bigint,
    fields text[] NOT NULL DEFAULT '{}',
    made_at timestamptz NOT NULL
) PARTITION BY RANGE (made_at);
CREATE INDEX outreach_delivery_by_id ON outreach_delivery (id);
CREATE INDEX outreach_delivery_by_chunk ON outreach_delivery (lane_id, chunk_number);
CREATE INDEX outreach_delivery_by_digest ON outreach_delivery (digest, made_at);
CREATE TABLE outreach_delivery_default PARTITION OF outreach_delivery DEFAULT;

CREATE TABLE outreach_attempt (
    delivery_id bigint NOT NULL,
    tries smallint NOT NULL,
    lane_id bigint NOT NULL,
    chunk_id bigint NOT NULL,
    provider_id bigint NOT NULL,
    area_id bigint,
    digest bytea NOT NULL,
    outcome varchar(7) NOT NULL,
    is_last boolean NOT NULL,
    ref varchar(100) NOT NULL DEFAULT '',
    code varchar(64) NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    arrival varchar(9) NOT NULL DEFAULT '',
    arrival_code varchar(64) NOT NULL DEFAULT '',
    arrival_at timestamptz
) PARTITION BY RANGE (at);
CREATE INDEX outreach_attempt_by_delivery ON outreach_attempt (delivery_id);
CREATE INDEX outreach_attempt_by_ref ON outreach_attempt (provider_id, ref) WHERE ref <> '';
CREATE INDEX outreach_attempt_not_taken ON outreach_attempt (lane_id, outcome) WHERE outcome <> 'taken';
CREATE TABLE outreach_attempt_default PARTITION OF outreach_attempt DEFAULT WITH (fillfactor = 80);

CREATE FUNCTION outreach_partitions(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'Asia/Ho_Chi_Minh';
    next timestamptz := (date_trunc('month', day::timestamp) + interval '1 month') AT TIME ZONE 'Asia/Ho_Chi_Minh';
    suffix text := to_char(day, 'YYYY_MM');
    told record;
BEGIN
    FOR told IN
        SELECT * FROM (VALUES ('outreach_delivery', 'made_at', 100), ('outreach_attempt', 'at', 80)) AS v(name, col, fill)
    LOOP
        CONTINUE WHEN to_regclass(told.name || '_' || suffix) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext(told.name));
        CONTINUE WHEN to_regclass(told.name || '_' || suffix) IS NOT NULL;
        -- Rows that a wrong clock put into the default partition for these days would forbid the new one: they move.
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) WITH (fillfactor = %s)',
                       told.name || '_' || suffix, told.name, told.fill);
        EXECUTE format('WITH gone AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM gone',
                       told.name || '_default', told.col, first, told.col, next, told.name || '_' || suffix);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       told.name, told.name || '_' || suffix, first, next);
    END LOOP;
END $$;

CREATE FUNCTION outreach_consent_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.subscriber_id IS NULL AND OLD.subscriber_id IS NOT NULL
        AND (NEW.digest, NEW.act, NEW.means, NEW.at, NEW.proof) IS NOT DISTINCT FROM
            (OLD.digest, OLD.act, OLD.means, OLD.at, OLD.proof) THEN
        RETURN NEW;  -- the subscriber is erased; what was agreed to stays
    END IF;
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '2 years' THEN
        RETURN OLD;  -- past the time for which they are kept
    END IF;
    RAISE EXCEPTION 'outreach_consent is append-only';
END $$;
CREATE TRIGGER outreach_consent_kept BEFORE UPDATE OR DELETE ON outreach_consent
    FOR EACH ROW EXECUTE FUNCTION outreach_consent_kept();

ALTER TABLE outreach_warning ADD CONSTRAINT warning_reviewer_did_not_write
    CHECK (reviewer_id IS NULL OR NOT (reviewer_id = ANY (writers)));
"""
BACKWARD = """
ALTER TABLE outreach_warning DROP CONSTRAINT warning_reviewer_did_not_write;
DROP TRIGGER outreach_consent_kept ON outreach_consent;
DROP FUNCTION outreach_consent_kept();
DROP FUNCTION outreach_partitions(date);
DROP TABLE outreach_attempt;
DROP TABLE outreach_delivery;
DROP SEQUENCE outreach_delivery_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_sending")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
