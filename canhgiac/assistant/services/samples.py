"""The assistant of the invented province "tỉnh Vĩnh An": hours of the desk, talks that wait and ended, calls, counts.

Everybody is made up and the same each time; numbers are of a range not in use.
"""

from __future__ import annotations

import datetime as dt
import random

from django.db import transaction

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.services import audit_record
from canhgiac.assistant.models import CallEntry, DayFigure, DutyHours, DutyTalk, Talk, TalkTurn
from canhgiac.engines.dialogue import ACTS
from canhgiac.kit import clock
from canhgiac.kit.clock import DAY, VIETNAM
from canhgiac.library.models import ScamForm

from .calls import CallData, Caller, call_log
from .duty import duty_ask, duty_end, duty_return, duty_say, duty_take
from .talks import talk_of, talk_say

SEED = 8
OFFICER, SECOND, COORDINATOR = "tiepnhan@vinhan.example", "tiepnhan2@vinhan.example", "dieuphoi@vinhan.example"
HOURS = ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(21)))
"""Monday to Friday; Saturday the first alone."""
WAITING: tuple[tuple[str, DutyTalk.Why, int, tuple[str, ...]], ...] = (
    (
        "cho-1",
        DutyTalk.Why.LOSS,
        6,
        ("em lỡ chuyển 12 triệu cho người xưng công an phường rồi", "mới cách đây 20 phút"),
    ),
    ("cho-2", DutyTalk.Why.ASKED, 14, ("Mẹ tôi cứ tin người quen qua mạng", "Tôi muốn nói chuyện với người thật")),
    ("cho-3", DutyTalk.Why.UNKNOWN, 31, ("hôm nọ tôi có nhận giấy mời họp nhưng địa chỉ lạ",)),
)
"""Key, why, minutes ago, the person's words."""
ENDED = (
    ("xong-1", "Có số gọi bảo căn cước của tôi hết hạn", "Không ai cập nhật căn cước qua điện thoại. Cứ cúp máy.", 3),
    ("xong-2", "Tôi bị mất tiền mua vé xem ca nhạc", "Giữ biên lai và tin nhắn, chiều nay ra công an phường nhé.", 1),
)
CALLS = (
    ("F14", "danger", "Số 0900 000 214 xưng công an, bảo liên quan vụ án, đòi chuyển tiền để xác minh", "advised", 7),
    ("F14", "danger", "Bác hàng xóm bị gọi dọa bắt, hỏi có phải công an thật không", "advised", 5),
    ("N05", "danger", "Nhắn bảo cài ứng dụng điện lực, gửi link dienluc-hotro.test", "advised", 4),
    ("F12", "suspicious", "Việc làm thêm thả tim, đã nạp hai lần, giờ bắt nạp thêm", "referred", 9),
    ("F13", "suspicious", "Bạn trên mạng nhắn mượn tiền gấp, chưa gọi lại được cho bạn", "advised", 3),
    ("N12", "suspicious", "Hỏi tin báo phạt nguội gửi kèm đường link", "advised", 2),
    ("F15", "unclear", "Mua điện thoại trên trang lạ, đã đặt cọc, người bán không nghe máy", "referred", 8),
    ("F07", "danger", "Vay nhanh qua ứng dụng, đòi phí bảo hiểm trước khi giải ngân", "advised", 6),
    ("", "", "Hỏi số điện thoại công an xã Sơn Thủy", "referred", 1),
    ("", "", "Hỏi cách theo dõi tin đã báo bằng mã", "advised", 3),
    ("F01", "unclear", "Gói du lịch giá rẻ, hỏi có nên chuyển tiền giữ chỗ", "advised", 5),
    ("", "", "", "dropped", None),
)
"""Form, verdict told, what about, outcome, minutes."""


@transaction.atomic
def sample_assistant_load(*, now: dt.datetime | None = None) -> int | None:
    """Loads everything once and gives the number of talks and calls; None where it is there already.

    Raises Member.DoesNotExist without the sample province.
    """
    if DutyHours.objects.exists() or CallEntry.objects.exists():
        return None
    moment, chance = now or clock.now(), random.Random(SEED)  # noqa: S311  # invented, the same each run
    officer, second = Member.objects.get(email=OFFICER), Member.objects.get(email=SECOND)
    coordinator = Member.objects.get(email=COORDINATOR)
    _hours()
    for place, (key, words, answer, days) in enumerate(ENDED):
        _ended(key, words, answer, moment - days * DAY, officer if place else second, hands_back=bool(place))
    for key, why, minutes, texts in WAITING:
        _waits(key, why, moment - dt.timedelta(minutes=minutes), texts)
    _calls((officer, second, coordinator), moment, chance)
    _figures(moment, chance)
    audit_record(by=None, act="assistant.samples_load", subject=coordinator, facts={"calls": len(CALLS)})
    return len(ENDED) + len(WAITING) + len(CALLS)


def _hours() -> None:
    rows = [DutyHours(weekday=day, opens=opens, closes=closes) for day in range(5) for opens, closes in HOURS]
    DutyHours.objects.bulk_create([*rows, DutyHours(weekday=5, opens=HOURS[0][0], closes=HOURS[0][1])])


def _talk(key: str, words: tuple[str, ...], at: dt.datetime) -> Talk:
    talk = talk_of(channel=Talk.Channel.WEB, key=f"mau-{key}", now=at)
    for number, text in enumerate(words):
        talk_say(talk=talk, text=text, now=at + dt.timedelta(seconds=30 * number))
    return talk


def _waits(key: str, why: DutyTalk.Why, at: dt.datetime, words: tuple[str, ...]) -> None:
    talk = _talk(key, words, at - dt.timedelta(minutes=2))
    duty_ask(talk=talk, why=why, now=at)


def _ended(key: str, words: str, answer: str, at: dt.datetime, by: Member, *, hands_back: bool) -> None:
    """Some days ago: asked, taken four minutes later, answered, and ended or given back."""
    row = duty_ask(talk=_talk(key, (words,), at), why=DutyTalk.Why.ASKED, now=at)
    duty_take(by=by, duty=row)
    duty_say(by=by, duty=row, text=answer, sure=True)
    if hands_back:
        duty_return(by=by, duty=row)
    else:
        duty_end(by=by, duty=row, outcome=DutyTalk.Outcome.ADVISED)
    taken, ended = at + dt.timedelta(minutes=4), at + dt.timedelta(minutes=13)
    DutyTalk.objects.filter(pk=row.pk).update(taken_at=taken, ended_at=ended)
    TalkTurn.objects.filter(talk=row.talk_id, at__gt=at + DAY / 48).update(at=ended)


def _calls(officers: tuple[Member, ...], now: dt.datetime, chance: random.Random) -> None:
    forms = {form.code: form for form in ScamForm.objects.all()}
    communes = list(Area.objects.filter(level=Area.Level.COMMUNE, parent__code="99", valid_until=None).order_by("code"))
    for place, (code, verdict, about, outcome, minutes) in enumerate(CALLS):
        day = (now - (place % 9) * DAY).astimezone(VIETNAM).date()
        at = dt.datetime.combine(day, dt.time(chance.randrange(8, 20), chance.randrange(60)), VIETNAM)
        data = CallData(
            at=min(at, now - dt.timedelta(minutes=10 * (place + 1))),
            about=about,
            act="check" if verdict else "report",
            minutes=minutes,
            caller=Caller("Người gọi mẫu", f"0900 000 {400 + place}") if place % 4 == 0 else Caller(),
            form=forms.get(code),
            verdict=verdict,
            area=chance.choice(communes) if communes and place % 2 else None,
            outcome=outcome,
        )
        call_log(by=officers[place % len(officers)], data=data)


def _figures(now: dt.datetime, chance: random.Random) -> None:
    """Four weeks of counts, as the nightly counting would have left them."""
    today, rows = now.astimezone(VIETNAM).date(), []
    weights = (34, 9, 12, 4, 6, 5, 3, 1, 4, 4, 1, 8, 3)
    for back in range(1, 28):
        talks = chance.randrange(14, 46)
        day = today - back * DAY
        for channel, share in ((Talk.Channel.WEB, 6), (Talk.Channel.ZALO, 3), (Talk.Channel.MESSENGER, 1)):
            rows.append(DayFigure(day=day, what=DayFigure.What.TALKS, key=channel, number=talks * share // 10 + 1))
        for act, weight in zip(ACTS, weights, strict=True):
            number = talks * weight // 50
            if number:
                rows.append(DayFigure(day=day, what=DayFigure.What.ACTS, key=act, number=number))
    DayFigure.objects.bulk_create(rows, ignore_conflicts=True)
