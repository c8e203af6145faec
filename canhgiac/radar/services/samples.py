"""An invented past of the sample province's radar with one invented outbreak, for the first look.

Nothing here happened: texts are the library's own examples, places and days come from a fixed seed.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.db import transaction

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.services import audit_record
from canhgiac.engines.recognition.sketching import covered
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.library.services.starter import starter_messages
from canhgiac.radar.models import Collaborator, Signal
from canhgiac.tips.models import Observation
from canhgiac.tips.selectors.blind import blind_token

from .bursts import bursts_watch
from .collaborators import CollaboratorData, collaborator_add
from .gathering import BATCH, observations_gather
from .signals import SignalData, signal_decide, signal_send

SEED = 214
PROVINCE_CODE = "99"
COORDINATOR, COLLABORATOR = "dieuphoi@vinhan.example", "congtacvien@vinhan.example"
STRUCK = "Xã Sơn Thủy"
OUTBREAK_FORM = "N02"
DAYS, A_DAY = 56, 9
USUAL = ("N08", "F12", "F15", "F07", "N05", "F14", "F17", "N12")
"""Forms of the past, the commonest first."""
OUTBREAK = tuple(
    opening + " vneid-capnhat.test " + ending
    for opening, ending in (
        (
            "Có người xưng cán bộ công an xã, bảo sau sáp nhập phải cập nhật lại VNeID ngay hôm nay, gửi đường dẫn",
            "bắt cài ứng dụng rồi nhập mã OTP ngân hàng",
        ),
        (
            "Gọi điện xưng công an xã nói sau sáp nhập phải cập nhật lại VNeID ngay trong hôm nay, gửi đường dẫn",
            "bắt cài ứng dụng và nhập mã OTP ngân hàng",
        ),
        (
            "Xưng cán bộ công an xã bảo sau sáp nhập phải cập nhật lại VNeID ngay hôm nay, bắt cài ứng dụng ở link",
            "rồi nhập mã OTP ngân hàng để xác minh",
        ),
    )
)


@transaction.atomic
def sample_radar_load() -> int | None:
    """Loads the past and the outbreak and lets the radar look; gives the cards raised, None where it is there already.

    Raises Member.DoesNotExist, Area.DoesNotExist without the sample province.
    """
    coordinator, sender = Member.objects.get(email=COORDINATOR), Member.objects.get(email=COLLABORATOR)
    province = Area.objects.get(code=PROVINCE_CODE, level=Area.Level.PROVINCE)
    if Collaborator.objects.filter(member=sender).exists():
        return None
    communes = list(
        Area.objects.filter(path__startswith=province.path, level=Area.Level.COMMUNE, valid_until=None).order_by("code")
    )
    struck = next(area for area in communes if area.name == STRUCK)
    Observation.objects.bulk_create(_past(communes, random.Random(SEED)))  # noqa: S311  # invented, the same each run
    Observation.objects.bulk_create(_outbreak(struck))
    collaborator = collaborator_add(
        by=coordinator,
        member=sender,
        data=CollaboratorData(areas=[struck], standing="Chi hội trưởng phụ nữ thôn"),
    )
    _signals(coordinator, collaborator, struck)
    while observations_gather(everything=True) == BATCH:
        pass
    cards = bursts_watch()
    audit_record(by=None, act="radar.sample_radar_load", subject=province, facts={"cards": len(cards)})
    return len(cards)


def _past(communes: list[Area], chance: random.Random) -> list[Observation]:
    """Some tricks spread over the communes on ordinary days."""
    texts = {form: [one.text for one in starter_messages() if one.form == form][:3] for form in USUAL}
    weights = [1 / (place + 1.5) for place in range(len(USUAL))]
    sources = (Observation.Source.TIP, Observation.Source.MESSAGE, Observation.Source.QUESTION)
    made = []
    for back in range(DAYS, 0, -1):
        day = clock.now() - dt.timedelta(days=back)
        for _one in range(max(0, round(chance.gauss(A_DAY * (0.7 if day.weekday() > 4 else 1), 2.5)))):
            form = chance.choices(USUAL, weights)[0]
            text, source = chance.choice(texts[form]), chance.choices(sources, (3, 4, 1))[0]
            made.append(
                Observation(
                    source=source,
                    at=day.replace(hour=chance.randrange(7, 22), minute=chance.randrange(60)),
                    area=chance.choice(communes) if source != Observation.Source.QUESTION else None,
                    form=form,
                    sketch=text_sketch(text),
                    weight=1.0 if source == Observation.Source.TIP else 0.5,
                    words=covered(text)[:1000] if chance.random() < 0.4 else "",
                    origin=f"sample:{uuid.UUID(int=chance.getrandbits(128), version=4)}",
                )
            )
    return made


def _outbreak(struck: Area) -> list[Observation]:
    """Seven tellings of one trick in one commune since last night."""
    now = clock.now()
    return [
        Observation(
            source=Observation.Source.TIP if number % 3 else Observation.Source.MESSAGE,
            at=now - dt.timedelta(minutes=10 + 4 * number),
            area=struck,
            form=OUTBREAK_FORM,
            sketch=text_sketch(OUTBREAK[number % 3]),
            tokens=[blind_token("link", "vneid-capnhat.test")],
            words=OUTBREAK[number % 3] if number % 2 else "",
            origin=f"sample:outbreak:{number}",
        )
        for number in range(7)
    ]


def _signals(coordinator: Member, collaborator: Collaborator, struck: Area) -> None:
    """What the collaborator told before, answered, and what waits for an answer."""
    forms = {form.code: form for form in ScamForm.objects.filter(code__in=("N08", "N05", OUTBREAK_FORM))}
    told = (
        (
            "N08",
            20,
            "Có người giao hàng lạ bắt chuyển khoản trước",
            Signal.State.CONFIRMED,
            "Đã nhắc cả thôn, cảm ơn chị.",
        ),
        ("N05", 9, "Gọi xưng điện lực dọa cắt điện", Signal.State.CONFIRMED, "Đúng là số giả, điện lực đã báo."),
        (OUTBREAK_FORM, 0, "Hai nhà trong thôn bị gọi bảo cập nhật VNeID", "", ""),
    )
    for code, back, words, state, feedback in told:
        signal = signal_send(
            by=collaborator.member,
            data=SignalData(
                area=struck,
                form=forms.get(code),
                words=words,
                seen_at=clock.now() - dt.timedelta(days=back, minutes=20),
            ),
            client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"sample-signal-{code}"),
        )
        if state:
            signal_decide(by=coordinator, signal=signal, state=state, feedback=feedback)
