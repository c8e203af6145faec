"""Collaborators and their signals: sent once, covered, weighed by what proved true, answered, withdrawn."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable

import pytest
from PIL import Image

from canhgiac.agencies.models import Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.radar.models import Cluster, ClusterDay, Collaborator
from canhgiac.radar.services.collaborators import (
    CollaboratorData,
    collaborator_add,
    collaborator_edit,
    collaborator_end,
)
from canhgiac.radar.services.gathering import observations_gather
from canhgiac.radar.services.refusals import RadarRefused
from canhgiac.radar.services.signals import (
    SignalData,
    photo_store,
    signal_decide,
    signal_photo_add,
    signal_send,
    signal_withdraw,
)
from canhgiac.tips.models import Observation
from tests.factories import agencies, library, radar
from tests.factories.agencies import Cast


@pytest.fixture
def sender(cast: Cast) -> Collaborator:
    return radar.collaborator(cast.commune, cast.commune_area)


def test_a_signal_sent_twice_is_one_and_becomes_an_observation(cast: Cast, sender: Collaborator) -> None:
    edition, key = library.form(), uuid.uuid4()
    data = SignalData(area=cast.commune_area, form=edition.form, how_many=3)
    first = signal_send(by=sender.member, data=data, client_key=key)
    assert signal_send(by=sender.member, data=data, client_key=key) == first
    row = Observation.objects.get()
    assert (row.source, row.form, row.area, row.weight) == ("signal", edition.form.code, cast.commune_area, 0.75)
    assert row.origin == f"radar.signal:{first.pk}"


def test_words_are_covered_before_they_are_kept_and_numbers_become_tokens(cast: Cast, sender: Collaborator) -> None:
    words = "Anh Nguyễn Văn An xưng công an, gọi từ 0900 000 001, bảo vào vneid-capnhat.test cập nhật ngay"
    signal = radar.signal(sender, area=cast.commune_area, words=words)
    assert "Nguyễn" not in signal.words
    assert "0900" not in signal.words
    row = Observation.objects.get()
    assert row.words == signal.words
    assert len(row.tokens) == 2
    assert len(row.sketch) == 130


def test_sending_much_weighs_nothing_more(cast: Cast, sender: Collaborator) -> None:
    for _ in range(5):
        radar.signal(sender, area=cast.commune_area)
    weights = sorted(Observation.objects.values_list("weight", flat=True))
    assert weights == [0, 0, 0, 0, 0.75]


def test_what_cannot_be_sent(cast: Cast, sender: Collaborator) -> None:
    data = SignalData(area=cast.commune_area, words="Có người gọi lạ")
    with pytest.raises(NotAllowed):
        signal_send(by=cast.officer, data=data, client_key=uuid.uuid4())
    with pytest.raises(RadarRefused, match="vài chữ"):
        signal_send(by=sender.member, data=SignalData(area=cast.commune_area), client_key=uuid.uuid4())
    old = SignalData(area=cast.commune_area, words="Lâu rồi", seen_at=clock.now() - dt.timedelta(days=70))
    with pytest.raises(RadarRefused, match="60 ngày"):
        signal_send(by=sender.member, data=old, client_key=uuid.uuid4())
    other = radar.collaborator(cast.commune, cast.commune_area)
    taken = radar.signal(other, area=cast.commune_area)
    with pytest.raises(RadarRefused, match="người khác"):
        signal_send(by=sender.member, data=data, client_key=taken.client_key)
    Collaborator.objects.filter(pk=sender.pk).update(ended_on=clock.today())
    with pytest.raises(RadarRefused, match="danh sách"):
        signal_send(by=sender.member, data=data, client_key=uuid.uuid4())


def test_a_future_moment_of_a_wrong_clock_becomes_now(cast: Cast, sender: Collaborator) -> None:
    signal = radar.signal(sender, area=cast.commune_area, seen_at=clock.now() + dt.timedelta(days=3))
    assert signal.seen_at <= clock.now()


def test_the_answer_thanks_and_moves_the_weight(cast: Cast, sender: Collaborator) -> None:
    signal = radar.signal(sender, area=cast.commune_area)
    signal_decide(by=cast.coordinator, signal=signal, state="confirmed", feedback="Đã báo công an xã")
    sender.refresh_from_db()
    assert (sender.confirmed, sender.refuted) == (1, 0)
    notice = Notice.objects.get(member=sender.member)
    assert notice.subject.startswith("Cảm ơn bạn")
    assert notice.body == "Đã báo công an xã"
    signal_decide(by=cast.coordinator, signal=signal, state="refuted")
    sender.refresh_from_db()
    assert (sender.confirmed, sender.refuted) == (0, 1)
    signal_decide(by=cast.coordinator, signal=signal, state="unclear")
    sender.refresh_from_db()
    assert (sender.confirmed, sender.refuted) == (0, 0)
    with pytest.raises(RadarRefused, match="Chọn"):
        signal_decide(by=cast.coordinator, signal=signal, state="new")
    with pytest.raises(NotAllowed):
        signal_decide(by=sender.member, signal=signal, state="confirmed")


def test_a_signal_withdrawn_is_forgotten_by_the_radar(cast: Cast, sender: Collaborator) -> None:
    signal = radar.signal(sender, area=cast.commune_area, words=radar.WORDS)
    observations_gather()
    assert Cluster.objects.get().size == 1
    with pytest.raises(RadarRefused, match="người khác"):
        signal_withdraw(by=cast.coordinator, signal=signal)
    signal_withdraw(by=sender.member, signal=signal)
    assert not Observation.objects.exists()
    assert not ClusterDay.objects.exists()
    assert Cluster.objects.get().size == 0
    with pytest.raises(RadarRefused, match="đã rút"):
        signal_decide(by=cast.coordinator, signal=signal, state="confirmed")
    answered = radar.signal(sender, area=cast.commune_area)
    signal_decide(by=cast.coordinator, signal=answered, state="confirmed")
    with pytest.raises(RadarRefused, match="không rút"):
        signal_withdraw(by=sender.member, signal=answered)


def test_a_photo_is_encoded_anew_and_what_is_none_is_refused(cast: Cast, sender: Collaborator) -> None:
    signal = radar.signal(sender, area=cast.commune_area)
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    row = signal_photo_add(by=sender.member, signal=signal, photo=made.getvalue())
    assert photo_store().get(row.photo_sha256).startswith(b"\xff\xd8")
    for bad in (b"<svg onload=alert(1)></svg>", b"", b"\xff\xd8\xff broken"):
        with pytest.raises(RadarRefused) as refusal:
            signal_photo_add(by=sender.member, signal=signal, photo=bad)
        assert refusal.value.field == "photo"
    with pytest.raises(RadarRefused, match="30 MB"):
        signal_photo_add(by=sender.member, signal=signal, photo=b"\xff\xd8\xff" + bytes(31 * 2**20))


def test_the_register_of_collaborators(cast: Cast) -> None:
    member = agencies.member(agency=cast.commune)
    data = CollaboratorData(areas=[cast.commune_area], standing=" Trưởng thôn ")
    row = collaborator_add(by=cast.coordinator, member=member, data=data)
    assert row.standing == "Trưởng thôn"
    with pytest.raises(RadarRefused, match="đã là"):
        collaborator_add(by=cast.admin, member=member, data=data)
    with pytest.raises(RadarRefused, match="địa bàn"):
        collaborator_edit(by=cast.coordinator, collaborator=row, data=CollaboratorData(areas=[]), version=1)
    row = collaborator_edit(by=cast.coordinator, collaborator=row, data=data, version=1)
    with pytest.raises(RadarRefused, match="vừa sửa"):
        collaborator_end(by=cast.coordinator, collaborator=row, version=1)
    row = collaborator_end(by=cast.coordinator, collaborator=row, version=2)
    assert row.ended_on == clock.today()
    with pytest.raises(RadarRefused, match="đã thôi"):
        collaborator_end(by=cast.coordinator, collaborator=row, version=3)
    assert collaborator_add(by=cast.coordinator, member=member, data=data).pk == row.pk
    acts: tuple[Callable[[], object], ...] = (
        lambda: collaborator_add(by=cast.officer, member=cast.officer, data=data),
        lambda: collaborator_edit(by=cast.officer, collaborator=row, data=data, version=1),
        lambda: collaborator_end(by=cast.officer, collaborator=row, version=1),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
