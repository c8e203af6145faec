"""Outreach of the invented province "tỉnh Vĩnh An": contracts with the simulators, 2,000 invented people, warnings.

Nothing here is real: phone numbers are of a range not in use, mail addresses of a host that does not exist.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction

from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.services import audit_record
from canhgiac.channels.push import new_key
from canhgiac.kit import clock
from canhgiac.kit.demo import SPEAKERS
from canhgiac.library.models import Checklist, ScamForm
from canhgiac.outreach.models import Consent, Provider, SavedAudience, SendingRules, Subscriber, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.selectors.consents import consent_texts_now

from .approval import warning_approve, warning_submit
from .consents import consent_texts_ensure
from .digests import address_digest
from .loudspeakers import loudspeaker_add
from .providers import ProviderData, provider_save
from .samples import SAMPLES, SampleWarning
from .warnings import WarningData, warning_draft

SEED = 2026
PROVINCE_CODE = "99"
COORDINATOR, APPROVER = "dieuphoi@vinhan.example", "pheduyet@vinhan.example"
PEOPLE = ((Way.SMS, 800), (Way.EMAIL, 700), (Way.ZALO, 300), (Way.MESSENGER, 200))
"""How many on each channel."""
GROUP_ODDS = (0.22, 0.08, 0.1, 0.08, 0.05, 0.12, 0.2, 0.02, 0.05, 0.3, 0.1, 0.02, 0.3, 0.25)
"""Share of each of ``Subscriber.GROUPS``."""
STAGES = ("approved", "in_review", "draft", "draft", "approved")
"""How far each of the sample warnings is."""


@transaction.atomic
def sample_outreach_load() -> int | None:
    """Loads everything once and gives the number of people; None where it is there already.

    The contracts are brought up to the ports of this start each time. Raises Member.DoesNotExist, Area.DoesNotExist
    without the sample province.
    """
    coordinator, approver = Member.objects.get(email=COORDINATOR), Member.objects.get(email=APPROVER)
    province = Area.objects.get(code=PROVINCE_CODE, level=Area.Level.PROVINCE)
    _providers(coordinator)
    if Subscriber.objects.exists():
        return None
    consent_texts_ensure()
    communes = list(
        Area.objects.filter(path__startswith=province.path, level=Area.Level.COMMUNE, valid_until=None).order_by("code")
    )
    people = Subscriber.objects.bulk_create(_people(communes), batch_size=1000)
    now, texts = clock.now(), consent_texts_now()
    given = {"act": Consent.Act.GIVEN, "means": Consent.Means.WEB, "at": now}
    Consent.objects.bulk_create(
        Consent(subscriber=one, digest=one.digest, text=texts[one.way], **given) for one in people
    )
    SendingRules.objects.get_or_create(
        pk=1,
        defaults={
            "opinion": "Cảnh báo lừa đảo của chương trình là tin thực hiện chính sách xã hội, không phải quảng cáo.",
            "opinion_on": dt.date(2026, 11, 3),
            "opinion_by": "Phòng Pháp chế (hư cấu)",
        },
    )
    for commune, name, key in SPEAKERS:
        if (area := next((one for one in communes if one.name == commune), None)) is not None:
            loudspeaker_add(by=coordinator, area=area, name=name, key=key)
    elderly = Rule(groups=("elderly",)).to_json()
    SavedAudience.objects.create(name="Người cao tuổi toàn tỉnh", rule=elderly, made_by=coordinator)
    for sample, stage in zip(SAMPLES, STAGES, strict=True):
        _warning(sample, stage, coordinator, approver)
    audit_record(by=None, act="outreach.samples_load", subject=province, facts={"people": len(people)})
    return len(people)


def _people(communes: list[Area]) -> Iterator[Subscriber]:
    chance = random.Random(SEED)  # noqa: S311  # invented, the same each run
    now = clock.now()
    for way, many in PEOPLE:
        for number in range(many):
            address = _address(way, number)
            groups = sum(1 << bit for bit, odds in enumerate(GROUP_ODDS) if chance.random() < odds)
            yield Subscriber(
                way=way,
                address=address,
                digest=address_digest(way, address),
                area=chance.choice(communes) if chance.random() < 0.94 else None,
                groups=groups,
                with_marks=chance.random() < 0.3,
                state=Subscriber.State.ACTIVE,
                origin="web",
                lot=chance.randrange(100),
                token=secrets.token_urlsafe(18),
                made_at=now - dt.timedelta(days=chance.randrange(1, 60), seconds=chance.randrange(86_400)),
                confirmed_at=now,
            )


def _address(way: Way, number: int) -> str:
    """Phones 0900 000 100 to 0900 000 899: their last two digits 90 to 97 make the simulators give trouble."""
    if way == Way.SMS:
        return f"+84900000{number + 100:03}"
    if way == Way.EMAIL:
        trouble = {7: "tuchoi", 8: "tamloi"}.get(number % 100, "nguoi")
        return f"{trouble}{number:04}@thu.vinhan.example"
    return f"{8_400_000_000_000 + number}" if way == Way.ZALO else f"{5_000_000_000_000 + number}"


def _providers(coordinator: Member) -> None:
    """One contract a channel with the simulators of this machine, on the ports of this start."""
    api, smpp = f"http://127.0.0.1:{settings.SIMULATOR_API_PORT}", settings.SIMULATOR_SMPP_PORT
    zalo = {"app_id": "4290000000000000001", "api": f"{api}/zalo", "business": f"{api}/zalo", "oauth": f"{api}/zalo"}
    here = {"media_hosts": ["127.0.0.1"]}  # pictures that people send lie on this machine
    mail = {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "bounce": "tra-lai@thu.vinhan.example",
        "mailboxes": ["huy@thu.vinhan.example"],
    }
    # The secrets are the simulators' own, known to all.
    kept: tuple[tuple[str, ProviderData], ...] = (
        _kept("SMS mô phỏng", Way.SMS, Provider.Wire.SMPP, "CA VINH AN", {"host": "127.0.0.1", "port": smpp,
              "system_id": "vinhan", "reply_to": "8099", "timeout": 3}, {"password": ""}, rate=200, cost=300),
        _kept("Thư mô phỏng", Way.EMAIL, Provider.Wire.SMTP, "Cảnh Giác Vĩnh An <canhbao@vinhan.example>", mail, {},
              rate=100, connections=4),
        _kept("Zalo mô phỏng", Way.ZALO, Provider.Wire.ZALO, "3010000000000000001", zalo | here, {
              "secret": "khoa-thu-cua-ung-dung-zalo", "oa_secret": "khoa-thu-cua-tai-khoan-zalo",
              "refresh": "refresh-0-94762f4b55c77644c688ec18815a172f"}, rate=50),
        _kept("Messenger mô phỏng", Way.MESSENGER, Provider.Wire.MESSENGER, "100000000000001",
              {"api": f"{api}/facebook"} | here, {"token": "khoa-thu-cua-trang-facebook",
              "app_secret": "bi-mat-thu-cua-ung-dung-facebook", "verify_token": "ma-thu-xac-nhan-facebook"}, rate=50),
        # Real browsers reach their makers' services, which the demo's key may use too; its own browsers are at home.
        _kept("Thông báo đẩy", Way.PUSH, Provider.Wire.PUSH, "", {"subject": "mailto:canhbao@vinhan.example",
              "allow_loopback": True}, {"key": new_key()}, rate=50),
    )  # fmt: skip
    for name, data in kept:
        row = Provider.objects.filter(name=name).first()
        if row is None:
            row = provider_save(by=coordinator, data=data)
            Provider.objects.filter(pk=row.pk).update(is_demo=True)
        elif row.settings != dict(data.settings):
            Provider.objects.filter(pk=row.pk).update(settings=dict(data.settings), version=row.version + 1)


def _kept(  # noqa: PLR0917  # one row of a table
    name: str, way: Way, wire: Provider.Wire, sender: str, given: dict[str, Any], secret: dict[str, str], **more: Any
) -> tuple[str, ProviderData]:
    return name, ProviderData(name=name, way=way, wire=wire, sender=sender, settings=given, secret=secret, **more)


def _warning(sample: SampleWarning, stage: str, coordinator: Member, approver: Member) -> Alert:
    """Goes the way people go: written, handed in, approved by another."""
    data = WarningData(
        title=sample.title,
        happens=sample.happens,
        signs=sample.signs,
        advice=sample.advice,
        form=ScamForm.objects.filter(code=sample.form).first(),
        audience=sample.audience,
        severity=sample.severity,
        expires_at=clock.now() + dt.timedelta(days=30),
    )
    row = warning_draft(by=coordinator, data=data)
    if stage != "draft":
        row = warning_submit(by=coordinator, warning=row, version=row.version)
    if stage == "approved":
        checklist = {point: {"ok": True, "note": ""} for point in Checklist.values}
        row = warning_approve(by=approver, warning=row, checklist=checklist, note="", version=row.version)
    return row
