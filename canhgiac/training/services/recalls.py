"""Spaced reminders: after 2, 7 and 30 days three questions, those missed first; each step once, none unasked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.services.notices import notice_send
from canhgiac.kit import clock
from canhgiac.outreach.models import Way
from canhgiac.outreach.services.mailings import Letter, Words, mailing_send
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.training.models import Paper, Recall, Sitting
from canhgiac.training.selectors.progress import RECALLED, questions_of

from .refusals import TrainingRefused
from .sittings import sitting_begin

STALE = dt.timedelta(days=14)
"""A reminder that could not leave for so long is dropped: two at once would be worse."""
MAILING = "recall-2"
"""The mailing; other words need the next number. Its last number says whether mail programs can end it by one tap."""
PAPER_TITLE = "Nhắc ôn"
BATCH = 500


def recalls_send(*, today: dt.date | None = None) -> int:
    """Sends what is due to those who want it; returns how many left. A second run the same day sends nothing."""
    day = today or clock.today()
    sent = 0
    while True:
        taken, left = _send_some(day)
        sent += left
        if not taken:
            return sent


@transaction.atomic
def _send_some(day: dt.date) -> tuple[int, int]:
    """One batch under its locks: how many were taken up, how many left."""
    due = (
        Recall.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("enrolment__learner__member", "enrolment__course")
        .filter(sent_at=None, due_on__lte=day)
        .order_by("pk")[:BATCH]
    )
    rows = list(due)
    wanted = [row for row in rows if row.due_on >= day - STALE and _may_send(row)]
    by_mail = [row for row in wanted if row.enrolment.learner.member is None]
    reached = _mail(by_mail) | {row.pk for row in wanted if row.enrolment.learner.member is not None}
    for row in wanted:
        if row.pk not in reached:
            row.due_on = day + dt.timedelta(days=1)
            continue
        row.sent_at = clock.now()
        if row.enrolment.learner.member is not None:
            _notice(row)
    Recall.objects.bulk_update(wanted, ["sent_at", "due_on"])
    Recall.objects.filter(pk__in={row.pk for row in rows} - {row.pk for row in wanted}).delete()
    return len(rows), len(reached)


def _may_send(row: Recall) -> bool:
    """Whether the person wants it and can be written to: a member, or one who gave an address for this."""
    learner = row.enrolment.learner
    if not row.enrolment.reminders or learner.erased_at is not None:
        return False
    return learner.member.is_active if learner.member else bool(learner.email)


def _notice(row: Recall) -> None:
    notice_send(
        kind="training.recall",
        member=row.enrolment.learner.member,
        subject=_("Ba câu ôn lại: %s") % row.enrolment.course.title,
        body=_("Ôn ba câu, chưa đến hai phút. Không muốn nhận nữa: mở đường dẫn, bấm Thôi nhắc."),
        link=reverse("recall_open", args=[row.uid]),
    )


def _mail(rows: Sequence[Recall]) -> set[int]:
    """Letters to people without an account; the ids of those on their way. None where no provider carries mail."""
    base = settings.BASE_URL.rstrip("/")
    one_tap = base.startswith("https://")  # RFC 8058 knows no other
    name, words = f"{MAILING}-{one_tap:d}", _words("{0}" if one_tap else "")
    letters = [
        Letter(row.enrolment.learner.email, (f"{base}{reverse('recall_open', args=[row.uid])}",)) for row in rows
    ]
    try:
        keys = mailing_send(name=name, way=Way.EMAIL, words=words, letters=letters) if letters else []
    except ProviderRefused:
        return set()
    return {row.pk for row, key in zip(rows, keys, strict=True) if key is not None}


def _words(unsubscribe: str) -> Words:
    return Words(
        unsubscribe=unsubscribe,
        subject=_("Ba câu ôn lại khóa học của bạn"),
        text=_(
            "Bạn đã học xong một khóa về phòng tránh lừa đảo và muốn được nhắc ôn. Ba câu, chưa đến hai phút, không "
            "hỏi thông tin gì: {0}\n\nKhông muốn nhận nữa: mở đường dẫn trên, bấm Thôi nhắc."
        ),
    )


@transaction.atomic
def recall_begin(*, recall: Recall) -> Sitting:
    """The sitting behind a reminder's link: made the first time, the same one afterwards. Raises TrainingRefused."""
    row = Recall.objects.select_for_update(of=("self",)).select_related("enrolment__learner").get(pk=recall.pk)
    if row.sitting is not None:
        return row.sitting
    asked = questions_of(row.enrolment)[:RECALLED]
    if not asked:
        raise TrainingRefused(_("Những câu hỏi của khóa học này không còn dùng. Cảm ơn bạn đã quay lại."))
    sitting = sitting_begin(paper=recall_paper(), learner=row.enrolment.learner, uid=row.uid, questions=asked)
    row.sitting = sitting
    row.save(update_fields=["sitting"])
    return sitting


def recall_paper() -> Paper:
    """The one paper that reminders are sat under; what it asks is given each time."""
    found = Paper.objects.filter(title=PAPER_TITLE, purpose=Paper.Purpose.LESSON, agency=None, made_by=None).first()
    return found or Paper.objects.create(
        title=PAPER_TITLE,
        purpose=Paper.Purpose.LESSON,
        state=Paper.State.READY,
        pass_percent=1,
        feedback=Paper.Feedback.EACH,
    )
