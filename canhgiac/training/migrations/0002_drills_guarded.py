"""Drills are kept harmless by the database itself.

A target can only be a member who agreed, works in a unit of the drill, gets an approved lure, in a drill that two people
of the two sides approved as it stands; whose link and lure it is never changes; and what was withdrawn is asked again
when a message goes on its way. An approved lure's words do not change: changing them means draft and a new approval.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION drill_member_agrees(member bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT COALESCE((SELECT accepts FROM training_drillconsent WHERE member_id = member
        ORDER BY at DESC, id DESC LIMIT 1), false)
        AND EXISTS (SELECT 1 FROM agencies_member WHERE id = member AND is_active)
$$;

CREATE FUNCTION drill_target_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.drill_id, NEW.member_id, NEW.agency_id, NEW.lure_id, NEW.token)
            IS DISTINCT FROM (OLD.drill_id, OLD.member_id, OLD.agency_id, OLD.lure_id, OLD.token) THEN
            RAISE EXCEPTION 'a drill target is never given to somebody else' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT ((NEW.delivery IS NOT NULL AND OLD.delivery IS NULL)
            OR (NEW.sent_at IS NOT NULL AND OLD.sent_at IS NULL AND NEW.delivery IS NULL)) THEN
            RETURN NEW;
        END IF;
    ELSE
        IF NOT EXISTS (SELECT 1 FROM training_drillunit u
            JOIN agencies_agency above ON above.id = u.agency_id
            JOIN agencies_agency own ON own.id = NEW.agency_id AND starts_with(own.path, above.path)
            JOIN agencies_member m ON m.id = NEW.member_id AND m.agency_id = own.id
            WHERE u.drill_id = NEW.drill_id) THEN
            RAISE EXCEPTION 'a drill target works in a unit of the drill' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM training_drilllure l JOIN training_lure r ON r.id = l.lure_id
            WHERE l.drill_id = NEW.drill_id AND l.lure_id = NEW.lure_id AND r.state = 'approved') THEN
            RAISE EXCEPTION 'a drill target gets an approved lure of the drill' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF (SELECT count(DISTINCT a.side) < 2 OR count(DISTINCT a.member_id) < 2 FROM training_drillapproval a
        JOIN training_drill d ON d.id = a.drill_id AND a.of_version = d.version
            AND d.state IN ('approved', 'running')
        WHERE a.drill_id = NEW.drill_id) THEN
        RAISE EXCEPTION 'a drill needs two approvals of what it is now' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT drill_member_agrees(NEW.member_id) THEN
        RAISE EXCEPTION 'a drill target is a member who agreed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drill_target_guard BEFORE INSERT OR UPDATE ON training_drilltarget
    FOR EACH ROW EXECUTE FUNCTION drill_target_guard();

CREATE FUNCTION lure_words_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NEW.state <> 'draft' AND (NEW.way, NEW.subject, NEW.sender_name, NEW.body, NEW.form_id)
        IS DISTINCT FROM (OLD.way, OLD.subject, OLD.sender_name, OLD.body, OLD.form_id) THEN
        RAISE EXCEPTION 'the words of an approved lure do not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lure_words_guard BEFORE UPDATE ON training_lure
    FOR EACH ROW EXECUTE FUNCTION lure_words_guard();
"""
BACK = """
DROP TRIGGER lure_words_guard ON training_lure;
DROP FUNCTION lure_words_guard();
DROP TRIGGER drill_target_guard ON training_drilltarget;
DROP FUNCTION drill_target_guard();
DROP FUNCTION drill_member_agrees(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("drill", "paused_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("drilltrace", "agent_mark", models.BinaryField(max_length=8, null=True)),
        migrations.CreateModel(
            name="DrillContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[("sms", "Tin nhắn SMS"), ("zalo", "Zalo")], max_length=4, verbose_name="kênh"
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=8, null=True, unique=True)),
                ("code_until", models.DateTimeField(blank=True, null=True)),
                ("address", models.CharField(blank=True, default="", max_length=100)),
                ("digest", models.BinaryField(max_length=16, null=True, unique=True)),
                ("proven_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drill_contacts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "địa chỉ nhận diễn tập",
                "verbose_name_plural": "địa chỉ nhận diễn tập",
                "constraints": [models.UniqueConstraint(fields=("member", "way"), name="drill_contact_once")],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
