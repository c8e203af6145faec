"""Adding a round up: one job, one transaction, the figures of one moment."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.ledger import rates_for
from canhgiac.plans.selectors.rates import aim_words
from canhgiac.reporting.models import Consolidation, FormField, Paragraph, ReportRound, SignOff
from canhgiac.reporting.selectors.paragraphs import Said, assembled
from canhgiac.reporting.selectors.traces import book_of

from .records import records_keep, remarks_said
from .refusals import Refused, Stale, round_locked

State = Consolidation.State
BUSY = (State.QUEUED, State.WORKING)

# One statement, so that the sums, the words and the moment are of one snapshot: what is filed meanwhile is in none.
_REPORTS = """
WITH put AS (
INSERT INTO reporting_consolidatedreport
    (consolidation_id, agency_id, submission_id, state, is_late, filed_at, values)
SELECT %(consolidation)s, d.agency_id, s.id,
    CASE WHEN s.id IS NULL THEN CASE d.state WHEN 'returned' THEN 'returned' ELSE 'missing' END
         WHEN s.is_empty THEN 'empty' ELSE 'filed' END,
    CASE WHEN s.id IS NULL THEN d.due_date < %(today)s ELSE s.on_time IS FALSE END,
    s.filed_at,
    CASE WHEN s.id IS NULL OR s.is_empty THEN '{}'::jsonb ELSE coalesce((
        SELECT jsonb_object_agg(key, value) FROM jsonb_each(s.answers)
        WHERE jsonb_typeof(value) = 'number' AND key = ANY(%(codes)s)), '{}'::jsonb) END
FROM reporting_reportduty d
LEFT JOIN reporting_submission s ON s.duty_id = d.id AND s.state IN ('filed', 'accepted')
WHERE d.round_id = %(round)s AND d.reports_to_id = %(agency)s AND d.state <> 'excused'
RETURNING id, agency_id, submission_id
), words AS (
    SELECT put.id, key, put.agency_id, a.name, a.folded, s.id AS submission_id, value
    FROM put
    JOIN agencies_agency a ON a.id = put.agency_id
    JOIN reporting_submission s ON s.id = put.submission_id
    CROSS JOIN LATERAL jsonb_each_text(s.answers)
    WHERE key = ANY(%(texts)s) AND btrim(value) <> ''
)
SELECT statement_timestamp(), key, agency_id, name, submission_id, value
FROM (SELECT) AS moment LEFT JOIN words ON true ORDER BY folded, id
"""
# A figure known in no report has no row among the sums: it stays unknown, and is not zero.
_FIGURES = """
WITH sums AS (
    SELECT key, sum(value::numeric) AS value, count(*) AS known
    FROM reporting_consolidatedreport r, jsonb_each_text(r.values)
    WHERE r.consolidation_id = %(consolidation)s GROUP BY key
), owed AS (
    SELECT count(*) FILTER (WHERE state = 'filed') AS filed, count(*) FILTER (WHERE state = 'empty') AS empty,
        count(*) FILTER (WHERE state IN ('missing', 'returned')) AS missing
    FROM reporting_consolidatedreport WHERE consolidation_id = %(consolidation)s
), before AS (
    SELECT key, sum(value::numeric) AS value
    FROM reporting_reportduty d
    JOIN reporting_reportround p ON p.id = d.round_id AND d.reports_to_id = p.agency_id
    JOIN reporting_submission s ON s.duty_id = d.id AND s.state IN ('filed', 'accepted') AND NOT s.is_empty
    CROSS JOIN LATERAL jsonb_each(s.answers)
    WHERE d.round_id = %(previous)s AND d.state <> 'excused' AND jsonb_typeof(value) = 'number'
        AND key = ANY(%(codes)s)
    GROUP BY key
)
INSERT INTO reporting_consolidatedfigure
    (consolidation_id, field_id, code, value, known, unknown, empty, missing, before)
SELECT %(consolidation)s, f.id, f.code, sums.value, coalesce(sums.known, 0),
    owed.filed - coalesce(sums.known, 0), owed.empty, owed.missing, before.value
FROM reporting_formfield f CROSS JOIN owed
LEFT JOIN sums ON sums.key = f.code LEFT JOIN before ON before.key = f.code
WHERE f.form_version_id = %(version)s AND f.kind = 'figure'
"""
_SUMMARY = """
SELECT r.agency_id, a.name, r.state, r.is_late FROM reporting_consolidatedreport r
JOIN agencies_agency a ON a.id = r.agency_id WHERE r.consolidation_id = %(consolidation)s ORDER BY a.folded, r.id
"""


@transaction.atomic
def consolidation_start(*, by: Member, round_id: int, after: int | None = None) -> Consolidation:
    """Queues a new edition of the round's report; while one is being made, or when one later than edition ``after``
    is there already, that one is given back: two starts at once make one.

    Raises NotAllowed, Refused for a round that is not open yet.
    """
    of = round_locked(by, round_id, ReportRound.State.OPEN, ReportRound.State.CLOSED)
    latest = Consolidation.objects.filter(round=of).order_by("-number").first()
    if latest is not None and latest.state == State.FAILED:
        Consolidation.objects.filter(pk=latest.pk).update(state=State.QUEUED, error="", done=0)
        work.enqueue("reporting.consolidate", consolidation_id=latest.pk)
        latest.refresh_from_db()
        return latest
    if latest is not None and (latest.state in BUSY or (after is not None and latest.number > after)):
        return latest
    row = Consolidation.objects.create(
        round=of,
        number=latest.number + 1 if latest else 1,
        area_as_of=latest.area_as_of if latest else of.area_as_of,
        header=header_suggested(of, by=by),
        made_by=by,
        made_at=clock.now(),
    )
    work.enqueue("reporting.consolidate", consolidation_id=row.pk)
    audit_record(by=by, act="reporting.consolidation_start", subject=row, facts={"round": of.pk, "number": row.number})
    return row


def consolidate(*, consolidation_id: int) -> Consolidation:
    """Adds the round up and writes the draft, all of it or nothing; safe to run again after the worker was killed.

    Runs in the worker. An unexpected fault marks the edition and is raised on, for the queue to try again.
    """
    row = Consolidation.objects.get(pk=consolidation_id)
    if row.state not in (*BUSY, State.FAILED):
        return row
    duties = row.round.duties.filter(reports_to=row.round.agency_id).exclude(state="excused")
    _note(row.pk, state=State.WORKING, error="", done=0, total=duties.count())
    try:
        return _write(row.pk)
    except Exception:
        _note(row.pk, state=State.FAILED, error=_("Máy gặp lỗi khi tổng hợp và sẽ tự làm lại."))
        raise


@transaction.atomic
def _write(consolidation_id: int) -> Consolidation:
    with connection.cursor() as cursor:  # not the row's lock: the progress is written beside this transaction
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reporting.consolidate'), %s)", [consolidation_id])
    row = Consolidation.objects.select_related("round__agency", "round__plan", "made_by").get(pk=consolidation_id)
    if row.state not in BUSY:
        return row
    of = row.round
    fields = list(FormField.objects.filter(form_version=of.form_version_id))
    facts: dict[str, Any] = {
        "consolidation": row.pk,
        "round": of.pk,
        "agency": of.agency_id,
        "previous": of.previous_id,
        "version": of.form_version_id,
        "today": clock.today(),
        "codes": [one.code for one in fields if one.kind == FormField.Kind.FIGURE],
        "texts": [one.code for one in fields if one.kind == FormField.Kind.TEXT],
    }
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, facts)
        row.data_at, answers = _answers(cursor)
        cursor.execute("ANALYZE reporting_consolidatedreport")
        cursor.execute(_FIGURES, facts)
        _progress(row, 0.4)
        row.summary = _summary(cursor, facts)
    row.targets = targets_at(row)
    _progress(row, 0.6)
    records_keep(row=row)
    texts = facts["texts"]
    answered = {(said.submission, code) for code in texts for said in answers.get(code, ())}
    drafts = assembled(book_of(row), fields, answers, remarks_said(row=row, answered=answered))
    _progress(row, 0.9)
    paragraphs = [
        Paragraph(
            consolidation=row, section=draft.section, position=number, heading=draft.heading, text=draft.text,
            assembled=draft.text, sources=list(draft.sources), left_out=draft.left_out,
        )
        for number, draft in enumerate(drafts, start=1)
    ]  # fmt: skip
    Paragraph.objects.bulk_create(carried(row, paragraphs), batch_size=500)
    row.state, row.done, row.error = State.DRAFT, row.total, ""
    row.save(update_fields=["state", "done", "error", "data_at", "summary", "targets"])
    facts_kept = {"reports": row.total, "figures": len(facts["codes"]), "number": row.number}
    audit_record(by=row.made_by, act="reporting.consolidate", subject=row, facts=facts_kept)
    return row


def _summary(cursor: Any, facts: dict[str, Any]) -> dict[str, Any]:
    cursor.execute(_SUMMARY, facts)
    rows = cursor.fetchall()
    received = [row for row in rows if row[2] in ("filed", "empty")]
    missing = [row for row in rows if row[2] in ("missing", "returned")]
    counts = {
        "owed": len(rows),
        "received": len(received),
        "filed": sum(row[2] == "filed" for row in rows),
        "filed_empty": sum(row[2] == "empty" for row in rows),
        "filed_late": sum(bool(row[3]) for row in received),
        "returned": sum(row[2] == "returned" for row in rows),
        "waiting": sum(row[2] == "missing" for row in rows),
        "missing": len(missing),
        "late": sum(bool(row[3]) for row in missing),
    }
    return {
        "counts": counts,
        "missing": [{"agency": row[0], "name": row[1], "state": row[2], "late": bool(row[3])} for row in missing],
        "empty": [{"agency": row[0], "name": row[1]} for row in rows if row[2] == "empty"],
    }


def _answers(cursor: Any) -> tuple[dt.datetime, dict[str, list[Said]]]:
    """The moment of the snapshot, and the agencies' words in it by code."""
    found: dict[str, list[Said]] = defaultdict(list)
    rows = cursor.fetchall()
    for _at, code, agency, name, submission, words in rows:
        if code is not None:
            found[code].append(Said(agency, name, submission, code, words))
    return rows[0][0], found


def targets_at(row: Consolidation) -> list[dict[str, Any]]:
    """The measured targets of the round's plan as they stand at ``data_at``, as the edition keeps them."""
    if row.round.plan is None or row.made_by is None or row.data_at is None:
        return []
    day = row.data_at.astimezone(clock.VIETNAM).date()
    return [
        {
            "id": measure.measure.pk,
            "text": target.target.text,
            "reached": measure.reached,
            "total": measure.total,
            "unknown": measure.unknown,
            "empty": measure.empty,
            "rate": None if measure.rate is None else str(measure.rate),
            "aim": str(measure.aim),
            "aim_words": aim_words(target.target),
            "method": measure.measure.method,
            "met": measure.met,
            "source": measure.line,
            "url": measure.url,
        }
        for target in rates_for(row.made_by, plan=row.round.plan, on=day)
        for measure in target.measures
    ]


def carried(row: Consolidation, fresh: list[Paragraph]) -> list[Paragraph]:
    """The new paragraphs with what people wrote in the edition before: their words take the place of the text that
    the machine assembled alike; what has no such place follows at the section's end. Live figures in them move on."""
    before = Paragraph.objects.filter(consolidation__round=row.round_id, consolidation__number=row.number - 1)
    by_text = {(one.section, one.assembled): one for one in fresh}
    for old in before.exclude(edited_by=None).order_by("position", "pk"):
        place = by_text.get((old.section, old.assembled)) if old.assembled else None
        if place is None:
            place = Paragraph(consolidation=row, section=old.section, assembled=old.assembled, sources=old.sources)
            last = max((n for n, one in enumerate(fresh) if one.section == old.section), default=len(fresh) - 1)
            fresh.insert(last + 1, place)
        place.text, place.heading, place.left_out = old.text, old.heading, old.left_out
        place.edited_by_id, place.edited_at = old.edited_by_id, old.edited_at
    for number, one in enumerate(fresh, start=1):
        one.position = number
    return fresh


def _note(consolidation_id: int, **facts: Any) -> None:
    Consolidation.objects.filter(pk=consolidation_id).update(**facts)


def _progress(row: Consolidation, share: float) -> None:
    """Writes how far the job is, beside its transaction, so that others see it."""
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute(
                "UPDATE reporting_consolidation SET done = %s WHERE id = %s AND state = 'working'",
                [int(row.total * share), row.pk],
            )
    finally:
        beside.close()


# The head of the document -------------------------------------------------------------------------------------------

KEPT = ("superior", "issuer", "symbol", "place", "recipients", "power", "signer_title", "signer_name", "to")
"""Parts of the head that stay from report to report of an agency."""


def header_suggested(of: ReportRound, *, by: Member | None = None) -> dict[str, Any]:
    """The document's head: as last written for this round, else as last for its agency, else from the register."""
    own = Consolidation.objects.filter(round=of).exclude(header={}).order_by("-number").first()
    if own is not None:
        return dict(own.header) | {"number": "", "date": ""}
    last = Consolidation.objects.filter(round__agency=of.agency).exclude(header={}).order_by("-made_at").first()
    header = _from_register(_writer(of, by))
    if of.obligation is not None and of.obligation.recipient:
        header["recipients"] = _first(of.obligation.recipient, header["recipients"], issuer=header["issuer"])
    if last is not None:
        header |= {name: last.header[name] for name in KEPT if name in last.header}
    named, issued = _basis(of.plan) if of.plan else ("", "")
    window = f"từ ngày {of.data_from:%d/%m/%Y} đến hết ngày {of.data_until:%d/%m/%Y}"
    opening = f"Thực hiện {issued}, " if issued else ""
    period = re.sub(r"^Báo cáo\s+", "", of.title)
    return header | {
        "number": "",
        "date": "",
        "subject": f"Kết quả thực hiện {named} ({period})" if named else of.title,
        "opening": f"{opening}{header['issuer']} báo cáo kết quả {window} như sau:",
        "closing": f"Trên đây là báo cáo của {header['issuer']}./.",
    }


def _first(recipient: str, others: list[str], *, issuer: str) -> list[str]:
    """The recipients with the one whom the plan names for its reports at the head, once."""
    name = re.sub(r"^UBND\b", "Ủy ban nhân dân", recipient.strip())
    name = name[:1].upper() + name[1:]
    known = {one.casefold() for one in (*others, issuer)}
    return others if name.casefold() in known else [f"{name} (để báo cáo)", *others]


def _basis(plan: Plan) -> tuple[str, str]:
    """How a report names the plan that it answers: shortly, and with day and issuer.

    "Kế hoạch số 214/KH-UBND về tuyên truyền …", "Kế hoạch số 214/KH-UBND ngày 12/10/2026 của … về tuyên truyền …".
    """
    paper = plan.directive
    kind = paper.document_type or "Kế hoạch"
    about = re.sub(rf"^{re.escape(kind)}\s+", "", plan.title.strip(), flags=re.IGNORECASE)
    if not paper.number:
        name = plan.title.strip() if about != plan.title.strip() else f"{kind} “{about}”"
        return name, name
    if about[1:2].islower():
        about = about[:1].lower() + about[1:]
    about = f" {about}" if about.startswith("về ") else f" về {about}"
    number = f"{kind} số {paper.number}"
    day = f" ngày {paper.date:%d/%m/%Y}" if paper.date else ""
    issuer = f" của {paper.issuer}" if paper.issuer else ""
    return number + about, number + day + issuer + about


def _stands_for_all(agency: Agency) -> bool:
    """Whether it is the register's root, under which a province's bodies hang: no office, it signs nothing."""
    return agency.parent_id is None and agency.kind == Agency.Kind.OTHER


def _writer(of: ReportRound, by: Member | None) -> Agency:
    """Who puts its name on the report: the round's agency, or the office of the one who steers for the whole."""
    office = by.agency if by else None
    return office if office is not None and _stands_for_all(of.agency) else of.agency


def _superior(agency: Agency) -> str:
    """The body named above the issuer (Decree 30/2020, Annex I, section II.2); empty where there is none."""
    if agency.kind == Agency.Kind.POLICE_PROVINCE:
        return "Bộ Công an"
    parent = agency.parent
    if parent is None:
        return ""
    if not _stands_for_all(parent):
        return re.sub(r"^UBND\b", "Ủy ban nhân dân", parent.name)
    province = agency.area.name if agency.area else ""
    return f"Ủy ban nhân dân {province[:1].lower()}{province[1:]}" if agency.kind == Agency.Kind.DEPARTMENT else ""


def _from_register(agency: Agency) -> dict[str, Any]:
    area = agency.area
    while area is not None and area.level not in (Area.Level.PROVINCE, Area.Level.COMMUNE):
        area = area.parent
    place = re.sub(r"^(?:tỉnh|thành phố|xã|phường|đặc khu)\s+", "", area.name, flags=re.IGNORECASE) if area else "…"
    committee = agency.kind in (Agency.Kind.PEOPLES_COMMITTEE_PROVINCE, Agency.Kind.PEOPLES_COMMITTEE_COMMUNE)
    full = re.sub(r"^UBND\b", "Ủy ban nhân dân", agency.name)
    superior = "" if committee else _superior(agency)
    title = "Chủ tịch" if committee else ("Giám đốc" if full.startswith(("Sở", "Công an tỉnh")) else "Thủ trưởng")
    return {
        "superior": superior,
        "issuer": full,
        "symbol": f"BC-{_letters(agency)}",
        "place": place[:1].upper() + place[1:],
        "to": "",
        "recipients": [*([superior] if superior else []), "Các cơ quan, đơn vị có tên trong danh sách", "Lưu: VT"],
        "power": "TM. Ủy ban nhân dân" if committee else "",
        "signer_title": title,
        "signer_name": "",
    }


def _letters(agency: Agency) -> str:
    if agency.name.startswith(("UBND", "Ủy ban nhân dân")):
        return "UBND"
    if agency.name.startswith("Công an tỉnh"):
        return "CAT"
    return "".join(word[0].upper() for word in agency.name.split() if word.casefold() not in ("và", "của"))[:8]


def consolidation_locked(by: Member, consolidation_id: int, *, version: int | None = None) -> Consolidation:
    """The draft, locked, for a coordinator of its agency. Raises NotAllowed, Refused when signed or not made yet,
    Stale when it is no longer of ``version``."""
    rows = Consolidation.objects.select_for_update(of=("self",)).select_related("round__agency", "round__plan")
    found = rows.get(pk=consolidation_id)
    require_role(by, Role.Kind.COORDINATOR, Role.Kind.OFFICER, agency=found.round.agency)
    if found.state == State.SIGNED:
        raise Refused(_("Báo cáo đã ký, không sửa được nữa. Lập lần mới để sửa."))
    if found.state != State.DRAFT:
        raise Refused(_("Báo cáo chưa tổng hợp xong."))
    if version is not None and found.version != version:
        raise Stale
    return found


def sign_offs_withdraw(row: Consolidation, why: str) -> int:
    """Withdraws the sign-offs in force, for what they stood for has changed; returns how many."""
    held = SignOff.objects.filter(consolidation=row, withdrawn_at=None)
    return held.update(withdrawn_at=clock.now(), note=why[:300])


@transaction.atomic
def header_edit(
    *, by: Member, consolidation_id: int, version: int, header: dict[str, Any], area_as_of: dt.date
) -> Consolidation:
    """Writes the head of the document and the day whose boundaries the annex by area follows; sign-offs given before
    are withdrawn. Raises NotAllowed, Refused, Stale."""
    row = consolidation_locked(by, consolidation_id, version=version)
    row.header = row.header | header
    row.area_as_of = area_as_of
    row.version += 1
    row.save(update_fields=["header", "area_as_of", "version"])
    sign_offs_withdraw(row, _("Sửa phần đầu văn bản"))
    audit_record(by=by, act="reporting.header_edit", subject=row, facts={"version": row.version})
    return row
