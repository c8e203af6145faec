"""An officer's pages: fill a report in, save as one types, file it, take it back, read it, print it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.reporting.forms.filing import FillForm, Raw, raw_of
from canhgiac.reporting.models import FormField
from canhgiac.reporting.selectors.asked import asked_fields
from canhgiac.reporting.selectors.differences import answers_differ, differences
from canhgiac.reporting.selectors.filling import Item, items_of, sections_of
from canhgiac.reporting.selectors.prefill import prefill, previous_answers
from canhgiac.reporting.selectors.reviewing import comments_of
from canhgiac.reporting.selectors.submissions import Report, fields_of, file_for, files_by_code, report_for, steps_of
from canhgiac.reporting.selectors.validation import Fault, check, errors
from canhgiac.reporting.services.drafts import AlreadyFiled, AnswersRefused, Conflict, ReportRefused
from canhgiac.reporting.services.files import file_attach, file_detach, store
from canhgiac.reporting.services.filing import (
    DraftMoved,
    FilingEmpty,
    FilingRefused,
    Filling,
    beside,
    filling_save,
    report_file,
)
from canhgiac.reporting.services.filing import submission_take_back as take_back


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_fill(request: HttpRequest, duty_id: int) -> HttpResponse:
    """The report to be filled in; a post saves it, or saves and files it."""
    report = report_for(acting(request), duty_id)
    if request.method == "POST":
        return _posted(request, report)
    if not (report.may_fill and report.is_open) or (report.current and report.current.state != "draft"):
        return redirect("submission_detail", duty_id)
    return render(request, "reporting/submission_fill.html", _page(report))


def _posted(request: HttpRequest, report: Report) -> HttpResponse:
    """What the page's buttons do; every refusal shows the page again with what was typed.

    "gui" files, the others save: "luu", "nguon:7" takes field 7 from its source, "bo:3" takes file 3 off.
    """
    member, (act, _colon, subject) = acting(request), request.POST.get("viec", "").partition(":")
    fields = asked_fields(report.duty, report.form_version_id, report=report.current or report.returned)
    typed = FillForm(fields, request.POST)
    if act == "nguon":
        typed.take(prefill(report.duty, [field for field in fields if str(field.pk) == subject]))
    given = Filling(member, report.duty, typed.changes, typed.version, typed.uid, typed.allow_empty)
    try:
        _attach(request, report, fields)
        if act == "gui" and not typed.errors:
            report_file(given)
            messages.success(request, _("Đã gửi báo cáo. Thư báo nhận đã gửi tới bạn."))
            return redirect("submission_detail", report.duty.pk)
        saved = filling_save(given)
        if act == "bo":
            file_detach(by=member, file=file_for(report, int(subject) if subject.isdecimal() else 0))
    except ReportRefused as refusal:
        return _refused(request, report, typed, refusal)
    if saved.conflicts or typed.errors:
        return _again(request, report, typed, conflicts=saved.conflicts, joined=saved.joined)
    messages.success(request, _("Đã lưu bản nháp."))
    return redirect("submission_fill", report.duty.pk)


def _attach(request: HttpRequest, report: Report, fields: Collection[FormField]) -> None:
    """Attaches the files chosen at the fields; one that is refused keeps no other out. Raises ReportRefused naming
    those refused."""
    refused = []
    for field in fields:
        for upload in request.FILES.getlist(f"t{field.pk}"):
            name = upload.name or ""
            try:
                file_attach(by=acting(request), duty=report.duty, code=field.code, data=upload.read(), file_name=name)
            except AlreadyFiled:
                raise
            except ReportRefused as refusal:
                refused.append(f"{name}: {refusal}")
    if refused:
        raise ReportRefused(" ".join(refused))


def _refused(request: HttpRequest, report: Report, typed: FillForm, refusal: ReportRefused) -> HttpResponse:
    """The page again, with what stands in the way at its fields."""
    if isinstance(refusal, AlreadyFiled):
        return _filed_by_other(request, report, typed, refusal)
    more: dict[str, Any] = {"is_empty": isinstance(refusal, FilingEmpty)}
    if isinstance(refusal, DraftMoved):
        more |= {"conflicts": refusal.saved.conflicts, "joined": refusal.saved.joined}
    if isinstance(refusal, FilingRefused | AnswersRefused):
        more |= {"faults": refusal.faults}
    return _again(request, report, typed, refusal=str(refusal), **more)


def _again(
    request: HttpRequest,
    report: Report,
    typed: FillForm,
    *,
    refusal: str = "",
    faults: Collection[Fault] = (),
    conflicts: Collection[Conflict] = (),
    joined: Collection[str] = (),
    is_empty: bool = False,
) -> HttpResponse:
    """The page with what was typed; nothing of it is lost."""
    fresh = report_for(acting(request), report.duty.pk)
    page = _page(fresh, typed=typed, keep={conflict.code for conflict in conflicts} | set(typed.errors))
    items: dict[str, Item] = page["items"]
    for code, words in typed.errors.items():
        items[code].error = words
    for fault in faults:
        if fault.code in items and fault not in items[fault.code].faults:
            items[fault.code].faults.append(fault)
    for conflict in conflicts:
        items[conflict.code].theirs, items[conflict.code].who = conflict.theirs, conflict.who
    for code in joined:
        if code in items:
            items[code].joined = True
    page |= {"refusal": refusal, "asks_empty": is_empty, "clashing": [items[conflict.code] for conflict in conflicts]}
    page["conflicts"] = conflicts
    page["wrong"] = [item for item in items.values() if item.error or errors(item.faults)]
    return render(request, "reporting/submission_fill.html", page, status=409 if conflicts or joined else 422)


def _page(report: Report, *, typed: FillForm | None = None, keep: Collection[str] = ()) -> dict[str, Any]:
    """Everything the page shows. With ``typed``, the fields of ``keep`` and all not yet saved show what was typed."""
    draft = report.current or report.returned  # a correction begins as a copy; nothing is written before the first save
    fields = asked_fields(report.duty, report.form_version_id, report=draft)
    came = prefill(report.duty, [field for field in fields if field.source])
    files = files_by_code(report.current or report.returned)
    items = items_of(
        fields,
        draft,
        previous=previous_answers([report.duty]).get(report.duty.pk),
        files=files,
        comments=comments_of(report.returned).by_code,
    )
    kept = raw_of(fields, draft)
    shown = _shown(fields, typed, raw_of(fields, draft, came), keep)
    for code, item in items.items():
        item.came, item.raw = came.get(code), shown
    held = beside(report.duty, draft, came, set(files))
    for fault in check(fields, draft.answers if draft else {}, held):
        if fault.rule not in ("required", "evidence"):
            items[fault.code].faults.append(fault)
    return {
        "report": report,
        "duty": report.duty,
        "draft": draft,
        "version": draft.version if draft else 0,
        "uid": typed.uid if typed and typed.uid else uuid.uuid4(),
        "items": items,
        "sections": sections_of(items),
        "base": json.dumps(kept, ensure_ascii=False),
        "returned": report.returned,
        "comments": comments_of(report.returned),
        "steps": steps_of(report) if report.returned else [],
        "missing": next((one.missing for one in came.values() if one.missing), ()),
        "changed": differences(report.returned, report.current, fields) if report.current and report.returned else [],
    }


def _shown(fields: list[FormField], typed: FillForm | None, raw: Raw, keep: Collection[str]) -> Raw:
    if typed is None:
        return raw
    kept = {str(field.pk) for field in fields if field.code in keep or field.code in typed.changes.answers}
    own = {name: text for name, text in typed.raw.items() if name[1:].partition(":")[0] in kept or name[:1] in "rj"}
    rest = {name: text for name, text in raw.items() if name[1:].partition(":")[0] not in kept}
    return rest | own


def _filed_by_other(request: HttpRequest, report: Report, typed: FillForm, already: AlreadyFiled) -> HttpResponse:
    """Someone else filed first: says so, and shows beside it what the person had typed differently."""
    fields = fields_of(report.form_version_id)
    mine = already.submission.answers | dict(typed.changes.answers)
    context = {
        "report": report_for(acting(request), report.duty.pk),
        "duty": report.duty,
        "already": already,
        "differences": [
            one
            for one in answers_differ(already.submission.answers, mine, fields)
            if one.field.code in typed.changes.answers
        ],
    }
    return render(request, "reporting/submission_filed.html", context, status=409)


@login_required
@require_POST
def draft_save(request: HttpRequest, duty_id: int) -> JsonResponse:
    """Saves what was typed since the last time; tells the page its new version, and what others wrote meanwhile."""
    report = report_for(acting(request), duty_id)
    fields = asked_fields(report.duty, report.form_version_id, report=report.current or report.returned)
    typed = FillForm(fields, request.POST)
    try:
        saved = filling_save(Filling(acting(request), report.duty, typed.changes, typed.version, typed.uid))
    except AnswersRefused as refused:
        return JsonResponse({"detail": str(refused), "errors": _messages(refused.faults)}, status=422)
    except AlreadyFiled as already:
        return JsonResponse({"detail": str(already), "filed": True}, status=409)
    except ReportRefused as refusal:
        return JsonResponse({"detail": str(refusal), "filed": True}, status=409)
    return JsonResponse(_saved(typed, saved.submission, saved.conflicts, saved.joined))


def _messages(faults: Collection[Fault]) -> dict[str, str]:
    return {fault.code: fault.message for fault in faults}


def _saved(typed: FillForm, draft: Any, conflicts: Collection[Conflict], joined: Collection[str]) -> dict[str, Any]:
    fields = {field.code: field for field in typed.fields}
    raw = raw_of(typed.fields, draft)

    def own(code: str) -> Raw:
        pk = str(fields[code].pk)
        return {name: text for name, text in raw.items() if name[1:].partition(":")[0] == pk}

    return {
        "version": draft.version,
        "base": raw,
        "errors": {str(fields[code].pk): words for code, words in typed.errors.items()},
        "conflicts": [
            {"field": fields[one.code].pk, "label": fields[one.code].label, "who": one.who, "theirs": own(one.code)}
            for one in conflicts
        ],
        "joined": [{"field": fields[code].pk, "theirs": own(code)} for code in joined if code in fields],
    }


@login_required
@require_safe
def submission_detail(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One revision as it was filed, with its history; made for print too."""
    report = report_for(acting(request), duty_id)
    shown = report.revision(request.GET.get("lan", ""))
    if shown is None:
        return redirect("submission_fill", duty_id) if report.may_fill and report.is_open else _none(request, report)
    fields = asked_fields(report.duty, shown.form_version_id, report=shown)
    before = report.before(shown)
    items = items_of(
        fields,
        shown,
        previous=previous_answers([report.duty]).get(duty_id),
        files=files_by_code(shown),
        comments=comments_of(shown).by_code,
    )
    context = {
        "report": report,
        "duty": report.duty,
        "shown": shown,
        "sections": sections_of(items),
        "changed": differences(before, shown, fields),
        "before": before,
        "comments": comments_of(shown),
        "steps": steps_of(report),
    }
    return render(request, "reporting/submission_detail.html", context)


def _none(request: HttpRequest, report: Report) -> HttpResponse:
    return render(request, "reporting/submission_none.html", {"report": report, "duty": report.duty})


@login_required
@require_POST
def submission_take_back(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Makes a filed report a draft again."""
    report = report_for(acting(request), duty_id)
    try:
        if report.current is not None:
            take_back(by=acting(request), submission=report.current)
            messages.success(request, _("Đã rút báo cáo về. Sửa xong, hãy gửi lại."))
    except ReportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("submission_fill", duty_id)


@login_required
@require_safe
def submission_download(request: HttpRequest, duty_id: int, file_id: int) -> FileResponse:
    """An attached file, always as a download: never shown by the browser as a page of ours."""
    file = file_for(report_for(acting(request), duty_id), file_id)
    return FileResponse(
        store().path(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.file_name,
        content_type="application/octet-stream",
    )
