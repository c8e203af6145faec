"""A member's own work, told in a talk: what is late and next, which reports are due, an activity logged by talking.

Only what the member's roles see, by the same reads as their pages. Nothing is written: an activity opens in its form
with what was said, and the member looks at it and saves it there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.activities.models import Audience, Kind, Measure
from canhgiac.activities.selectors.choices import area_of, areas_below, recording_agencies
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.engines.dialogue import Memory, Understood
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.selectors.tasks import Work, my_work
from canhgiac.reporting.selectors.duties import DutyRow, my_reports

from .activitytold import ActivityTold, activity_told
from .replies import Choice, Reply
from .shapes import read, told

LINES = 5
"""Tasks or reports named in an answer; the page shows them all."""
DRAFTED = "activity:"
"""How ``Memory.asked`` begins while a member tells an activity: then what is waited for, then what was said so far."""
_STOPS = frozenset(("thoi", "huy", "bo", "bo qua", "khong ghi nua", "thoi khong ghi", "thoi bo"))
_LENGTH = 160


def staff_reply(
    understood: Understood,
    *,
    member: Member,
    words: str = "",
    memory: Memory | None = None,
    now: dt.datetime | None = None,
) -> Reply:
    """The answer to a member about their own work.

    ``words``: as they were typed; ``memory``: of the thread, so that an activity told in several messages is one. At
    most ten queries. Raises nothing: who has no such role hears so.
    """
    said, moment = words or understood.query, now or clock.now()
    goes_on = memory is not None and staff_goes_on(memory, said, now=moment)
    if understood.slots.work == "activity" or goes_on:
        return _activity(understood, member, said, _drafted(memory) if goes_on else None, moment)
    if understood.slots.work == "reports":
        return _reports(understood, member)
    return _tasks(understood, member)


def staff_goes_on(memory: Memory, words: str, *, now: dt.datetime) -> bool:
    """Whether words answer what an activity's draft waits for, whatever else they could mean alone. No query."""
    before = _drafted(memory)
    if before is None or "?" in words:
        return False
    if _is_stop(words):
        return True
    said = activity_told(words, today=_day(now), waits_for=before[0])
    answers = {
        "on": said.on is not None or said.is_future,
        "kind": bool(said.kind),
        "place": bool(said.place),
        "people": bool(said.counts) or said.is_uncounted or bool(said.unclear),
    }
    return answers.get(before[0], False)


def _reply(
    understood: Understood, says: Sequence[str], *, ask: str = "", choices: Sequence[Choice] = (), asked: str = ""
) -> Reply:
    return Reply(
        act="staff",
        slots=understood.slots,
        says=tuple(filter(None, says)),
        ask=ask,
        choices=tuple(choices),
        memory=Memory("staff", understood.slots, asked),
    )


# Tasks ----------------------------------------------------------------------------------------------------------------


def _tasks(understood: Understood, member: Member) -> Reply:
    mine = my_work(member)
    rows = mine.rows
    if not rows:
        choices = [Choice(_("Mở Việc của tôi"), url=reverse("my_tasks"))]
        return _reply(understood, [_("Bạn không có việc nào đang mở.")], choices=choices)
    late = len(mine.late)
    soon = len(mine.soon)
    says = [
        _("Bạn có %(all)s.") % {"all": _tasks_counted(len(rows) + mine.more)}
        + (" " + _("Quá hạn: %(n)d.") % {"n": late} if late else "")
        + (" " + _("Đến hạn trong 7 ngày: %(n)d.") % {"n": soon} if soon else ""),
        *(_task_line(row, several=mine.several) for row in rows[:LINES]),
    ]
    if (rest := len(rows) + mine.more - LINES) > 0:
        says.append(_("Còn %(n)d việc nữa ở trang Việc của tôi.") % {"n": rest})
    return _reply(understood, says, choices=[Choice(_("Mở Việc của tôi"), url=reverse("my_tasks"))])


def _tasks_counted(number: int) -> str:
    return ngettext("%(n)s việc đang mở", "%(n)s việc đang mở", number) % {"n": number}


def _task_line(row: Work, *, several: bool) -> str:
    task = row.assignment.task
    due = row.assignment.due_date
    parts = [f"{task.code} {_cut(task.text)}".strip(), row.chip.text]
    if due is not None:
        parts.append(_("hạn %(day)s") % {"day": f"{due:%d/%m/%Y}"})
    if several:
        parts.append(row.assignment.agency.name)
    return "; ".join(parts)


# Reports --------------------------------------------------------------------------------------------------------------


def _reports(understood: Understood, member: Member) -> Reply:
    mine = my_reports(member)
    rows = [*mine.late, *mine.open]
    choices = [Choice(_("Mở Báo cáo của tôi"), url=reverse("my_reports"))]
    if not rows:
        filed = len(mine.filed)
        says = [_("Bạn không còn báo cáo nào phải gửi.")]
        if filed:
            says.append(_("Đã gửi, kỳ chưa khóa: %(n)d.") % {"n": filed})
        return _reply(understood, says, choices=choices)
    count = ngettext("Bạn còn %(n)s báo cáo phải gửi.", "Bạn còn %(n)s báo cáo phải gửi.", len(rows)) % {"n": len(rows)}
    late = _("Quá hạn: %(n)d.") % {"n": len(mine.late)} if mine.late else ""
    says = [f"{count} {late}".strip(), *(_duty_line(row, several=mine.several) for row in rows[:LINES])]
    if len(rows) > LINES:
        says.append(_("Còn %(n)d báo cáo nữa ở trang Báo cáo của tôi.") % {"n": len(rows) - LINES})
    first = Choice(_("Điền báo cáo gần nhất"), url=reverse("submission_fill", args=[rows[0].duty.pk]))
    return _reply(understood, says, choices=[first, *choices])


def _duty_line(row: DutyRow, *, several: bool) -> str:
    duty = row.duty
    parts = [_cut(duty.round.title), row.chip.text, _("hạn %(day)s") % {"day": f"{duty.due_date:%d/%m/%Y}"}]
    return "; ".join([*parts, duty.agency.name] if several else parts)


def _cut(text: str) -> str:
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 2].rstrip()} …"


# An activity told in words -------------------------------------------------------------------------------------------


def _activity(
    understood: Understood, member: Member, words: str, before: tuple[str, ActivityTold] | None, now: dt.datetime
) -> Reply:
    agency = _agency(member)
    if agency is None:
        says = [_("Vai trò của bạn không ghi hoạt động. Cán bộ đầu mối của đơn vị ghi được.")]
        return _reply(understood, says)
    if before and _is_stop(words):
        return _reply(understood, [_("Đã bỏ, chưa ghi gì.")])
    waits_for, draft = before or ("", ActivityTold())
    draft = draft.joined(activity_told(words, today=_day(now), waits_for=waits_for))
    wanting, ask = _missing(draft)
    area = _area(agency, draft.place)
    form = Choice(_("Mở biểu mẫu, xem lại rồi lưu"), url=_form_url(agency, area, draft))
    says = [_("Bản ghi hoạt động, chưa lưu:"), *_shown(draft, area)]
    if ask:
        later = Choice(_("Mở biểu mẫu với phần đã có"), url=form.url)
        return _reply(understood, says, ask=ask, choices=[later], asked=_kept(wanting, draft))
    says.append(_("Số chưa ai đếm để trống, không điền thay bạn.") if draft.is_uncounted and not draft.counts else "")
    return _reply(understood, says, choices=[form])


def _agency(member: Member) -> Agency | None:
    """For whom the member records: their own agency, else the first of the register. Few queries."""
    rows = list(recording_agencies(member)[:200])
    return next((row for row in rows if row.pk == member.agency_id), rows[0] if rows else None)


def _missing(draft: ActivityTold) -> tuple[str, str]:
    """The first thing that is still wanting, and the question about it: one at a time; empty where nothing is."""
    several = Measure(draft.unclear).label if draft.unclear else ""
    wanting = (
        (draft.is_future, "on", _("Ngày đó chưa tới. Hoạt động đã làm ngày nào?")),
        (not draft.kind, "kind", _("Đã làm gì: hội nghị, tập huấn, phát tờ rơi, loa, đến từng nhà?")),
        (draft.on is None, "on", _("Làm ngày nào?")),
        (not draft.place, "place", _("Làm ở đâu?")),
        (bool(several), "people", _("Có nhiều số. Tổng cộng bao nhiêu %(what)s?") % {"what": several}),
        (
            not draft.counts and not draft.is_uncounted,
            "people",
            _("Bao nhiêu người dự, hoặc bao nhiêu bản, hộ, phút? Chưa đếm thì trả lời: chưa đếm."),
        ),
    )
    return next(((what, ask) for is_wanting, what, ask in wanting if is_wanting), ("", ""))


def _shown(draft: ActivityTold, area: Area | None) -> list[str]:
    lines = []
    if draft.kind:
        lines.append(_("Hình thức: %s") % Kind(draft.kind).label)
    if draft.on:
        lines.append(_("Ngày: %s") % f"{draft.on:%d/%m/%Y}")
    if draft.place:
        lines.append(_("Nơi: %s") % draft.place)
    if area is not None:
        lines.append(_("Địa bàn: %s") % area.name)
    if draft.counts:
        shown = (
            f"{int(number):,}".replace(",", ".") + f" {Measure(measure).label}" for measure, number in _pairs(draft)
        )
        lines.append(_("Số: %s") % ", ".join(shown))
    if draft.audiences:
        lines.append(_("Đối tượng: %s") % ", ".join(str(Audience(one).label) for one in draft.audiences))
    return lines


def _pairs(draft: ActivityTold) -> list[tuple[str, str]]:
    return [(one[0], one[1]) for one in draft.counts]


def _area(agency: Agency, place: str) -> Area | None:
    """The area that the place names, of those where the agency works; else where the agency works. Two queries."""
    own = area_of(agency)
    said = f" {fold(place)} "
    named = [one for one in areas_below(own) if f" {one.folded} " in said] if place else []
    return max(named, key=lambda one: len(one.folded)) if named else own


def _form_url(agency: Agency, area: Area | None, draft: ActivityTold) -> str:
    """The activity's form with what was said."""
    facts: list[tuple[str, str]] = [("agency", str(agency.pk))]
    facts += [("kind", draft.kind)] if draft.kind else []
    facts += [("on", draft.on.isoformat())] if draft.on else []
    facts += [("area", str(area.pk))] if area else []
    facts += [("place", draft.place)] if draft.place else []
    facts += [("audiences", one) for one in draft.audiences]
    facts += _pairs(draft)
    return f"{reverse('activity_record')}?{urlencode(facts)}"


def _drafted(memory: Memory | None) -> tuple[str, ActivityTold] | None:
    """What the thread waits for and what was told so far; None where no activity is being told."""
    if memory is None or memory.act != "staff" or not memory.asked.startswith(DRAFTED):
        return None
    waits_for, _colon, kept = memory.asked.removeprefix(DRAFTED).partition(":")
    try:
        return waits_for, read(ActivityTold, json.loads(kept))
    except (ValueError, TypeError, KeyError):
        return None


def _kept(waits_for: str, draft: ActivityTold) -> str:
    return f"{DRAFTED}{waits_for}:{json.dumps(told(draft), ensure_ascii=False, separators=(',', ':'))}"


def _is_stop(words: str) -> bool:
    return " ".join(fold(words).strip(" .!").split()) in _STOPS


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(clock.VIETNAM).date()
