"""Invented tips of the invented province: a vault, two officers with keys, sixty days of what people tell.

Everything is made up: hosts end in .test, numbers are of ranges not in use. Written in bulk; only what joins goes
through the joining, so that the cases are real ones.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.services import DEMO_PASSWORD, audit_record
from canhgiac.engines.lookup.keys import Key, key_of
from canhgiac.indicators.services.sightings import Report, sightings_add
from canhgiac.kit import clock
from canhgiac.kit.sealing import Cost, KeyPair, box, code_keys, new_key, seal, wrap_by_passphrase
from canhgiac.kit.shares import share_digest, split_secret
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.tips.models import (
    MemberKey,
    Observation,
    RecoveryShare,
    Tip,
    TipEvent,
    TipMessage,
    TipPart,
    TipToken,
    VaultGrant,
    VaultKey,
)
from canhgiac.tips.selectors.blind import code_salt, key_tokens, sketch_tokens
from canhgiac.tips.selectors.deadlines import due_of
from canhgiac.tips.selectors.retention import erase_day
from canhgiac.tips.selectors.samples import SAMPLE_CODES

from .consent import consent_first
from .intake import loss_step
from .joining import tip_join
from .parts import Facts, facts_told

OFFICERS = ("tiepnhan@vinhan.example", "tiepnhan2@vinhan.example")
HOLDERS = ("Giám đốc Công an tỉnh (mẫu)", "Phó Giám đốc (mẫu)", "Trưởng phòng An ninh mạng (mẫu)")
CHEAP = Cost(1, 8 * 2**20)
"""The demo's passphrase is published: a dear key would only slow the first start."""
LONE, DAYS = 96, 60
_STORIES = (
    (
        "F14",
        "Có người gọi xưng cán bộ điều tra, nói tôi dính vụ rửa tiền, bắt ở yên và chuyển {amount} để {why}.",
    ),
    ("F12", "Tôi làm nhiệm vụ thả tim trên mạng, lúc đầu được trả tiền, sau phải nạp {amount} mới rút được. {why}."),
    (
        "F11",
        "Nhóm đầu tư mời tôi nạp vàng trên sàn lạ, tài khoản báo lãi nhưng rút thì đòi thêm {amount} gọi là {why}.",
    ),
    ("N05", "Người xưng nhân viên điện lực bảo cài ứng dụng để khỏi bị cắt điện, sau đó mất {amount}. {why}."),
    ("F15", "Tôi đặt mua hàng trên một trang mới lập, chuyển cọc {amount} thì người bán chặn số. {why}."),
    ("F13", "Bạn tôi nhắn mượn {amount} qua mạng xã hội, gọi lại mới biết tài khoản bị chiếm. {why}."),
    ("F07", "Công ty tài chính lạ duyệt vay nhanh rồi đòi phí bảo hiểm {amount} trước khi giải ngân. {why}."),
    ("N02", "Có người gọi bảo ra cập nhật định danh sau sáp nhập xã, gửi đường dẫn tải ứng dụng. {why}."),
    ("F05", "Người lạ gọi báo con tôi cấp cứu ở bệnh viện, cần đóng gấp {amount}. {why}."),
    ("F01", "Tôi mua gói du lịch giá rẻ, đóng {amount} rồi không ai đón. {why}."),
)
_WHY = (
    "xác minh nguồn tiền",
    "Họ giục liên tục và cấm kể với người nhà",
    "Tôi còn giữ ảnh chụp màn hình",
    "Số điện thoại đó giờ không gọi được",
    "Hàng xóm tôi cũng nhận được lời mời giống vậy",
    "Tôi phát hiện sau khi hỏi con trai",
    "Người ta gửi giấy có dấu đỏ qua tin nhắn",
    "Tôi chưa kịp báo ngân hàng",
)
_WAVES = (
    (
        "F14",
        "phone",
        "0900 000 41{n}",
        "Cả thôn nhận cuộc gọi xưng công an xã, bắt cài ứng dụng định danh mới từ một trang.",
    ),
    ("N05", "link", "dienluc-hotro{n}.test/app", "Tin nhắn dọa cắt điện chiều nay, bấm link tải ứng dụng điện lực lạ."),
    (
        "F11",
        "account",
        "97043{n}:19990000{n}88",
        "Nhóm đầu tư dầu khí rủ nạp tiền vào một tài khoản công ty rồi khóa nhóm.",
    ),
    (
        "F12",
        "social",
        "https://facebook.com/viec.nhe.mau{n}",
        "Trang tuyển cộng tác viên chốt đơn yêu cầu nạp tiền theo gói.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One tip to be written."""

    story: str
    form: str
    at: dt.datetime
    amount: int | None = None
    keys: tuple[Key, ...] = ()
    sent_at: dt.datetime | None = None
    code: str = ""


@transaction.atomic
def samples_load() -> int:
    """Writes the sample tips, once; answers how many. Raises Member.DoesNotExist without the sample province."""
    if VaultKey.objects.exists() or Tip.objects.exists():
        return 0
    officers = [Member.objects.get(email=email) for email in OFFICERS]
    vault = _vault(officers)
    drafts = _drafts(random.Random(20261122), clock.now())  # noqa: S311  # invented stories, the same each time
    tips = _written(vault, officers, drafts)
    for tip in tips:
        if tip.state in (Tip.State.NEW, Tip.State.TRIAGE):
            tip_join(tip=tip)
    audit_record(by=None, act="tips.samples_load", subject=vault, facts={"tips": len(tips)})
    return len(tips)


def _vault(officers: list[Member]) -> VaultKey:
    """A vault that both sample officers open with the demo's password."""
    pair, maker = KeyPair.new(), officers[0]
    vault = VaultKey.objects.create(generation=1, public_key=pair.public, threshold=2, made_by=maker)
    for officer in officers:
        own = KeyPair.new()
        held = wrap_by_passphrase(DEMO_PASSWORD, own.private, cost=CHEAP)
        key = MemberKey.objects.create(
            member=officer,
            public_key=own.public,
            private_wrapped=held.sealed,
            salt=held.salt,
            ops=held.cost.ops,
            memory=held.cost.memory,
        )
        VaultGrant.objects.create(vault=vault, key=key, sealed=seal(own.public, pair.private), granted_by=maker)
    shares = split_secret(pair.private, shares=len(HOLDERS), threshold=2)
    RecoveryShare.objects.bulk_create(
        RecoveryShare(vault=vault, number=number, holder=name, digest=share_digest(share))
        for number, (name, share) in enumerate(zip(HOLDERS, shares, strict=True), start=1)
    )
    consent_first()
    return vault


def _drafts(dice: random.Random, now: dt.datetime) -> list[_Draft]:
    """Stories over sixty days: lone ones, four waves, one golden hour, three of the same, three with a known code."""
    found = []
    for number in range(LONE):
        form, story = dice.choice(_STORIES)
        amount = dice.choice(
            (None, None, 500_000, 1_800_000, 7_500_000, 32_000_000, 120_000_000, 350_000_000, 650_000_000)
        )
        words = f"{amount:,} đồng".replace(",", ".") if amount else "tiền"
        at = now - dt.timedelta(days=dice.uniform(0.1, DAYS))
        keys: tuple[Key, ...] = (key_of("phone", f"0900 001 {number:03}"),) if dice.random() < 0.7 else ()
        if dice.random() < 0.4:
            keys += (key_of("account", f"97042{dice.randint(2, 3)}:88{number:08}"),)
        found.append(_Draft(story.format(amount=words, why=dice.choice(_WHY)), form, at, amount, keys))
    for wave, (form, kind, value, story) in enumerate(_WAVES):
        key = key_of(kind, value.format(n=wave + 2))
        start = now - dt.timedelta(days=4 + wave * 9)
        for step in range(5):
            words = f"{story} {dice.choice(_WHY)}."
            found.append(_Draft(words, form, start + dt.timedelta(hours=step * 7), 5_000_000 * step or None, (key,)))
    same = "Trang bán vé tàu Tết giả nhận tiền rồi khóa, tôi và mấy người trong xóm cùng bị, đường dẫn giống hệt nhau."
    link = key_of("link", "vetau-tet.test/dat-ve")
    found += [_Draft(same, "F15", now - dt.timedelta(minutes=50 + step), 1_500_000, (link,)) for step in range(3)]
    found.append(
        _Draft(
            "Sáng nay tôi chuyển 85 triệu cho người xưng kiểm sát viên, giờ mới biết bị lừa. Xin giữ tiền lại giúp.",
            "F14",
            now - dt.timedelta(minutes=25),
            85_000_000,
            (key_of("account", "970405:1900000000123"), key_of("phone", "0900 000 199")),
            sent_at=now - dt.timedelta(hours=2),
        )
    )
    coded = [12, 30, 57]
    return [
        _with_code(draft, SAMPLE_CODES[coded.index(place)]) if place in coded else draft
        for place, draft in enumerate(found)
    ]


def _with_code(draft: _Draft, code: str) -> _Draft:
    return _Draft(draft.story, draft.form, draft.at, draft.amount, draft.keys, draft.sent_at, code)


def _written(vault: VaultKey, officers: list[Member], drafts: list[_Draft]) -> list[Tip]:
    """The rows of all drafts, the oldest first, in a dozen statements."""
    dice = random.Random(7)  # noqa: S311  # the same each time
    forms = {form.code: form for form in ScamForm.objects.all()}
    communes = list(
        Area.objects.filter(level=Area.Level.COMMUNE, valid_until=None, code__startswith="99").order_by("pk")
    )
    public, consent = bytes(vault.public_key), consent_first()
    drafts = sorted(drafts, key=lambda one: one.at)
    keys = [new_key() for _ in drafts]
    tips = [_row(draft, key, public, dice) for draft, key in zip(drafts, keys, strict=True)]
    for tip, draft in zip(tips, drafts, strict=True):
        tip.vault, tip.consent, tip.form = vault, consent, forms.get(draft.form)
        tip.area = dice.choice(communes) if communes else None
        if draft.sent_at is None:
            _lived(tip, officers, dice)
    Tip.objects.bulk_create(tips)
    pairs = list(zip(tips, drafts, keys, strict=True))
    TipPart.objects.bulk_create(part for pair in pairs for part in _parts(*pair))
    TipMessage.objects.bulk_create(_answer(tip, key) for tip, _draft, key in pairs if tip.state == Tip.State.CLOSED)
    sketches = [text_sketch(draft.story) for draft in drafts]
    TipToken.objects.bulk_create(
        (token for pair, sketch in zip(pairs, sketches, strict=True) for token in _tokens(pair[0], pair[1], sketch)),
        ignore_conflicts=True,
    )
    Observation.objects.bulk_create(
        Observation(
            source=Observation.Source.TIP,
            at=tip.received_at,
            area=tip.area,
            form=draft.form,
            sketch=sketch,
            tokens=list(key_tokens(draft.keys).values()),
            origin=f"tips.tip:{tip.pk}",
        )
        for (tip, draft, _key), sketch in zip(pairs, sketches, strict=True)
        if tip.state != Tip.State.SPAM
    )
    TipEvent.objects.bulk_create(event for tip in tips for event in _events(tip))
    sightings_add(
        [
            Report(key=key, source="tip", at=tip.received_at, area_id=tip.area_id, origin=f"tips.tip:{tip.pk}")
            for tip, draft, _content in pairs
            for key in draft.keys
            if tip.state != Tip.State.SPAM
        ]
    )
    return tips


def _row(draft: _Draft, content: bytes, public: bytes, dice: random.Random) -> Tip:
    codes = code_keys(draft.code, code_salt(), cost=Cost(*settings.TIP_CODE_COST)) if draft.code else None
    channels = [Tip.Channel.WEB] * 6 + [
        Tip.Channel.PHONE,
        Tip.Channel.WALK_IN,
        Tip.Channel.ASSISTANT,
        Tip.Channel.SIGNAL,
    ]
    banks = [key.value.partition(":")[0] for key in draft.keys if key.kind == "account"]
    return Tip(
        code_digest=codes.digest if codes else secrets.token_hex(32),
        key_sealed=seal(public, content),
        key_by_code=box(codes.wrap if codes else new_key(), content, what="content", pad=64),
        channel=Tip.Channel.WEB if draft.code else dice.choice(channels),
        received_at=draft.at,
        happened_on=draft.at.date() - dt.timedelta(days=dice.randint(0, 3)),
        form_guess=draft.form,
        loss=loss_step(draft.amount),
        sent_money_at=draft.sent_at,
        banks=banks,
        is_named=dice.random() < 0.5,
        due_on=due_of(draft.at),
    )


def _lived(tip: Tip, officers: list[Member], dice: random.Random) -> None:
    """How far it has come: the older, the further; a few are late, a few are spam."""
    age, chance = (clock.now() - tip.received_at).days, dice.random()
    if age < 3 or chance < 0.08:
        return
    tip.assigned_to = dice.choice(officers)
    tip.assigned_agency, tip.state, tip.waits_for_us = tip.assigned_to.agency, Tip.State.TRIAGE, chance < 0.3
    if age > 10 and chance > 0.25:
        tip.state, tip.outcome = Tip.State.CLOSED, dice.choice(("handled", "handled", "no_crime", "not_enough"))
        tip.closed_at, tip.waits_for_us = tip.received_at + dt.timedelta(days=dice.randint(2, min(age - 1, 24))), False
        tip.erase_on = erase_day(tip)
    elif chance > 0.94:
        tip.state, tip.outcome, tip.closed_at = Tip.State.SPAM, "spam", tip.received_at + dt.timedelta(days=1)
        tip.erase_on = erase_day(tip)
    elif chance > 0.2:
        tip.state, tip.waits_for_us = Tip.State.ASKED, False


def _parts(tip: Tip, draft: _Draft, key: bytes) -> list[TipPart]:
    told: list[tuple[str, dict[str, Any]]] = [
        (TipPart.Kind.STORY, {"story": draft.story}),
        (TipPart.Kind.FACTS, facts_told(Facts(amount=draft.amount, keys=draft.keys, confirmed=True))),
    ]
    if tip.is_named:
        who = {"name": "Người Báo Mẫu", "phone": "0900000500", "address": "", "email": "", "may_call": True}
        told.append((TipPart.Kind.IDENTITY, who))
    return [
        TipPart(tip=tip, kind=kind, sealed=box(key, json.dumps(part, ensure_ascii=False).encode(), what=kind))
        for kind, part in told
    ]


def _answer(tip: Tip, key: bytes) -> TipMessage:
    words = "Cảm ơn bạn đã báo tin. Chúng tôi đã xác minh và trả lời theo quy định."
    sealed = box(key, words.encode(), what="message")
    return TipMessage(tip=tip, from_sender=False, sealed=sealed, by=tip.assigned_to, at=tip.closed_at or clock.now())


def _tokens(tip: Tip, draft: _Draft, sketch: bytes) -> list[TipToken]:
    rows = [(key.kind.value, token) for key, token in key_tokens(draft.keys).items()]
    rows += [("text", token) for token in sketch_tokens(sketch)]
    return [TipToken(tip=tip, kind=kind, token=token) for kind, token in rows]


def _events(tip: Tip) -> list[TipEvent]:
    found = [TipEvent(tip=tip, what="received", at=tip.received_at, public=True)]
    if tip.assigned_to is not None:
        at = tip.received_at + dt.timedelta(hours=5)
        facts = {"to": tip.assigned_to_id, "agency": tip.assigned_agency_id}
        found.append(TipEvent(tip=tip, what="taken", at=at, by=tip.assigned_to, facts=facts, public=True))
    if tip.state == Tip.State.ASKED:
        at = tip.received_at + dt.timedelta(hours=9)
        found.append(TipEvent(tip=tip, what="asked", at=at, by=tip.assigned_to, public=True))
    if tip.state == Tip.State.CLOSED and tip.closed_at:
        said = {"outcome": tip.outcome}
        found.append(TipEvent(tip=tip, what="closed", at=tip.closed_at, by=tip.assigned_to, facts=said, public=True))
    return found
