"""Contests for everybody: the rules, joining, one's own page, rounds, entries, boards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from canhgiac.kit import clock, markdown
from canhgiac.training.forms.contests import ContestJoinForm, TeamForm, WorkForm
from canhgiac.training.models import Contest, Contestant
from canhgiac.training.selectors import contests as reads
from canhgiac.training.selectors.certificates import certificates_of_contests
from canhgiac.training.selectors.rankings import BOARDS, Place, board, tie_words
from canhgiac.training.services import contests as services
from canhgiac.training.services import rounds, teams, works

from .acts import done, tried

WRITE = ["GET", "HEAD", "POST"]
DEVICE = "may"
DEVICE_AGE = 90 * 86_400
PLACES = 100
"""Lines of a board on one page."""


@require_safe
def contest_public_list(request: HttpRequest) -> HttpResponse:
    """Contests under way and those that ended."""
    return render(request, "training/contest_public_list.html", {"contests": reads.contests_public()[:100]})


def board_page(request: HttpRequest, places: Sequence[Place]) -> Page[Place]:
    """One page of a board, however many took part."""
    return Paginator(places, PLACES).get_page(request.GET.get("page"))


@require_safe
def contest_public(request: HttpRequest, slug: str) -> HttpResponse:
    """One contest: rules in plain words, rounds, boards."""
    contest, kind = reads.contest_by_slug(slug), request.GET.get("bang", "ca-nhan")
    kind = kind if kind in BOARDS else "ca-nhan"
    told = contest.state == Contest.State.ANNOUNCED
    context = {
        "contest": contest,
        "rounds": contest.rounds.order_by("number"),
        "takes": contest.state == Contest.State.OPEN and contest.joins_from <= clock.now() <= contest.joins_until,
        "boards": [(code, name, code == kind) for code, name in BOARDS.items()],
        "board": board_page(request, board(contest, kind) if contest.kind == Contest.Kind.QUIZ else []),
        "ties": tie_words(contest),
        "rules": markdown.html(contest.rules),
        "awards": reads.awards_of(contest) if told else [],
    }
    return render(request, "training/contest_public.html", context)


@never_cache
@require_http_methods(WRITE)
def contest_enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Joining; then the person's own page."""
    contest = reads.contest_by_slug(slug)
    form = ContestJoinForm(request.POST if request.method == "POST" else None, contest=contest)
    made = done(form, lambda: services.contest_join(contest=contest, **form.cleaned_data))
    if made is not None:
        return redirect("contest_own", slug, made.learner.token)
    context = {"contest": contest, "form": form}
    return render(request, "training/contest_join.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(WRITE)
def contest_team(request: HttpRequest, slug: str) -> HttpResponse:
    """A new team; its code is shown once here and again on each member's page."""
    contest = reads.contest_by_slug(slug)
    form = TeamForm(request.POST if request.method == "POST" else None)
    team = done(form, lambda: teams.team_make(contest=contest, **form.cleaned_data))
    context = {"contest": contest, "form": form, "team": team}
    return render(request, "training/contest_team.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def contest_own(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The person's own page, behind a link that only they have."""
    return _own(request, _person(slug, token), WorkForm())


def _person(slug: str, token: str) -> Contestant:
    return reads.contestant_by_token(reads.contest_by_slug(slug), token)


def _own(request: HttpRequest, person: Contestant, form: WorkForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "person": person,
        "contest": person.contest,
        "rounds": reads.rounds_own(person),
        "works": reads.works_own(person),
        "prizes": certificates_of_contests(person.learner),
        "form": form,
        "now": clock.now(),
    }
    return render(request, "training/contest_own.html", context, status=status)


@never_cache
@require_POST
def contest_begin(request: HttpRequest, slug: str, token: str, number: int) -> HttpResponse:
    """Begins a round on this device, or goes on with it."""
    person = _person(slug, token)
    round_ = person.contest.rounds.filter(number=number).first()
    if round_ is None:
        raise Http404
    back, key = reverse("contest_own", args=[slug, token]), request.COOKIES.get(DEVICE) or rounds.device_new()
    if not tried(request, lambda: rounds.round_begin(round_=round_, contestant=person, device=key)):
        return redirect(back)
    uid = rounds.round_uid(round_, person)
    answer = redirect(f"{reverse('sitting_show', args=[uid])}?ve={back}")
    secure = request.is_secure()
    answer.set_cookie(DEVICE, key, max_age=DEVICE_AGE, httponly=True, samesite="Lax", secure=secure)
    return answer


@never_cache
@require_POST
def contest_leave(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Takes part no more."""
    services.contestant_withdraw(contestant=_person(slug, token))
    messages.success(request, _("Bạn đã rút khỏi cuộc thi."))
    return redirect("contest_own", slug, token)


@never_cache
@require_POST
def work_send(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """An entry comes in."""
    person, form = _person(slug, token), WorkForm(request.POST, request.FILES)
    row = done(form, lambda: _received(person, form))
    if row is None:
        return _own(request, person, form, 422)
    messages.success(request, _("Đã nhận bài. Mã số của bài: %d.") % row.number)
    return redirect("contest_own", slug, token)


def _received(person: Contestant, form: WorkForm) -> Any:
    told = form.cleaned_data
    data = told["file"].read(works.VIDEO_MOST + 1)
    return works.work_receive(contestant=person, title=told["title"], note=told["note"], data=data)


@never_cache
@require_POST
def work_take_back(request: HttpRequest, slug: str, token: str, number: int) -> HttpResponse:
    """An entry is taken back."""
    row = reads.works_own(_person(slug, token)).filter(number=number).first()
    if row is None:
        raise Http404
    tried(request, lambda: works.work_withdraw(work=row), _("Đã rút bài."))
    return redirect("contest_own", slug, token)
