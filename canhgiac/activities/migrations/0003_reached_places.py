"""Which places each counted activity reached, kept by the database itself.

Every trigger runs once a statement, after it, on all the rows it changed. What a place should be is told by one function,
``activities_reached_told``: the triggers copy it, and the check compares with it. (A view would tell it as well, but no
later migration could change the type of a column that a view names.)
"""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION activities_reached_told(ids bigint[]) RETURNS TABLE (
    activity_id bigint, place_id bigint, "on" date, kind varchar, people integer, is_accepted boolean, is_alone boolean
) LANGUAGE sql STABLE AS $$
SELECT a.id, p.place_id, a."on", a.kind, a.people, a.state = 'accepted', count(*) OVER (PARTITION BY a.id) = 1
FROM activities_activity a
CROSS JOIN LATERAL (
    SELECT DISTINCT CASE WHEN c.level > 3 THEN coalesce(c.parent_id, c.id) ELSE c.id END AS place_id
    FROM (
        SELECT a.area_id AS id UNION SELECT l.area_id FROM activities_activityarea l WHERE l.activity_id = a.id
    ) reached
    JOIN agencies_area c ON c.id = reached.id
) p
WHERE a.id = ANY (ids) AND a.state <> 'withdrawn' AND a.duplicate_of_id IS NULL
$$;

-- Another transaction may be changing the same activity or its areas: it is waited for, and what it did is seen by the
-- statements that follow. In the order of ids, so that two never wait for each other.
CREATE FUNCTION activities_reached_lock(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM activities_activity WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION activities_reached_write(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM activities_reachedplace WHERE activity_id = ANY (ids);
    INSERT INTO activities_reachedplace (activity_id, place_id, "on", kind, people, is_accepted, is_alone)
    SELECT * FROM activities_reached_told(ids);
END $$;

CREATE FUNCTION activities_reached_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO activities_reachedplace (activity_id, place_id, "on", kind, people, is_accepted, is_alone)
        SELECT * FROM activities_reached_told((SELECT array_agg(id) FROM after));
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM activities_reachedplace WHERE activity_id IN (SELECT id FROM before);
    ELSE
        PERFORM activities_reached_write(array_agg(a.id)) FROM after a JOIN before b ON b.id = a.id
        WHERE (a."on", a.kind, a.people, a.area_id, a.state, a.duplicate_of_id)
            IS DISTINCT FROM (b."on", b.kind, b.people, b.area_id, b.state, b.duplicate_of_id)
        HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reached_insert AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_activity();
CREATE TRIGGER reached_update AFTER UPDATE ON activities_activity REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_activity();
CREATE TRIGGER reached_delete AFTER DELETE ON activities_activity REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_activity();

CREATE FUNCTION activities_reached_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        ids := (SELECT array_agg(DISTINCT activity_id) FROM after);
        PERFORM activities_reached_lock(ids);
        -- Most links name the place where it happened, which is there already.
        ids := (
            SELECT array_agg(DISTINCT told.activity_id)
            FROM activities_reached_told(ids) told
            LEFT JOIN activities_reachedplace r USING (activity_id, place_id)
            WHERE r.id IS NULL
        );
    ELSIF TG_OP = 'DELETE' THEN
        ids := (SELECT array_agg(DISTINCT activity_id) FROM before);
        PERFORM activities_reached_lock(ids);
    ELSE
        ids := (SELECT array_agg(activity_id) FROM (SELECT activity_id FROM before UNION SELECT activity_id FROM after) b);
        PERFORM activities_reached_lock(ids);
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM activities_reached_write(ids);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reached_insert AFTER INSERT ON activities_activityarea REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_link();
CREATE TRIGGER reached_update AFTER UPDATE ON activities_activityarea REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_link();
CREATE TRIGGER reached_delete AFTER DELETE ON activities_activityarea REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_link();

CREATE FUNCTION activities_reached_area() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved bigint[] := (
        SELECT array_agg(a.id) FROM after a JOIN before b ON b.id = a.id
        WHERE (a.level, a.parent_id) IS DISTINCT FROM (b.level, b.parent_id)
    );
    touched bigint[];
BEGIN
    IF moved IS NOT NULL THEN
        touched := (
            SELECT array_agg(id) FROM (
                SELECT id FROM activities_activity WHERE area_id = ANY (moved)
                UNION SELECT activity_id FROM activities_activityarea WHERE area_id = ANY (moved)
            ) found
        );
        PERFORM activities_reached_lock(touched);
        PERFORM activities_reached_write(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reached_update AFTER UPDATE ON agencies_area REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION activities_reached_area();

SELECT activities_reached_write((SELECT array_agg(id) FROM activities_activity));
SET CONSTRAINTS ALL IMMEDIATE;
"""
BACK = """
DROP TRIGGER reached_update ON agencies_area;
DROP FUNCTION activities_reached_area();
DROP TRIGGER reached_insert ON activities_activityarea;
DROP TRIGGER reached_update ON activities_activityarea;
DROP TRIGGER reached_delete ON activities_activityarea;
DROP FUNCTION activities_reached_link();
DROP TRIGGER reached_insert ON activities_activity;
DROP TRIGGER reached_update ON activities_activity;
DROP TRIGGER reached_delete ON activities_activity;
DROP FUNCTION activities_reached_activity();
DROP FUNCTION activities_reached_write(bigint[]);
DROP FUNCTION activities_reached_lock(bigint[]);
DROP FUNCTION activities_reached_told(bigint[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0002_workers'),
        ('agencies', '0004_province'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReachedPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('kind', models.CharField(max_length=20)),
                ('people', models.PositiveIntegerField(null=True)),
                ('is_accepted', models.BooleanField()),
                ('is_alone', models.BooleanField()),
                ('activity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='reached', to='activities.activity')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
            ],
            options={
                'verbose_name': 'nơi đã đến',
                'verbose_name_plural': 'các nơi đã đến',
                'indexes': [models.Index(fields=['on'], include=['place', 'kind', 'people', 'is_accepted', 'is_alone'], name='reached_place_by_day')],
                'constraints': [models.UniqueConstraint(fields=('activity', 'place'), name='reached_place_once')],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
