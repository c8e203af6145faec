"""Observations, collaborators and an outbreak among noise, written down as tips, the assistant and signals would."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid
from collections.abc import Sequence
from typing import Any

from canhgiac.agencies.models import Agency, Area, Member, Role
from canhgiac.kit import clock
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.radar.models import Card, Cluster, Collaborator, Signal
from canhgiac.radar.services.signals import SignalData, signal_send
from canhgiac.tips.models import Observation
from canhgiac.tips.selectors.blind import blind_token

from . import agencies

_number = itertools.count(1)
WORDS = (
    "có người gọi điện xưng công an xã bảo cập nhật định danh mức hai trong hôm nay nếu không sẽ khóa tài khoản "
    "rồi gửi đường dẫn cài ứng dụng lạ yêu cầu nhập mật khẩu ngân hàng"
)
OTHER_WORDS = (
    "shop bán hàng trên mạng đăng khuyến mãi lớn bắt đặt cọc trước toàn bộ rồi chặn liên lạc không giao hàng cho "
    "khách mua đồ gia dụng giá rẻ cuối năm"
)


def observation(
    *,
    words: str = "",
    consented: bool = False,
    form: str = "",
    area: Area | None = None,
    at: dt.datetime | None = None,
    phones: Sequence[str] = (),
    source: Observation.Source = Observation.Source.TIP,
    weight: float = 1.0,
    origin: str = "",
) -> Observation:
    """One thing seen; ``words`` only make the sketch unless ``consented``."""
    return Observation.objects.create(
        source=source,
        at=at or clock.now(),
        area=area,
        form=form,
        sketch=text_sketch(words),
        tokens=[blind_token("phone", phone) for phone in phones],
        weight=weight,
        words=words if consented else "",
        origin=origin or f"test:{next(_number)}",
    )


def cluster(*, name: str = "Cụm thử", form: str = "", at: dt.datetime | None = None) -> Cluster:
    """An empty cluster."""
    moment = at or clock.now()
    return Cluster.objects.create(name=name, form=form, first_at=moment, last_at=moment)


def card(*, of: Cluster | None = None, area: Area | None = None, observed: float = 6, **facts: object) -> Card:
    """An open card of a cluster."""
    moment = clock.now()
    told = {"days": 1, "day": clock.today().isoformat(), "sources": {"tip": int(observed)}, "places": 1} | facts
    return Card.objects.create(
        cluster=of or cluster(),
        area=area,
        since=moment - dt.timedelta(hours=6),
        first_seen_at=moment - dt.timedelta(hours=8),
        observed=observed,
        expected=0.2,
        q_value=0.004,
        facts=told,
    )


def tip_officer(agency: Agency) -> Member:
    """A member who reads tips."""
    someone = agencies.member(full_name="Cán Bộ Tin Báo", agency=agency)
    agencies.role(someone, Role.Kind.TIP_OFFICER, agency)
    return someone


def collaborator(agency: Agency, *areas: Area, full_name: str = "Cộng Tác Viên") -> Collaborator:
    """A member in the register of collaborators, with the role."""
    someone = agencies.member(full_name=full_name, agency=agency)
    agencies.role(someone, Role.Kind.COLLABORATOR, agency)
    row = Collaborator.objects.create(member=someone)
    row.areas.set(areas)
    return row


def signal(of: Collaborator, *, area: Area, words: str = "Có người gọi xưng công an", **given: Any) -> Signal:
    """A signal through the service, as a phone sends it."""
    return signal_send(
        by=of.member,
        data=SignalData(area=area, words=words, **given),
        client_key=uuid.uuid4(),
    )


def noise(communes: Sequence[Area], *, days: int = 60, a_day: float = 6.0, seed: int = 5) -> None:
    """An ordinary past of some tricks spread over the communes, ending yesterday."""
    chance = random.Random(seed)
    made = []
    for back in range(days, 0, -1):
        for _one in range(max(0, round(chance.gauss(a_day, 2)))):
            at = clock.now() - dt.timedelta(days=back, minutes=chance.randrange(600))
            trick = chance.randrange(6)
            words = f"{' '.join(f'tu{trick}chu{n}' for n in range(24))} them{chance.randrange(99)}"
            made.append(
                Observation(
                    source=Observation.Source.TIP,
                    at=at,
                    area=chance.choice(communes),
                    sketch=text_sketch(words),
                    origin=f"noise:{next(_number)}",
                )
            )
    Observation.objects.bulk_create(made)


def outbreak(commune: Area, *, count: int = 6, form: str = "") -> list[Observation]:
    """The same trick told by several people of one commune today."""
    start = clock.now() - dt.timedelta(hours=3)
    return [
        observation(
            words=f"{WORDS} lần {number}",
            consented=number % 2 == 0,
            form=form,
            area=commune,
            at=start + dt.timedelta(minutes=number),
        )
        for number in range(count)
    ]
