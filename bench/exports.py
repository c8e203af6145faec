"""A whole round as one CSV file, 132,229 reports of 510 fields, beside PostgreSQL's own plain COPY of the same answers.

The figure of 132,229 × 510 is that of a form collector's users whose export did not end in half an hour. Ours runs as
the page runs it: through the member's reach, with headings, words for states, protection against formulas, streamed.
The peer is ``COPY (SELECT … jsonb) TO STDOUT``: the bytes of the answers as they lie, not laid out into columns.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
DATABASE = "bench_exports"
WIDE, NARROW = (132_229, 510), (10_000, 24)
SECONDS, MEGABYTES, RATIO = 60, 300, 6
NARROW_SECONDS = 1.5
TEXT_EVERY = 10
"""Each tenth field is a text, the others are figures; one answer in seventeen is unknown."""

_AGENCIES = """
INSERT INTO agencies_agency (name, short_name, kind, parent_id, path, email, folded)
SELECT 'Đơn vị số ' || n, '', 'ubnd_commune', %(root)s, %(path)s || '-', '', 'don vi so ' || n
FROM generate_series(1, %(count)s) n
"""
_PATHS = "UPDATE agencies_agency SET path = %(path)s || id || '/' WHERE parent_id = %(root)s"
_FIELDS = """
INSERT INTO reporting_formfield (form_version_id, code, position, section, "group", label, help, kind, unit, required,
    source, total_of, needs_evidence, columns)
SELECT %(version)s, 'muc_' || n, n, 'results', '', 'Mục số ' || n, '',
    CASE WHEN n %% %(every)s = 0 THEN 'text' ELSE 'figure' END, CASE WHEN n %% %(every)s = 0 THEN '' ELSE 'lượt' END,
    false, '{}', '{}', false, '[]'
FROM generate_series(1, %(fields)s) n
"""
_DUTIES = """
INSERT INTO reporting_reportduty (round_id, agency_id, reports_to_id, due_date, state, excuse)
SELECT %(round)s, id, %(root)s, '2026-06-10', 'accepted', '' FROM agencies_agency WHERE parent_id = %(root)s
"""
_REPORTS = """
INSERT INTO reporting_submission (duty_id, number, form_version_id, uid, state, answers, origins, touched, version,
    is_empty, on_time, edited_at, filed_at)
SELECT d.id, 1, %(version)s, gen_random_uuid(), 'accepted', (
    SELECT jsonb_object_agg('muc_' || f, CASE
        WHEN (d.id + f) %% 17 = 0 THEN 'null'::jsonb
        WHEN f %% %(every)s = 0 THEN to_jsonb('Nội dung ' || d.id || ', mục ' || f || '; đã phát tờ rơi')
        ELSE to_jsonb((d.id * f) %% 100000) END)
    FROM generate_series(1, %(fields)s) f
), '{}', '{}', 1, false, d.id %% 9 > 0, now(), now()
FROM reporting_reportduty d WHERE d.round_id = %(round)s
"""
_PLAIN = "COPY (SELECT id, answers FROM reporting_submission ORDER BY id) TO STDOUT"


def main() -> list[Row]:
    """Seconds, megabytes and ratio of the wide export; seconds of one of usual size."""
    import psycopg

    from canhgiac.kit import embedded

    url = embedded.start(ROOT / "var" / "pg-bench", DATABASE)
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "canhgiac.settings", "LOG_LEVEL": "ERROR"}
    try:
        return measures()
    finally:
        from django.db import connections

        connections.close_all()
        with psycopg.connect(embedded.start(ROOT / "var" / "pg-bench", "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def measures() -> list[Row]:
    """Makes the rounds, exports each, and the wide one's bytes by plain COPY too."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    narrow, _narrow_plain = one(*NARROW)
    before = peak()
    wide, plain = one(*WIDE)
    return [
        ("exports_132229x510_s", round(wide, 1), "<=", SECONDS),
        ("exports_132229x510_peak_mb", round(peak()), "<=", MEGABYTES),
        ("exports_132229x510_grown_mb", round(peak() - before), "<=", MEGABYTES),
        ("exports_132229x510_to_plain_copy", round(wide / plain, 2), "<=", RATIO),
        ("exports_10000x24_s", round(narrow, 2), "<=", NARROW_SECONDS),
    ]


def peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(reports: int, fields: int) -> tuple[float, float]:
    """Seconds of our export of such a round and of the plain COPY, the best of two each."""
    from django.db import connection

    of, member = made(reports, fields)
    from canhgiac.reporting.selectors.exports import wide_csv, wide_table

    def ours() -> Iterable[bytes]:
        return wide_csv(wide_table(of, member))

    def plain() -> Iterable[bytes]:
        with connection.cursor() as cursor, cursor.copy(_PLAIN) as copy:
            yield from map(bytes, copy)

    size, seconds = best(ours)
    peer_size, peer = best(plain)
    print(f"{reports} × {fields}: {seconds:.2f} s, {size / 1e6:.0f} MB; COPY {peer:.2f} s, {peer_size / 1e6:.0f} MB")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reporting_submission, reporting_reportduty, reporting_formfield CASCADE")
    return seconds, peer


def best(export: Callable[[], Iterable[bytes]]) -> tuple[int, float]:
    """Bytes and seconds of the quicker of two runs."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        size = sum(map(len, export()))
        times.append(time.perf_counter() - start)
    return size, min(times)


def made(reports: int, fields: int) -> tuple[Any, Any]:
    """A round of so many reports and fields, written by set-based SQL, and a coordinator who reads it all."""
    from django.db import connection

    from canhgiac.agencies.models import Agency, Role
    from canhgiac.reporting.models import FormVersion, ReportForm
    from tests.factories import agencies, reporting

    root = agencies.agency(name=f"UBND tỉnh Bảng Rộng {fields}", kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE)
    member = agencies.member(agency=root)
    agencies.role(member, Role.Kind.COORDINATOR, root)
    form = ReportForm.objects.create(agency=root, title="Mẫu rộng")
    version = FormVersion.objects.create(form=form, made_by=member, state=FormVersion.State.PUBLISHED)
    of = reporting.report_round(by=member, agencies=[], agency=root, form_version=version)
    given: dict[str, int | str] = {
        "root": root.pk,
        "path": root.path,
        "count": reports,
        "fields": fields,
        "every": TEXT_EVERY,
    }
    given |= {"version": version.pk, "round": of.pk}
    with connection.cursor() as cursor:
        for statement in (_AGENCIES, _PATHS, _FIELDS, _DUTIES, _REPORTS):
            cursor.execute(statement, given)
        cursor.execute("VACUUM ANALYZE")
    return of, member


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
