"""The database itself refuses a numerator outside its population or above its part."""

import django.db.models.expressions
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION plans_counted_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
    part_of bigint;
    measured bigint;
BEGIN
    -- FOR SHARE: a size or a population that another transaction is changing is waited for and read anew.
    SELECT population_id INTO measured FROM plans_targetmeasure WHERE id = NEW.measure_id FOR SHARE;
    SELECT population_id, size INTO part_of, whole FROM plans_populationpart WHERE id = NEW.part_id FOR SHARE;
    IF part_of IS DISTINCT FROM measured THEN
        RAISE EXCEPTION 'part % is not of the population of measure %', NEW.part_id, NEW.measure_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counted_of_population';
    END IF;
    IF NEW.value IS NOT NULL AND (whole IS NULL OR NEW.value > whole) THEN
        RAISE EXCEPTION 'counted % exceeds part % of size %', NEW.value, NEW.part_id, whole
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counted_within_part';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER counted_within BEFORE INSERT OR UPDATE OF measure_id, part_id, value ON plans_counted
    FOR EACH ROW EXECUTE FUNCTION plans_counted_within();

CREATE FUNCTION plans_part_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.population_id <> OLD.population_id THEN
        RAISE EXCEPTION 'part % cannot move to another population', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_stays';
    END IF;
    IF NEW.size IS DISTINCT FROM 1 AND EXISTS (
        SELECT FROM plans_population WHERE id = NEW.population_id AND basis <> 'count'
    ) THEN
        RAISE EXCEPTION 'one thing of a list has size 1'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_listed_is_one';
    END IF;
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM plans_counted WHERE part_id = NEW.id AND value > COALESCE(NEW.size, -1)
    ) THEN
        RAISE EXCEPTION 'more is counted of part % than %', NEW.id, NEW.size
            USING ERRCODE = 'check_violation', CONSTRAINT = 'part_holds_counted';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER part_holds BEFORE INSERT OR UPDATE OF population_id, size ON plans_populationpart
    FOR EACH ROW EXECUTE FUNCTION plans_part_holds();

CREATE FUNCTION plans_measure_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.population_id IS DISTINCT FROM OLD.population_id AND EXISTS (
        SELECT FROM plans_counted c JOIN plans_populationpart p ON p.id = c.part_id
        WHERE c.measure_id = NEW.id AND p.population_id IS DISTINCT FROM NEW.population_id
    ) THEN
        RAISE EXCEPTION 'measure % has counts of another population', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_keeps_population';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER measure_keeps BEFORE UPDATE OF population_id ON plans_targetmeasure
    FOR EACH ROW EXECUTE FUNCTION plans_measure_keeps();

CREATE FUNCTION plans_population_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.basis <> OLD.basis OR NEW.unit <> OLD.unit OR NEW.as_of <> OLD.as_of THEN
        RAISE EXCEPTION 'population % is never edited; a later count replaces it', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'population_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER population_stays BEFORE UPDATE ON plans_population
    FOR EACH ROW EXECUTE FUNCTION plans_population_stays();
"""
BACKWARD = """
DROP TRIGGER population_stays ON plans_population;
DROP FUNCTION plans_population_stays();
DROP TRIGGER measure_keeps ON plans_targetmeasure;
DROP FUNCTION plans_measure_keeps();
DROP TRIGGER part_holds ON plans_populationpart;
DROP FUNCTION plans_part_holds();
DROP TRIGGER counted_within ON plans_counted;
DROP FUNCTION plans_counted_within();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0002_ledger'),
    ]

    operations = [
        migrations.AddField(
            model_name='targetmeasure',
            name='phrase',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='điều đã đạt'),
        ),
        migrations.AddConstraint(
            model_name='measurepoint',
            constraint=models.CheckConstraint(condition=models.Q(('empty__gte', 0), ('reached__gte', 0), ('unknown__gte', 0), models.Q(('total__isnull', True), ('total__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('reached'), '+', models.F('unknown')), '+', models.F('empty'))), _connector='OR')), name='measure_point_within'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
