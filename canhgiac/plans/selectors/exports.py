"""A whole plan as sheets and as an official document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from canhgiac.engines.officialdoc.writing import (
    Bullet,
    Heading,
    Letterhead,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
)
from canhgiac.kit import clock
from canhgiac.kit.sheets import Sheet, Value
from canhgiac.plans.models import Assignment, Body, Deadline, Plan, ReviewState, Task

from .due import rule_words


def plan_sheets(plan: Plan) -> list[Sheet]:
    """The plan as a workbook: tasks, each agency's share, targets, deadlines, reporting duties. Rows are streamed."""
    return [
        Sheet(
            _("Nhiệm vụ"),
            _task_heads(),
            (_task_row(task) for task in _tasks(plan)),
            (8, 30, 80, 12, 40, 40, 14, 30),
        ),
        Sheet(
            _("Việc được giao"),
            [_("Mã"), _("Nhiệm vụ"), _("Cơ quan"), _("Vai"), _("Hạn"), _("Trạng thái"), _("Cập nhật lúc")],
            _assignment_rows(plan),
            (8, 80, 40, 12, 14, 16, 18),
        ),
        Sheet(
            _("Chỉ tiêu"),
            [_("Mã"), _("Chỉ tiêu"), _("So sánh"), _("Giá trị"), _("Đơn vị"), _("Tổng thể"), _("Hạn"), _("Cơ quan")],
            (
                (
                    t.code,
                    t.text,
                    t.get_comparator_display(),
                    float(t.value),
                    t.unit,
                    t.population,
                    t.due_date,
                    t.owner.name if t.owner else None,
                )
                for t in plan.targets.exclude(review=ReviewState.REJECTED).select_related("owner")
            ),
            (8, 80, 12, 10, 14, 50, 14, 40),
        ),
        Sheet(
            _("Thời hạn"),
            [_("Mã"), _("Lời văn"), _("Quy tắc"), _("Loại"), _("Ai"), _("Nơi nhận")],
            (
                (d.code, d.text, _due(d), d.get_kind_display(), d.who, d.recipient)
                for d in plan.deadlines.exclude(review=ReviewState.REJECTED)
            ),
            (8, 60, 24, 16, 40, 40),
        ),
        Sheet(
            _("Chế độ báo cáo"),
            [_("Mã"), _("Nội dung"), _("Kỳ"), _("Hạn"), _("Đơn vị báo cáo"), _("Nơi nhận"), _("Qua")],
            (
                (o.code, o.text, rule_words(o.period), rule_words(o.due_rule), o.reporter, o.recipient, o.via)
                for o in plan.obligations.exclude(review=ReviewState.REJECTED)
            ),
            (8, 60, 16, 20, 40, 40, 30),
        ),
    ]


def plan_document(plan: Plan) -> OfficialDocument:
    """The plan as an official table of tasks by agency, to be numbered, dated and signed by its issuer."""
    directive = plan.directive
    by_lead: dict[str, list[Task]] = defaultdict(list)
    for task in _tasks(plan):
        by_lead[_printed(task, Body.Part.LEAD) or _("Chưa rõ cơ quan")].append(task)
    body: list[Heading | Paragraph | Bullet | Table] = [
        Paragraph(
            _("Tổng hợp từ %(document)s; số liệu đến ngày %(today)s.")
            % {"document": document_name(plan), "today": f"{clock.today():%d/%m/%Y}"}
        ),
        Heading(_("I. Nhiệm vụ theo cơ quan")),
    ]
    for number, (lead, tasks) in enumerate(by_lead.items(), start=1):
        body.append(Heading(f"{number}. {lead}", level=2))
        body.append(
            Table(
                (_("Mã"), _("Nội dung"), _("Phối hợp"), _("Hạn")),
                tuple(
                    (
                        task.code,
                        task.text,
                        _printed(task, Body.Part.COOPERATE),
                        rule_words(task.due_rule, strictly_before=task.strictly_before)
                        or task.due_text
                        or _("không nêu"),
                    )
                    for task in tasks
                ),
                (15, 90, 35, 25),
            )
        )
    body += _targets_and_duties(plan)
    return OfficialDocument(
        letterhead=Letterhead(
            superior=directive.superior,
            issuer=plan.agency.name if plan.agency else directive.issuer or "",
            number=None,
            symbol="BTH",
            place=directive.place or "",
            date=None,
        ),
        type_name=_("Bảng tổng hợp nhiệm vụ"),
        subject=plan.title,
        body=tuple(body),
        signature=Signature(power=None, title=directive.signer_title or _("Thủ trưởng cơ quan"), name=None),
        recipients=tuple(item["text"] for item in directive.recipients),
    )


def document_name(plan: Plan) -> str:
    """How people call the document: "Kế hoạch số 12/KH-UBND ngày 05/02/2026", or its title where it has no number."""
    directive = plan.directive
    kind = directive.document_type or _("Văn bản")
    if not directive.number:
        return f"{kind} “{plan.title}”"
    day = " " + _("ngày %(day)s") % {"day": f"{directive.date:%d/%m/%Y}"} if directive.date else ""
    return f"{kind} " + _("số %(number)s") % {"number": directive.number} + day


def _targets_and_duties(plan: Plan) -> list[Heading | Paragraph | Bullet | Table]:
    targets = plan.targets.exclude(review=ReviewState.REJECTED)
    duties = plan.obligations.exclude(review=ReviewState.REJECTED)
    rows = tuple((t.code, t.text, f"{t.get_comparator_display()} {t.value:g} {t.unit}") for t in targets)
    body: list[Heading | Paragraph | Bullet | Table] = [Heading(_("II. Chỉ tiêu"))]
    if rows:
        body.append(Table((_("Mã"), _("Chỉ tiêu"), _("Mức")), rows, (15, 115, 35)))
    else:
        body.append(Paragraph(_("Văn bản không nêu chỉ tiêu bằng số.")))
    body.append(Heading(_("III. Chế độ báo cáo")))
    body += [Bullet(duty.text.rstrip(" .;") + ".") for duty in duties]
    if not duties:
        body.append(Paragraph(_("Văn bản không nêu chế độ báo cáo.")))
    return body


def _due(piece: Task | Deadline) -> str:
    rule = piece.due_rule if isinstance(piece, Task) else piece.rule
    return rule_words(rule, strictly_before=piece.strictly_before)


def _task_heads() -> list[str]:
    return [
        _("Mã"),
        _("Mục"),
        _("Nội dung"),
        _("Cách giao"),
        _("Chủ trì"),
        _("Phối hợp"),
        _("Hạn"),
        _("Lời văn về hạn"),
    ]


def _tasks(plan: Plan) -> Iterator[Task]:
    tasks = (
        plan.tasks.exclude(review=ReviewState.REJECTED)
        .order_by("position")
        .prefetch_related(Prefetch("bodies", Body.objects.order_by("position")))
    )
    return tasks.iterator(chunk_size=500)


def _printed(task: Task, part: Body.Part) -> str:
    return "; ".join(body.as_printed for body in task.bodies.all() if body.part == part)


def _task_row(task: Task) -> list[Value]:
    return [
        task.code,
        task.heading,
        task.text,
        task.get_modality_display(),
        _printed(task, Body.Part.LEAD),
        _printed(task, Body.Part.COOPERATE),
        _due(task),
        task.due_text,
    ]


def _assignment_rows(plan: Plan) -> Iterator[list[Value]]:
    rows = (
        Assignment.objects.filter(task__plan=plan)
        .exclude(task__review=ReviewState.REJECTED)
        .select_related("task", "agency")
        .order_by("task__position", "part", "agency__folded")
    )
    for row in rows.iterator(chunk_size=2000):
        yield [
            row.task.code,
            row.task.text,
            row.agency.name,
            row.get_part_display(),
            row.due_date,
            row.get_status_display(),
            row.status_at and row.status_at.astimezone(clock.VIETNAM),
        ]
