"""Gates: what has to hold before a warning leaves, each with its reason and article. A gate never guesses: it says what
it saw. The same gates are asked on the page, at the approval and once more when a broadcast starts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from canhgiac.kit import clock
from canhgiac.kit.clock import VIETNAM
from canhgiac.library.models import Checklist
from canhgiac.outreach.models import Provider, Rendition, SendingRules, Way
from canhgiac.outreach.models import Warning as Alert

from .linting import CHECKS, Finding
from .rules import BRANDNAME_LONGEST, may_leave_now, next_opening


class GateState(StrEnum):
    """How a gate stands."""

    OPEN = "open"
    """Holds."""
    WAIT = "wait"
    """Some go later; the rest may leave."""
    SHUT = "shut"
    """Nothing leaves."""
    OVER = "over"
    """Shut, and passed by a named role with a reason."""
    NONE = "none"
    """Does not apply."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition as it stands."""

    code: str
    name: str
    state: GateState
    says: str
    article: str = ""
    words: tuple[str, ...] = ()
    """The very words at fault."""


DECREE = "Nghị định 91/2020/NĐ-CP"
MOMENT = frozenset({"second_person", "current", "hours", "cap", "carrier", "brandname"})
"""Codes of what can change after the approval without a word being changed: asked again when a sending starts."""


@dataclass(frozen=True, slots=True)
class Cap:
    """What may still leave by a provider on a day."""

    provider: Provider
    most: int
    """Messages a day; the smaller of the provider's own cap and the province's for all channels."""
    left: int
    """Of them not yet used, 0 at least."""
    people: int = 0
    """Who would get the sending by it; 0 where nobody counted."""


def gates(
    warning: Alert,
    findings: Mapping[Rendition, Sequence[Finding]],
    providers: Iterable[Provider],
    rules: SendingRules,
    *,
    often: int = 0,
    is_emergency: bool = False,
    caps: Sequence[Cap] = (),
    now: dt.datetime | None = None,
) -> list[Gate]:
    """All gates in the order of the page. ``often``: how many of the audience had their count of 24 hours; ``caps``: of
    the providers that have one. No query."""
    now = now or clock.now()
    chosen = list(providers)
    return [
        _second_person(warning, now),
        _not_ended(warning, now),
        _often(rules, often, is_emergency=is_emergency),
        *(_hours(way, warning, rules, now, is_emergency=is_emergency) for way in _ways(chosen) if way in _TIMED),
        *(_capped(cap, warning, now) for cap in caps),
        *_carriers(chosen),
        *_names(chosen, now),
        *_linted(findings),
        _secrets(warning),
        _label(rules),
    ]


def shut(found: Iterable[Gate]) -> list[Gate]:
    """Those that let nothing pass."""
    return [gate for gate in found if gate.state == GateState.SHUT]


def _ways(providers: Sequence[Provider]) -> list[str]:
    return list(dict.fromkeys(provider.way for provider in providers))


def _second_person(warning: Alert, now: dt.datetime) -> Gate:
    name = _("Người thứ hai duyệt")
    if warning.reviewer_id is not None and warning.state not in Alert.OPEN:
        says = _("%(who)s duyệt lúc %(when)s.")
        when = date_format((warning.reviewed_at or now).astimezone(VIETNAM), "H:i d/m/Y")
        who = warning.reviewer.full_name if warning.reviewer else ""
        return Gate("second_person", name, GateState.OPEN, says % {"who": who, "when": when})
    if warning.state == Alert.State.IN_REVIEW:
        return Gate("second_person", name, GateState.SHUT, _("Đang chờ duyệt. Người soạn không tự duyệt."))
    return Gate("second_person", name, GateState.SHUT, _("Chưa gửi duyệt. Người soạn không tự duyệt."))


def _not_ended(warning: Alert, now: dt.datetime) -> Gate:
    name = _("Còn hiệu lực")
    if warning.state in {Alert.State.CANCELLED, Alert.State.SUPERSEDED, Alert.State.DROPPED, Alert.State.EXPIRED}:
        return Gate("current", name, GateState.SHUT, str(warning.get_state_display()) + ".")
    if warning.expires_at is None:
        return Gate("current", name, GateState.SHUT, _("Chưa ghi ngày hết hiệu lực."))
    until = date_format(warning.expires_at.astimezone(VIETNAM), "H:i d/m/Y")
    if warning.expires_at <= now:
        return Gate("current", name, GateState.SHUT, _("Hết hiệu lực từ %s.") % until)
    return Gate("current", name, GateState.OPEN, _("Đến %s.") % until)


def _often(rules: SendingRules, often: int, *, is_emergency: bool) -> Gate:
    name = _("Không quá %d tin trong 24 giờ") % rules.most_in_day
    article = f"{DECREE}, Điều 13 khoản 5"
    if not often:
        return Gate("often", name, GateState.OPEN, _("Chưa ai nhận đủ số tin ấy."), article)
    if is_emergency:
        says = _("%(n)s người đã nhận đủ; vẫn gửi vì khẩn cấp.") % {"n": often}
        return Gate("often", name, GateState.OVER, says, article)
    says = _("%(n)s người đã nhận đủ, lần này không gửi cho họ.") % {"n": often}
    return Gate("often", name, GateState.WAIT, says, article)


_TIMED = frozenset({Way.SMS.value, Way.ZALO.value})


def _hours(way: str, warning: Alert, rules: SendingRules, now: dt.datetime, *, is_emergency: bool) -> Gate:
    label = Way(way).label
    name = _("Giờ gửi %s") % label
    article = f"{DECREE}, Điều 13 khoản 6" if way == Way.SMS else _("Điều kiện của Zalo")
    clock_now = f"{now.astimezone(VIETNAM):%H:%M}"
    if may_leave_now(way, rules, now):
        return Gate("hours", name, GateState.OPEN, _("Bây giờ %s, trong giờ được gửi.") % clock_now, article)
    if is_emergency:
        return Gate(
            "hours", name, GateState.OVER, _("Bây giờ %s, ngoài giờ; vẫn gửi vì khẩn cấp.") % clock_now, article
        )
    opening = next_opening(way, rules, now)
    told = {"now": clock_now, "opens": f"{opening.astimezone(VIETNAM):%H:%M %d/%m}"}
    if _over_by(warning, opening):
        says = _("Bây giờ %(now)s, đến %(opens)s mới được gửi, khi ấy cảnh báo đã hết hiệu lực.") % told
        return Gate("hours", name, GateState.SHUT, says, article)
    return Gate("hours", name, GateState.WAIT, _("Bây giờ %(now)s. Tin sẽ đi từ %(opens)s.") % told, article)


def _over_by(warning: Alert, moment: dt.datetime) -> bool:
    """Whether the warning does not hold any more at a moment."""
    return warning.expires_at is not None and warning.expires_at <= moment


def _capped(cap: Cap, warning: Alert, now: dt.datetime) -> Gate:
    """The messages that a contract or the province allows in a day (Asia/Ho_Chi_Minh). No emergency passes it."""
    name = _("Số tin một ngày, %s") % cap.provider.name
    midnight = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    told = {"most": cap.most, "left": cap.left, "rest": cap.people - cap.left}
    if not cap.most:
        return Gate("cap", name, GateState.SHUT, _("Số tin nhiều nhất một ngày đang là 0."))
    if cap.left and cap.people <= cap.left:
        return Gate("cap", name, GateState.OPEN, _("Còn %(left)s trên %(most)s tin hôm nay.") % told)
    if cap.left:
        says = _("Còn %(left)s trên %(most)s tin hôm nay; %(rest)s người nhận từ 0 giờ hôm sau.") % told
        return Gate("cap", name, GateState.WAIT, says)
    if _over_by(warning, midnight + dt.timedelta(days=1)):
        says = _("Đã gửi đủ %(most)s tin hôm nay, sang hôm sau thì cảnh báo đã hết hiệu lực.") % told
        return Gate("cap", name, GateState.SHUT, says)
    return Gate("cap", name, GateState.WAIT, _("Đã gửi đủ %(most)s tin hôm nay. Tin sẽ đi từ 0 giờ hôm sau.") % told)


def _carriers(providers: Sequence[Provider]) -> list[Gate]:
    """Contracts that are not used any more, or are held; nothing where all carry."""
    name, found = _("Nhà cung cấp"), []
    for provider in providers:
        if not provider.is_active:
            found.append(Gate("carrier", name, GateState.SHUT, _("%s không còn dùng nữa.") % provider.name))
        elif provider.paused_at is not None:
            told = {"name": provider.name, "why": f"{provider.paused_reason.rstrip('.')}."}
            says = _("%(name)s đang tạm dừng: %(why)s Tin nằm chờ.") % told
            found.append(Gate("carrier", name, GateState.WAIT, says))
        elif provider.away_at is not None:
            since = f"{provider.away_at.astimezone(VIETNAM):%H:%M %d/%m}"
            says = _("Từ %(since)s chưa nối được %(name)s. Tin nằm chờ, máy tự thử lại.")
            found.append(Gate("carrier", name, GateState.WAIT, says % {"since": since, "name": provider.name}))
    return found


def _names(providers: Sequence[Provider], now: dt.datetime) -> list[Gate]:
    """The sender's name of each SMS contract."""
    name, article = _("Tên gửi"), f"{DECREE}, Điều 13 khoản 8, Điều 23, 28"
    found = []
    for provider in providers:
        if provider.way != Way.SMS or provider.wire == Provider.Wire.ZNS:
            continue
        sender, until = provider.sender, provider.sender_until
        if not sender or sender.isdigit() or len(sender) > BRANDNAME_LONGEST:
            says = _("“%(name)s”: cần tên định danh đã đăng ký, nhiều nhất %(most)d ký tự, không chỉ chữ số.")
            told = says % {"name": sender, "most": BRANDNAME_LONGEST}
            found.append(Gate("brandname", name, GateState.SHUT, told, article))
        elif until is not None and until < now.astimezone(VIETNAM).date():
            told = _("%(name)s hết hạn từ %(day)s.") % {"name": sender, "day": date_format(until, "d/m/Y")}
            found.append(Gate("brandname", name, GateState.SHUT, told, article))
        else:
            told = _("%(name)s, %(n)d / %(most)d ký tự, đã đăng ký.")
            told %= {"name": sender, "n": len(sender), "most": BRANDNAME_LONGEST}
            found.append(Gate("brandname", name, GateState.OPEN, told, article))
    return found


def _linted(findings: Mapping[Rendition, Sequence[Finding]]) -> list[Gate]:
    """One gate a check of the linter, over all renditions."""
    found = []
    for code, name in CHECKS:
        if code == "label":
            continue
        hits = [(rendition, one) for rendition, many in findings.items() for one in many if one.code == code]
        stops = [(rendition, one) for rendition, one in hits if one.blocks]
        if stops:
            rendition, one = stops[0]
            says = f"{rendition.get_kind_display()}: {one.says}"
            if len(stops) > 1:
                says += " " + _("Và %d chỗ khác.") % (len(stops) - 1)
            words = tuple(dict.fromkeys(each.words for _r, each in stops if each.words))
            found.append(Gate(code, str(name), GateState.SHUT, says, one.article, words))
        elif hits:
            words = tuple(dict.fromkeys(each.words for _r, each in hits if each.words))
            found.append(Gate(code, str(name), GateState.WAIT, hits[0][1].says, "", words))
        else:
            found.append(Gate(code, str(name), GateState.OPEN, _("Đạt ở mọi bản.")))
    return found


def _secrets(warning: Alert) -> Gate:
    name = _("Bí mật nhà nước, dữ liệu cá nhân")
    answers = [
        warning.checklist.get(point, {}).get("ok") for point in (Checklist.STATE_SECRET, Checklist.PERSONAL_DATA)
    ]
    if warning.state not in Alert.OPEN and all(answers):
        who = warning.reviewer.full_name if warning.reviewer else ""
        return Gate("secrets", name, GateState.OPEN, _("%s đã xem.") % who)
    return Gate("secrets", name, GateState.SHUT, _("Người duyệt chưa xác nhận."))


def _label(rules: SendingRules) -> Gate:
    name, article = _("Nhãn [QC]"), f"{DECREE}, Điều 3 khoản 1, Điều 15"
    if rules.is_advertising:
        return Gate("label", name, GateState.OPEN, _("Tỉnh coi cảnh báo là quảng cáo: tin phải có nhãn."), article)
    if not rules.opinion:
        says = _(
            "Chưa ghi ý kiến pháp chế của tỉnh. Theo lời văn của nghị định, tin chính sách xã hội không phải quảng cáo."
        )
        return Gate("label", name, GateState.WAIT, says, article)
    day = date_format(rules.opinion_on, "d/m/Y") if rules.opinion_on else ""
    says = _("Không áp dụng: tin cảnh báo, theo ý kiến pháp chế %s.") % day
    return Gate("label", name, GateState.NONE, says, article)
