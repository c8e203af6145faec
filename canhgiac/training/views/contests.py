"""Contests for staff: the list, the draft, its rounds, signs to look at, judges, awards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.views.access import acting
from canhgiac.kit import markdown
from canhgiac.kit.sheets import XLSX, Sheet, xlsx
from canhgiac.training.forms.contests import (
    AnomalyForm,
    AwardForm,
    ContestFilterForm,
    ContestForm,
    JudgeForm,
    RoundForm,
)
from canhgiac.training.models import Contest
from canhgiac.training.selectors import contests as reads
from canhgiac.training.selectors import judging
from canhgiac.training.selectors.rankings import BOARDS, board, tie_words
from canhgiac.training.services import anomalies, awards, rounds, works
from canhgiac.training.services import contests as services
from canhgiac.training.services import judging as judges
from canhgiac.training.services.certificates import contest_certificate_issue

from .acts import done, tried
from .publiccontests import board_page

WRITE = ["GET", "HEAD", "POST"]
ROWS = 50


@login_required
@require_safe
def contest_list(request: HttpRequest) -> HttpResponse:
    """Contests of the member's agencies, and those they judge."""
    member, form = acting(request), ContestFilterForm(request.GET)
    page = Paginator(reads.contests_for(member, **form.wanted()), ROWS).get_page(request.GET.get("page"))
    export = [("XLSX", f"xuat.xlsx?{request.GET.urlencode()}")]
    return render(request, "training/contest_list.html", {"form": form, "page": page, "export": export})


@login_required
@require_safe
def contest_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a workbook."""
    found = reads.contests_for(acting(request), **ContestFilterForm(request.GET).wanted())
    rows = (
        [one.title, one.agency.name, one.get_state_display(), one.joins_until, one.people]  # type: ignore[attr-defined]
        for one in found
    )
    headings = [_("Cuộc thi"), _("Đơn vị"), _("Trạng thái"), _("Hạn đăng ký"), _("Người dự thi")]
    return _sheet("cuoc-thi", Sheet(_("Cuộc thi"), headings, rows, [50, 40, 18, 20, 12]))


def _sheet(name: str, sheet: Sheet) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return StreamingHttpResponse(xlsx([sheet]), content_type=XLSX, headers=headers)


@login_required
@require_http_methods(WRITE)
def contest_create(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    require_role(acting(request), *reads.MAKERS)
    return _editor(request, None)


@login_required
@require_http_methods(WRITE)
def contest_edit(request: HttpRequest, contest_id: int) -> HttpResponse:
    """Another text of a draft."""
    return _editor(request, reads.contest_for(acting(request), contest_id))


def _editor(request: HttpRequest, row: Contest | None) -> HttpResponse:
    member = acting(request)
    form = ContestForm(request.POST if request.method == "POST" else None, member=member, contest=row)
    kept = done(form, lambda: _saved(form, row, request))
    if kept is not None:
        messages.success(request, _("Đã lưu cuộc thi."))
        return redirect("contest_detail", kept.pk)
    context = {"form": form, "contest": row}
    return render(request, "training/contest_form.html", context, status=422 if form.errors else 200)


def _saved(form: ContestForm, row: Contest | None, request: HttpRequest) -> Contest:
    member = acting(request)
    if row is None:
        return services.contest_new(by=member, data=form.told())
    seen = form.cleaned_data["version"] or 0
    return services.contest_edit(by=member, contest=row, data=form.told(), version=seen)


@login_required
@require_safe
def contest_detail(request: HttpRequest, contest_id: int) -> HttpResponse:
    """One contest: what comes next, its rounds, boards, signs, judges, awards."""
    return _detail(request, reads.contest_for(acting(request), contest_id))


def _detail(request: HttpRequest, contest: Contest, status: int = 200, **forms: Any) -> HttpResponse:
    member, kind = acting(request), request.GET.get("bang", "ca-nhan")
    kind = kind if kind in BOARDS else "ca-nhan"
    context = {
        "contest": contest,
        "rounds": reads.rounds_of(contest),
        "boards": [(code, name, code == kind) for code, name in BOARDS.items()],
        "board": board_page(request, board(contest, kind)),
        "ties": tie_words(contest),
        "rules": markdown.html(contest.rules),
        "anomalies": reads.anomalies_of(contest)[:200],
        "awards": reads.awards_of(contest),
        "works": judging.works_of(contest) if contest.kind == Contest.Kind.ENTRIES else [],
        "totals": judging.totals(contest) if contest.kind == Contest.Kind.ENTRIES else [],
        "judges": contest.judges.select_related("member").order_by("pk"),
        "round_form": RoundForm(member=member),
        "judge_form": JudgeForm(),
        "award_form": AwardForm(contest=contest),
        "anomaly_form": AnomalyForm(),
        "rights": reads.contest_rights(member, contest),
    }
    return render(request, "training/contest_detail.html", context | forms, status=status)


@login_required
@require_POST
def contest_act(request: HttpRequest, contest_id: int, act: str) -> HttpResponse:
    """Opens, closes, announces, calls off."""
    contest, member = reads.contest_for(acting(request), contest_id), acting(request)
    acts = {
        "mo": (services.contest_open, _("Đã mở cuộc thi. Trang công khai đã hiện.")),
        "dong": (services.contest_close, _("Đã đóng cuộc thi.")),
        "cong-bo": (services.contest_announce, _("Đã công bố kết quả.")),
        "huy": (services.contest_call_off, _("Đã hủy cuộc thi.")),
    }
    service, said = acts[act]
    tried(request, lambda: service(by=member, contest=contest), said)
    return redirect("contest_detail", contest_id)


@login_required
@require_POST
def contest_round_create(request: HttpRequest, contest_id: int) -> HttpResponse:
    """A new round of a draft."""
    contest, form = reads.contest_for(acting(request), contest_id), RoundForm(request.POST, member=acting(request))
    if done(form, lambda: rounds.round_save(by=acting(request), contest=contest, **form.cleaned_data)) is not None:
        return redirect("contest_detail", contest_id)
    return _detail(request, contest, 422, round_form=form)


@login_required
@require_POST
def contest_round_rank(request: HttpRequest, contest_id: int, number: int) -> HttpResponse:
    """Counts a round now instead of waiting for the job."""
    contest = reads.contest_for(acting(request), contest_id)
    row = contest.rounds.filter(number=number).first()
    if row is None:
        raise Http404
    tried(request, lambda: rounds.round_count(round_=row, by=acting(request)), _("Đã tính kết quả vòng."))
    return redirect("contest_detail", contest_id)


@login_required
@require_POST
def anomaly_note(request: HttpRequest, contest_id: int, anomaly_id: int) -> HttpResponse:
    """What a person found when they looked."""
    contest, form = reads.contest_for(acting(request), contest_id), AnomalyForm(request.POST)
    row = reads.anomaly_for(contest, anomaly_id)
    if done(form, lambda: anomalies.anomaly_decide(by=acting(request), anomaly=row, **form.cleaned_data)) is not None:
        messages.success(request, _("Đã ghi kết luận."))
        return redirect("contest_detail", contest_id)
    return _detail(request, contest, 422, anomaly_form=form, anomaly_open=anomaly_id)


@login_required
@require_POST
def work_rule_out(request: HttpRequest, contest_id: int, number: int) -> HttpResponse:
    """An entry is not within the rules."""
    contest, member = reads.contest_for(acting(request), contest_id), acting(request)
    row = judging.works_of(contest).filter(number=number).first()
    if row is None:
        raise Http404
    because = request.POST.get("ly-do", "")
    tried(request, lambda: works.work_refuse(by=member, work=row, because=because), _("Đã ghi bài không hợp lệ."))
    return redirect("contest_detail", contest_id)


@login_required
@require_POST
def judge_create(request: HttpRequest, contest_id: int) -> HttpResponse:
    """A new judge."""
    contest, form = reads.contest_for(acting(request), contest_id), JudgeForm(request.POST)
    if done(form, lambda: judges.judge_add(by=acting(request), contest=contest, **form.cleaned_data)) is not None:
        messages.success(request, _("Đã mời giám khảo."))
        return redirect("contest_detail", contest_id)
    return _detail(request, contest, 422, judge_form=form)


@login_required
@require_POST
def award_create(request: HttpRequest, contest_id: int) -> HttpResponse:
    """A new award."""
    contest = reads.contest_for(acting(request), contest_id)
    form = AwardForm(request.POST, contest=contest)
    if done(form, lambda: awards.award_propose(by=acting(request), contest=contest, **form.cleaned_data)) is not None:
        messages.success(request, _("Đã đề xuất giải."))
        return redirect("contest_detail", contest_id)
    return _detail(request, contest, 422, award_form=form)


@login_required
@require_POST
def award_act(request: HttpRequest, contest_id: int, award_id: int, act: str) -> HttpResponse:
    """A certificate for an award, or the award taken back."""
    contest, member = reads.contest_for(acting(request), contest_id), acting(request)
    award = reads.awards_of(contest).filter(pk=award_id).first()
    if award is None:
        raise Http404
    if act == "bo":
        tried(request, lambda: awards.award_drop(by=member, award=award), _("Đã bỏ giải."))
    else:
        tried(request, lambda: contest_certificate_issue(award=award, by=member), _("Đã cấp giấy chứng nhận."))
    return redirect("contest_detail", contest_id)


@login_required
@require_safe
def contest_result(request: HttpRequest, contest_id: int) -> StreamingHttpResponse:
    """The result as a workbook: the board of people, or the totals of entries."""
    contest = reads.contest_for(acting(request), contest_id)
    if contest.kind == Contest.Kind.ENTRIES:
        headings = [_("Hạng"), _("Mã bài"), _("Tên bài"), _("Người dự thi"), _("Đơn vị")]
        headings += [_("Giám khảo"), _("Điểm trung bình"), _("Thấp nhất"), _("Cao nhất")]
        return _sheet(contest.slug, Sheet(_("Kết quả"), headings, judging.total_rows(contest)))
    rows = ([one.rank, one.name, one.unit, one.more, one.points, one.seconds] for one in board(contest))
    headings = [_("Hạng"), _("Tên"), _("Đơn vị"), _("Địa bàn"), _("Điểm"), _("Giây")]
    return _sheet(contest.slug, Sheet(_("Kết quả"), headings, rows, [8, 36, 40, 30, 10, 10]))
