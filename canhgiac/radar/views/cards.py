"""Cards: the list with its map, one in full, what is decided about it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from canhgiac.agencies.views.access import acting
from canhgiac.radar.forms.acts import DismissForm, VersionForm, dismissing
from canhgiac.radar.forms.filters import CardFilterForm
from canhgiac.radar.models import Card
from canhgiac.radar.selectors import cards as reads
from canhgiac.radar.selectors.days import LONG, day_counts, days_chart
from canhgiac.radar.selectors.scope import may_act
from canhgiac.radar.services import cards as services

from .parts import exports, file_of, paged, say_errors, tried


@login_required
@require_safe
def card_list(request: HttpRequest) -> HttpResponse:
    """Open cards first: what rises where, and how sure."""
    member, form = acting(request), CardFilterForm(request.GET)
    page = paged(request, reads.cards_for(member, form.wanted(), sort=form.order))
    context = {
        "form": form,
        "page": page,
        "rows": reads.card_rows(list(page)),
        "tally": reads.card_tally(member),
        "map": reads.cards_map(member),
        "export": exports(request),
    }
    return render(request, "radar/card_list.html", context)


@login_required
@require_safe
def card_export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file."""
    form = CardFilterForm(request.GET)
    rows = reads.cards_for(acting(request), form.wanted(), sort=form.order)
    return file_of("the-ra-da", kind, reads.headings(), reads.file_rows(rows))


@login_required
@require_safe
def card_detail(request: HttpRequest, card_id: int) -> HttpResponse:
    """One card: why, how sure, the days, who saw it, what to do."""
    card = reads.card_for(acting(request), card_id)
    return _card(request, card, dismissing(card))


@login_required
@require_POST
def card_draft(request: HttpRequest, card_id: int) -> HttpResponse:
    """One tap makes the draft of a warning."""
    member, form = acting(request), VersionForm(request.POST)
    card = reads.card_for(member, card_id)
    act = services.card_draft
    done = _("Đã có bản nháp cảnh báo.")
    if not tried(request, form, lambda: act(by=member, card=card, version=form.cleaned_data["version"]), done):
        say_errors(request, form)
    return redirect("card_detail", card.pk)


@login_required
@require_POST
def card_watch(request: HttpRequest, card_id: int) -> HttpResponse:
    """Keeps the card in sight."""
    member, form = acting(request), VersionForm(request.POST)
    card = reads.card_for(member, card_id)
    act = services.card_watch
    done = _("Thẻ được theo dõi tiếp.")
    if not tried(request, form, lambda: act(by=member, card=card, version=form.cleaned_data["version"]), done):
        say_errors(request, form)
    return redirect("card_detail", card.pk)


@login_required
@require_POST
def card_dismiss(request: HttpRequest, card_id: int) -> HttpResponse:
    """Closes the card with a reason; what was typed stays when it is refused."""
    member, form = acting(request), DismissForm(request.POST)
    card = reads.card_for(member, card_id)
    if tried(request, form, lambda: _dismiss(request, card, form)):
        messages.success(request, _("Đã bỏ qua thẻ. Có thể mở lại ở chính thẻ này."))
        return redirect("card_detail", card.pk)
    return _card(request, card, form, status=422)


def _dismiss(request: HttpRequest, card: Card, form: DismissForm) -> Card:
    told = form.cleaned_data
    return services.card_dismiss(
        by=acting(request), card=card, version=told["version"], reason=told["reason"], was_right=form.was_right
    )


@login_required
@require_POST
def card_reopen(request: HttpRequest, card_id: int) -> HttpResponse:
    """Takes a dismissal back."""
    member, form = acting(request), VersionForm(request.POST)
    card = reads.card_for(member, card_id)
    act = services.card_reopen
    done = _("Đã mở lại thẻ.")
    if not tried(request, form, lambda: act(by=member, card=card, version=form.cleaned_data["version"]), done):
        say_errors(request, form)
    return redirect("card_detail", card.pk)


def _card(request: HttpRequest, card: Card, form: DismissForm, *, status: int = 200) -> HttpResponse:
    asked = (card.cluster_id, card.cluster.form if reads.is_of_form(card) else "", card.area_id)
    [counts] = day_counts([asked], days=LONG)
    [row], alert = reads.card_rows([card]), reads.card_draft_of(card)
    context = {
        "card": card,
        "row": row,
        "chart": days_chart(counts, usual=row.limit),
        "sure": reads.card_sure(card),
        "sources": reads.card_sources(card),
        "draft": alert,
        "hours": reads.hours_to_draft(card, alert),
        "may_act": may_act(acting(request)),
        "is_open": card.state in reads.OPEN,
        "form": form,
    }
    return render(request, "radar/card_detail.html", context, status=status)
