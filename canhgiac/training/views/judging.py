"""The judge's pages: the promise, the list of numbers, one sheet whose points are kept as they are typed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.kit.files import FileStore
from canhgiac.training.models import Work
from canhgiac.training.selectors import judging as reads
from canhgiac.training.services import judging as services
from canhgiac.training.services.refusals import TrainingRefused

from .acts import tried


@login_required
@require_safe
def judging_list(request: HttpRequest, contest_id: int) -> HttpResponse:
    """What there is to judge, by number; before the promise only the rule."""
    judge = reads.judge_of(acting(request), contest_id)
    lines, criteria = reads.lines_of(judge), judge.contest.criteria.count()
    context = {"judge": judge, "contest": judge.contest, "lines": lines, "criteria": criteria}
    return render(request, "training/judging_list.html", context)


@login_required
@require_POST
def judging_promise(request: HttpRequest, contest_id: int) -> HttpResponse:
    """The rule on conflicts of interest is read and promised."""
    services.judge_promise(by=acting(request), judge=reads.judge_of(acting(request), contest_id))
    return redirect("judging_list", contest_id)


@login_required
@require_safe
def judging_sheet(request: HttpRequest, contest_id: int, number: int) -> HttpResponse:
    """One work and its sheet."""
    judge = reads.judge_of(acting(request), contest_id)
    work = reads.work_for_judge(judge, number)
    kept = reads.scores_of(judge, work)
    rows = [(criterion, kept.get(criterion.pk)) for criterion in judge.contest.criteria.all()]
    context = {"judge": judge, "contest": judge.contest, "work": work, "rows": rows}
    return render(request, "training/judging_sheet.html", context)


@login_required
@require_POST
def judging_score(request: HttpRequest, contest_id: int, number: int) -> HttpResponse:
    """Keeps the sheet's points: one of them as it is typed, all of them with the button."""
    judge = reads.judge_of(acting(request), contest_id)
    work = reads.work_for_judge(judge, number)
    faults = {}
    for criterion in judge.contest.criteria.all():
        points = request.POST.get(f"diem-{criterion.pk}", "")
        if not points:
            continue
        facts = {"points": points, "note": request.POST.get(f"nhan-xet-{criterion.pk}", "")}
        try:
            services.score_save(by=acting(request), judge=judge, work=work, criterion=criterion, **facts)
        except TrainingRefused as refusal:
            faults[criterion.pk] = f"{criterion.name}: {refusal}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"kept": not faults, "faults": faults}, status=422 if faults else 200)
    for fault in faults.values():
        messages.error(request, fault)
    return redirect("judging_sheet", contest_id, number) if faults else redirect("judging_list", contest_id)


@login_required
@require_POST
def judging_conflict(request: HttpRequest, contest_id: int, number: int) -> HttpResponse:
    """The judge has to do with this work."""
    judge = reads.judge_of(acting(request), contest_id)
    work, reason = reads.work_for_judge(judge, number), request.POST.get("ly-do", "")
    said = _("Đã ghi. Bạn không chấm bài này.")
    fine = tried(
        request, lambda: services.conflict_declare(by=acting(request), judge=judge, work=work, reason=reason), said
    )
    return redirect("judging_list", contest_id) if fine else redirect("judging_sheet", contest_id, number)


@login_required
@require_safe
def judging_file(request: HttpRequest, contest_id: int, number: int) -> HttpResponseBase:
    """The work itself, named by its number."""
    return work_file(reads.work_for_judge(reads.judge_of(acting(request), contest_id), number))


def work_file(work: Work) -> HttpResponseBase:
    """The bytes of an entry: pictures of our own making are shown, videos are only handed over. Raises Http404."""
    try:
        held = FileStore(settings.FILES_ROOT).path(work.sha256).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    picture, ending = work.media_type == "image/jpeg", work.media_type.rpartition("/")[2]
    name = f"bai-{work.number}.{'jpg' if picture else ending}"
    answer = FileResponse(held, as_attachment=not picture, filename=name, content_type=work.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
