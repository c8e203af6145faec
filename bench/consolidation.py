"""A round of 10,000 reports × 24 figures added up and written as the official report, beside a plain SQL GROUP BY.

Ours is the job as the worker runs it (rows kept, known, unknown, empty, missing, the period before, agencies' words
gathered, paragraphs) and then the DOCX with charts and annexes. The peer adds the same figures up from a flat table of
numbers with GROUP BY, which is the least that any report needs. Eight quarters are loaded, so that nothing is small.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
DATABASE = "bench_consolidation"
REPORTS, FIGURES, QUARTERS = 10_000, 24, 8
SECONDS, SUMS_RATIO = 10, 40

_AGENCIES = """
INSERT INTO agencies_agency (name, short_name, kind, parent_id, path, email, folded)
SELECT 'Đơn vị số ' || n, '', 'unit', %(root)s, %(path)s || '-', '', 'don vi so ' || n
FROM generate_series(1, %(count)s) n
"""
_PATHS = "UPDATE agencies_agency SET path = %(path)s || id || '/' WHERE parent_id = %(root)s"
_FIELDS = """
INSERT INTO reporting_formfield (form_version_id, code, position, section, "group", label, help, kind, unit, required,
    source, total_of, needs_evidence, columns)
SELECT %(version)s, 'so_' || n, n, 'results', 'Nhóm ' || n / 6, 'Số việc loại ' || n, '', 'figure', 'việc',
    false, '{}'::jsonb, '{}'::varchar[], false, '[]'::jsonb FROM generate_series(1, %(figures)s) n
UNION ALL SELECT %(version)s, 'kho_khan', 100, 'difficulties', '', 'Khó khăn', '', 'text', '', false, '{}'::jsonb,
    '{}'::varchar[], false, '[]'::jsonb
"""
_DUTIES = """
INSERT INTO reporting_reportduty (round_id, agency_id, reports_to_id, due_date, state, excuse)
SELECT %(round)s, id, %(root)s, current_date, 'filed', '' FROM agencies_agency WHERE parent_id = %(root)s
"""
_REPORTS = """
INSERT INTO reporting_submission (duty_id, number, form_version_id, uid, state, answers, origins, version, is_empty,
    on_time, edited_at, filed_at, touched)
SELECT d.id, 1, %(version)s, gen_random_uuid(), 'filed',
    (SELECT jsonb_object_agg('so_' || n, CASE WHEN (d.id + n) %% 17 = 0 THEN NULL ELSE (d.id * n) %% 997 END)
     FROM generate_series(1, %(figures)s) n)
    || jsonb_build_object('kho_khan', 'Khu vực ' || d.id %% 400 || ' sóng yếu, tin nhắn đến chậm. Thiếu cán bộ ở '
        || (ARRAY['bản xa','khu chợ','khu công nghiệp','vùng ven biển'])[1 + d.id %% 4] || ' số ' || d.id %% 90 || '.'),
    '{}', 1, false, true, now(), now(), '{}'
FROM reporting_reportduty d WHERE d.round_id = %(round)s
"""
_FLAT = """
CREATE TABLE flat AS SELECT d.round_id, s.duty_id, key AS code, value::numeric AS value
FROM reporting_submission s JOIN reporting_reportduty d ON d.id = s.duty_id, jsonb_each(s.answers)
WHERE jsonb_typeof(value) = 'number'
"""


def main() -> list[Row]:
    """Seconds of the report, of its parts, and the sums as a ratio to GROUP BY."""
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
    """Loads eight quarters, adds the last one up, writes it."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    of, member = made()
    from canhgiac.engines.officialdoc.writing import to_docx
    from canhgiac.reporting.models import Consolidation
    from canhgiac.reporting.selectors.consolidations import page_of
    from canhgiac.reporting.selectors.writing import document_of
    from canhgiac.reporting.services.consolidations import consolidate, header_suggested

    row = Consolidation.objects.create(round=of, area_as_of=of.area_as_of, made_by=member, header=header_suggested(of))
    start = time.perf_counter()
    row = consolidate(consolidation_id=row.pk)
    added = time.perf_counter() - start
    start = time.perf_counter()
    data = to_docx(document_of(row))
    written = time.perf_counter() - start
    start = time.perf_counter()
    page_of(member, row)
    shown = time.perf_counter() - start
    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT code, sum(value), count(*) FROM flat WHERE round_id = %s GROUP BY code", [of.pk])
        sums = {code: value for code, value, _count in cursor.fetchall()}
        plain = time.perf_counter() - start
    ours = dict(row.figures.values_list("code", "value"))
    if ours != sums:
        raise AssertionError("the sums are not those of GROUP BY")
    print(
        f"added up {added:.2f} s, DOCX {written:.2f} s, page {shown:.3f} s, GROUP BY {plain:.3f} s, {len(data)} bytes"
    )
    return [
        ("consolidation_10000x24_with_docx_s", round(added + written, 2), "<=", SECONDS),
        ("consolidation_10000x24_to_group_by", round(added / plain, 1), "<=", SUMS_RATIO),
        ("consolidation_page_s", round(shown, 3), "<=", 0.5),
    ]


def made() -> tuple[Any, Any]:
    """Eight quarters of reports, written by set-based SQL; the last round and a coordinator."""
    from django.db import connection

    from canhgiac.agencies.models import Agency, Role
    from canhgiac.reporting.models import FormVersion, ReportForm
    from tests.factories import agencies, reporting

    root = agencies.agency(name="UBND tỉnh Tổng Hợp", kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE)
    member = agencies.member(agency=root)
    agencies.role(member, Role.Kind.COORDINATOR, root)
    form = ReportForm.objects.create(agency=root, title="Mẫu quý")
    version = FormVersion.objects.create(form=form, made_by=member, state=FormVersion.State.PUBLISHED)
    given: dict[str, Any] = {"root": root.pk, "path": root.path, "count": REPORTS, "figures": FIGURES}
    given["version"] = version.pk
    of = None
    with connection.cursor() as cursor:
        for statement in (_AGENCIES, _PATHS, _FIELDS):
            cursor.execute(statement, given)
        for _quarter in range(QUARTERS):
            of = reporting.report_round(by=member, agencies=[], agency=root, form_version=version, previous=of)
            for statement in (_DUTIES, _REPORTS):
                cursor.execute(statement, given | {"round": of.pk})
        cursor.execute(_FLAT)
        cursor.execute("VACUUM ANALYZE")
    return of, member


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
