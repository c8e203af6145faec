"""What the assistant did, in counts: for the staff's page. Nothing here is a word that anybody said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import median

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role, roles_of
from canhgiac.assistant.models import CallEntry, DayFigure, DutyTalk, KnowledgeGap
from canhgiac.engines.dialogue import ACTS
from canhgiac.kit import clock
from canhgiac.kit.charts import Chart, Series
from canhgiac.tips.models import Tip

from .duty import KEEPERS, READERS
from .gaps import READING

HOME_READERS = (
    *(Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR, Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.AUDITOR),
    Role.Kind.ADMIN,
)
DAYS = 28
ACT_NAMES = {
    "check": gettext_lazy("Kiểm tra tin, số, link"),
    "happened": gettext_lazy("Đã lỡ bị lừa"),
    "protect": gettext_lazy("Cách phòng tránh"),
    "law": gettext_lazy("Luật"),
    "report": gettext_lazy("Nơi trình báo"),
    "warnings": gettext_lazy("Cảnh báo gần đây"),
    "subscribe": gettext_lazy("Đăng ký nhận cảnh báo"),
    "unsubscribe": gettext_lazy("Ngừng nhận cảnh báo"),
    "quiz": gettext_lazy("Câu đố"),
    "human": gettext_lazy("Gặp người trực"),
    "staff": gettext_lazy("Việc của cán bộ"),
    "smalltalk": gettext_lazy("Chào hỏi"),
    "unknown": gettext_lazy("Không hiểu"),
}


@dataclass(frozen=True, slots=True)
class HomePage:
    """The assistant in four weeks, and now."""

    talks: int
    handed: int
    taken: int
    wait_minutes: float | None
    """Median from the asking to the taking; None where nobody was taken."""
    tips: int
    calls: int
    waiting: int
    gaps: int
    by_day: Chart
    by_act: Chart
    since: dt.date
    may_set_hours: bool
    sees_desk: bool
    sees_gaps: bool


def home_page(member: Member, *, today: dt.date | None = None) -> HomePage:
    """Counts of the last four weeks. Nine queries. Raises NotAllowed."""
    require_role(member, *HOME_READERS)
    kinds = set(roles_of(member).values_list("kind", flat=True))
    until = today or clock.today()
    since = until - (DAYS - 1) * clock.DAY
    start = dt.datetime.combine(since, dt.time(), clock.VIETNAM)
    rows = DayFigure.objects.filter(day__gte=since, day__lte=until).order_by()
    days = dict(rows.filter(what=DayFigure.What.TALKS).values_list("day").annotate(n=Sum("number")))
    acts = dict(rows.filter(what=DayFigure.What.ACTS).values_list("key").annotate(n=Sum("number")))
    asked = list(DutyTalk.objects.filter(asked_at__gte=start).values_list("asked_at", "taken_at"))
    waits = [(taken - at).total_seconds() / 60 for at, taken in asked if taken is not None]
    calls = CallEntry.objects.filter(at__gte=start).aggregate(n=Count("pk"))["n"]
    return HomePage(
        talks=sum(days.values()),
        handed=len(asked),
        taken=len(waits),
        wait_minutes=round(median(waits), 1) if waits else None,
        tips=Tip.objects.filter(channel=Tip.Channel.ASSISTANT, received_at__gte=start).count(),
        calls=calls,
        waiting=DutyTalk.objects.filter(ended_at=None, taken_by=None).count(),
        gaps=KnowledgeGap.objects.filter(state=KnowledgeGap.State.OPEN).count(),
        by_day=_by_day(days, since),
        by_act=_by_act(acts),
        since=since,
        may_set_hours=bool(kinds & {*KEEPERS}),
        sees_desk=bool(kinds & {*READERS}),
        sees_gaps=bool(kinds & {*READING}),
    )


def _by_day(counts: dict[dt.date, int], since: dt.date) -> Chart:
    days = [since + number * clock.DAY for number in range(DAYS)]
    return Chart(
        name="tro-chuyen-ngay",
        kind="bars",
        title=_("Cuộc trò chuyện theo ngày"),
        unit=_("cuộc trò chuyện"),
        heading=_("Ngày"),
        labels=tuple(f"{day:%d/%m}" for day in days),
        series=(Series(_("Cuộc trò chuyện"), tuple(counts.get(day, 0) for day in days)),),
        note=_("Nội dung bị xóa sau một ngày; ở đây chỉ còn số lượng."),
    )


def _by_act(counts: dict[str, int]) -> Chart:
    shown = sorted((act for act in ACTS if act in counts), key=lambda act: -counts[act])
    return Chart(
        name="viec-duoc-hoi",
        kind="rows",
        title=_("Người dân hỏi gì"),
        unit=_("lượt hỏi"),
        heading=_("Việc"),
        labels=tuple(str(ACT_NAMES[act]) for act in shown),
        series=(Series(_("Lượt hỏi"), tuple(counts[act] for act in shown)),),
    )
