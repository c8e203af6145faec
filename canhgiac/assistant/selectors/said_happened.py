"""happened: the golden hour by what was lost and how long ago, one question at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from canhgiac.engines.dialogue import Memory, Slots

from .advice import Step
from .asked import Asked
from .golden import APP, CARD, CODE, MONEY, PAPERS, golden_acts, said_at
from .lines import Line
from .replies import Choice, Reply

LOST = {"money": MONEY, "code": CODE, "account": CODE, "app": APP, "papers": PAPERS, "card": CARD}
"""What was lost, to what the golden hour calls it."""
STEPS_MOST = 5
FRESH_MINUTES, DAY = 120, 24 * 60
"""So long a bank may still hold the money; from a day on haste gives way to the report."""


def said_happened(asked: Asked) -> Reply:
    """What to do first, for who lost something. No query."""
    slots, told = asked.slots, asked.form
    lost = slots.loss.what if slots.loss else ()
    wanted = {LOST[what] for what in lost if what in LOST} or {MONEY}
    bank = asked.knowledge.banks.get(slots.bank) if slots.bank else None
    acts = [act for act in golden_acts(bank.name if bank else "…", said_at("…")) if wanted & set(act.happened)]
    steps = tuple(Step(f"{act.title}.", act.text) for act in acts[:STEPS_MOST])
    question = _next_question(slots)
    says = [_first(slots, wanted), _how_long(slots.minutes_ago)]
    if told is not None:
        says.append(_("Việc này giống hình thức “%(name)s”.") % {"name": told.name})
    elif asked.sources:
        says.append(_("Có thể là “%(name)s”.") % {"name": asked.sources[0].title})
    evidence = next((act for act in acts if act.code == "bang-chung"), None)
    if evidence is not None:
        says.append(_("Giữ lại: %(list)s.") % {"list": "; ".join(_lower(point) for point in evidence.points)})
    return Reply(
        act="happened",
        slots=slots,
        says=tuple(said for said in says if said),
        steps=steps,
        lines=_lines(asked, bank),
        sources=asked.sources,
        ask=str(question.text) if question else "",
        choices=tuple(Choice(_(said), say=said) for said in question.choices) if question else (),
        tip_offered=True,
        human_offered=True,
        memory=Memory(asked=question.code if question else ""),
    )


@dataclass(frozen=True, slots=True)
class _Question:
    code: str
    text: object
    choices: tuple[str, ...] = ()
    """Said in Vietnamese whatever language the label is in: so they are understood."""


_WHAT = _Question(
    "loss",
    gettext_lazy("Bạn đã mất hoặc đưa cho họ những gì?"),
    (
        gettext_noop("Đã chuyển tiền"),
        gettext_noop("Đã đọc mã OTP, mật khẩu"),
        gettext_noop("Đã cài ứng dụng lạ"),
        gettext_noop("Đã gửi ảnh căn cước"),
    ),
)
_WHEN = _Question(
    "when",
    gettext_lazy("Việc xảy ra cách đây bao lâu?"),
    (
        gettext_noop("Vừa xong"),
        gettext_noop("Vài giờ trước"),
        gettext_noop("Hôm qua"),
        gettext_noop("Hơn một tuần trước"),
    ),
)
_BANK = _Question("bank", gettext_lazy("Tiền đi từ ngân hàng nào của bạn? Nói tên ngân hàng là đủ."))


def _next_question(slots: Slots) -> _Question | None:
    """The one thing to ask next; none when all that changes the answer is known."""
    lost = slots.loss.what if slots.loss else ()
    if not lost:
        return _WHAT
    if slots.minutes_ago is None:
        return _WHEN
    return _BANK if not slots.bank and set(lost) & {"money", "code", "app", "card"} else None


def _first(slots: Slots, wanted: set[str]) -> str:
    """The sentence to act on."""
    old = slots.minutes_ago is not None and slots.minutes_ago >= DAY
    if APP in wanted:
        return _("Tắt mạng của điện thoại đó ngay, rồi dùng máy khác gọi ngân hàng để khóa giao dịch, sau đó gọi 113.")
    if wanted == {PAPERS}:
        return _("Báo công an xã, phường là giấy tờ đã lộ, và nhờ ngân hàng xem có khoản vay nào mở tên bạn không.")
    if CARD in wanted and MONEY not in wanted:
        return _("Khóa thẻ ngay trong ứng dụng ngân hàng hoặc gọi số in sau thẻ, rồi gọi 113.")
    if CODE in wanted and MONEY not in wanted:
        return _("Gọi ngân hàng ngay để khóa giao dịch, rồi đổi mật khẩu từ máy khác.")
    if old:
        return _("Vẫn nên báo ngân hàng để tra soát và trình báo công an: tiền có thể còn nằm đâu đó.")
    return _("Gọi ngân hàng ngay để khóa giao dịch và đề nghị giữ khoản tiền, rồi gọi 113.")


def _how_long(minutes: int | None) -> str:
    if minutes is None:
        return ""
    if minutes <= FRESH_MINUTES:
        return _("Mới chừng %(when)s: gọi lúc này là lúc còn nhiều khả năng giữ được tiền nhất.") % {
            "when": _span(minutes)
        }
    if minutes < DAY:
        return _("Đã %(when)s: gọi ngay, mỗi giờ qua đi khó giữ hơn.") % {"when": _span(minutes)}
    return _("Đã %(when)s: trình báo muộn vẫn có ích, và giúp người khác khỏi mắc.") % {"when": _span(minutes)}


def _span(minutes: int) -> str:
    if minutes < 90:
        return ngettext("%(n)d phút", "%(n)d phút", minutes) % {"n": max(minutes, 1)}
    if minutes < 2 * DAY:
        return ngettext("%(n)d giờ", "%(n)d giờ", minutes // 60) % {"n": round(minutes / 60)}
    return ngettext("%(n)d ngày", "%(n)d ngày", minutes // DAY) % {"n": minutes // DAY}


def _lines(asked: Asked, bank: Line | None) -> tuple[Line, ...]:
    told = [bank, asked.knowledge.line("113"), asked.knowledge.hotline]
    return tuple(line for line in told if line is not None)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
