"""The public quiz and the question of the day: what everybody gets, and a result as it may be shared."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from canhgiac.library.models import OWN_LICENCE, Group, Language, Layout
from canhgiac.library.selectors.renderings import qr_svg, readable, site_url, speaker
from canhgiac.training.models import Paper, QuestionEdition, Sitting

from .papers import editions_fitting
from .playing import sitting_by_uid
from .sittings import Marked, Result, answer_marked, edition_item, message_of, result_of

DAILY_KINDS = ("verdict", "single", "true_false")
"""What can be answered by one press, so that the window in other sites needs no script."""


def public_paper() -> Paper | None:
    """The paper of the public quiz: the newest in use."""
    return Paper.objects.filter(purpose=Paper.Purpose.PUBLIC, state=Paper.State.READY).order_by("-pk").first()


def daily_edition(day: dt.date) -> QuestionEdition | None:
    """The question of this Vietnamese day, the same for everybody; None while the bank has none. Two queries.

    All that were in use when the day began take their turn before one comes again, in an order that nobody can foresee
    from the list: each round is shuffled by its own number.
    """
    begins = dt.datetime.combine(day, dt.time(), VIETNAM)
    suited = editions_fitting().filter(kind__in=DAILY_KINDS, picture_sha256="").order_by("question__code")
    older = suited.filter(published_at__lt=begins)  # none on a province's first day: then today's have to do
    codes = list(older.values_list("pk", flat=True)) or list(suited.values_list("pk", flat=True))
    if not codes:
        return None
    turn, at = divmod(day.toordinal(), len(codes))
    random.Random(turn).shuffle(codes)  # noqa: S311 - the same for everybody, on purpose
    return QuestionEdition.objects.select_related("form__published").get(pk=codes[at])


@dataclass(frozen=True, slots=True)
class Daily:
    """The question of the day as its pages show it; with ``marked`` after an answer. Nothing of it is kept."""

    day: dt.date
    edition: QuestionEdition
    marked: Marked | None

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """Key and text of each answer, in the same order for everybody."""
        shown = answer_marked(self.edition, "").shown
        return list(shown["options"])

    @property
    def message(self) -> Any:
        """The message it is about, if any."""
        return message_of(edition_item(self.edition), marked=False)

    @property
    def form_name(self) -> str:
        """The scam form it is about; empty without one."""
        form = self.edition.form
        return form.published.name if form and form.published else ""


def daily(given: str = "", *, day: dt.date | None = None) -> Daily | None:
    """The question of today, marked where something was given. Raises ``engines.quizzes.marking.AnswerRefused``."""
    today = day or clock.today()
    edition = daily_edition(today)
    if edition is None:
        return None
    return Daily(today, edition, answer_marked(edition, given) if given else None)


def shared_result(uid: Any) -> Result:
    """A public sitting that ended, while it is kept. Raises Http404 for every other."""
    sitting = sitting_by_uid(uid)
    public = sitting.learner_id is None and sitting.paper.purpose == Paper.Purpose.PUBLIC
    if not public or sitting.state == Sitting.State.OPEN or sitting.ended_at is None:
        raise Http404
    return result_of(sitting)


def picture_page(right: int, count: int, profile: Province | None = None) -> dict[str, Any]:
    """What the picture of a result is set from: the score and who asks, nothing of the person."""
    told = profile or province()
    url = site_url(told, reverse("quiz_home"))
    page: dict[str, Any] = {
        "layout": Layout.SOCIAL_CARD.value,
        "lang": Language.VI.value,
        "look": "calm",
        "art": Group.OTHER.value,
        "kicker": "",
        "title": _("Đúng %(right)d/%(count)d câu nhận ra lừa đảo") % {"right": right, "count": count},
        "lead": _("Mười câu trong ba phút. Không hỏi tên, không cần đăng nhập."),
        "call": _("Bạn thử xem được mấy câu"),
        "credit": "",
        "rules": [],
        "points": [],
        "dos": [],
        "donts": [],
        "address": readable(url),
        "qr": qr_svg(url),
        "edition": "",
        "demo": "",
        "licence": str(OWN_LICENCE),
        "words": {"do": "", "dont": "", "rules": "", "scan": _("Quét mã hoặc gõ:"), "hotline": "", "points": ""},
    }
    return speaker(told) | {"hotline": ""} | page
