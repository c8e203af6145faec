"""An invented register for the first look: numbers of a range not in use, hosts that end in .test."""

from __future__ import annotations

import datetime as dt
import random
from typing import Final

from django.db import transaction

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.lookup.entries import mask_of
from canhgiac.engines.lookup.keys import Key, Kind, key_of
from canhgiac.indicators.models import Appeal, Decision, Indicator
from canhgiac.kit import clock

from .appeals import appeal_make
from .decisions import indicator_decide, indicator_propose, usual_end
from .sightings import Report, sightings_copy

_SEED: Final = 20_261_122
_STORIES: Final = (
    ("authority", ("phone", "link", "account"), "tip"),
    ("bank", ("link", "phone"), "bank"),
    ("delivery", ("phone", "link"), "public"),
    ("job", ("social", "account", "app"), "tip"),
    ("investment", ("app", "link", "account"), "bank"),
    ("hacked_account", ("account", "social"), "signal"),
    ("spam_call", ("phone",), "telecom"),
    ("phishing", ("link",), "list"),
)
_NAMES: Final = ("xac-minh", "tra-cuu", "ho-tro", "nhan-qua", "khach-hang", "bao-hiem", "dinh-danh", "hoan-tien")
_MOST = 160


def _key(kind: str, number: int, tag: str) -> Key:
    """An invented thing of this kind."""
    names = {
        "phone": f"0900 000 {100 + number:03}",
        "link": f"{_NAMES[number % 8]}-{tag.replace('_', '-')}-{number}.test",
        "app": f"test.mau.{tag.replace('_', '')}{number}",
    }
    if kind in names:
        return key_of(kind, names[kind])
    if kind == "account":
        return Key(Kind.ACCOUNT, f"{('970436', '970415', '970418', '970422')[number % 4]}:9990{number:06}")
    return key_of(kind, f"https://www.facebook.com/trang.mau.{tag.replace('_', '')}.{number}")


@transaction.atomic
def sample_indicators_load() -> int:
    """Loads it once, where the sample province stands; how many indicators."""
    areas = list(Area.objects.filter(level=Area.Level.COMMUNE, valid_until__isnull=True).order_by("pk")[:30])
    if Indicator.objects.exists() or not areas:
        return 0
    chance, now = random.Random(_SEED), clock.now()  # noqa: S311  # samples, no secrets
    bank = Agency.objects.filter(kind=Agency.Kind.BANK).order_by("pk").first()
    reports = []
    for number in range(_MOST):
        tag, kinds, source = _STORIES[number % len(_STORIES)]
        key = _key(kinds[number // len(_STORIES) % len(kinds)], number, tag)
        for turn in range(1 + min(int(chance.expovariate(0.45)), 14)):
            told = source if turn % 3 else "tip"
            reports.append(
                Report(
                    key=key,
                    source=told,
                    at=now - dt.timedelta(days=chance.betavariate(1.2, 4) * 150, minutes=chance.randrange(600)),
                    agency_id=bank.pk if told == "bank" and bank else None,
                    area_id=chance.choice(areas[: 6 + number % 20]).pk,
                    tags=mask_of([tag]),
                    weight=50 if told == "list" else 100,
                    origin=f"sample:{number}:{turn}",
                )
            )
    added = sightings_copy(reports)
    _decide(list(Indicator.objects.order_by("-sightings_count", "pk")[:34]))
    audit_record(by=None, act="indicators.sample_indicators_load", subject=Indicator.objects.order_by("pk")[0])
    return len(added.indicators)


def _decide(rows: list[Indicator]) -> None:
    """Some confirmed by two, some proposed, some under review, one cleared, two appeals."""
    officer, approver = _with(Role.Kind.TIP_OFFICER), _with(Role.Kind.APPROVER)
    if officer is None or approver is None:
        return
    reasons = (
        "Nhiều người ở các xã khác nhau kể cùng một lời mời chuyển tiền.",
        "Trang dựng giống trang ngân hàng, xin mật khẩu và mã OTP.",
        "Ngân hàng báo dòng tiền vào rồi rút ngay trong vài phút.",
        "Ba tin báo độc lập, kèm ảnh chụp màn hình khớp nhau.",
    )
    states = [Indicator.State.CONFIRMED] * 24 + [Indicator.State.REVIEW] * 7 + [Indicator.State.CLEARED] * 3
    for number, (row, state) in enumerate(zip(rows, states, strict=False)):
        decision = indicator_propose(
            by=officer,
            indicator=row,
            to_state=state,
            reason="Số mới đổi chủ, đã đối chiếu với nhà mạng." if state == 4 else reasons[number % 4],
            tags=row.tags,
            expires_on=None if state == 4 else usual_end(row.kind),
            version=row.version,
        )
        if decision.outcome == Decision.Outcome.OPEN and number < 18:
            indicator_decide(by=approver, decision=decision, agree=True, answer="")
    if not Appeal.objects.exists():
        for text, words in (
            ("0900 000 106", "Đây là số bán hàng của cửa hàng tôi, có người nhắn nhầm nên bị báo."),
            ("0900 000 999", "Tôi mới mua số này tháng trước, người ta gọi lại bảo số lừa đảo."),
        ):
            appeal_make(kind="phone", text=text, words=words, address="192.0.2.1")


def _with(kind: Role.Kind) -> Member | None:
    return Member.objects.filter(roles__kind=kind, is_active=True).order_by("pk").first()
