"""Cards are watched, drafted, dismissed, opened again; signals behind them learn from it."""

from __future__ import annotations

import pytest

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.warnings import WarningData, warning_draft
from canhgiac.radar.models import Card, Cluster, Collaborator, Signal
from canhgiac.radar.services.cards import card_dismiss, card_draft, card_reopen, card_watch
from canhgiac.radar.services.gathering import observations_gather
from canhgiac.radar.services.refusals import RadarRefused
from canhgiac.radar.services.reliability import reliability_recount, weight_of
from tests.factories import library, radar
from tests.factories.agencies import Cast


@pytest.fixture
def sender(cast: Cast) -> Collaborator:
    return radar.collaborator(cast.commune, cast.commune_area)


def _card_with_signal(cast: Cast, sender: Collaborator) -> tuple[Card, Signal]:
    signal = radar.signal(sender, area=cast.commune_area, words=radar.WORDS)
    observations_gather()
    return radar.card(of=Cluster.objects.get(), area=cast.commune_area), signal


def test_one_act_makes_a_draft_and_counts_the_hours(cast: Cast) -> None:
    edition = library.form(name="Giả danh công an")
    card = radar.card(
        of=radar.cluster(name="Giả danh công an: định danh", form=edition.form.code), area=cast.commune_area
    )
    alert = card_draft(by=cast.coordinator, card=card, version=1)
    assert alert.title == "Cảnh báo: Giả danh công an tại Xã Đồi Mây"
    assert alert.signs.splitlines() == edition.sign_titles
    assert alert.advice.splitlines() == edition.during
    assert list(alert.areas.all()) == [cast.commune_area]
    assert alert.first_seen_at == card.first_seen_at
    assert alert.origin == f"radar.card:{card.pk}"
    card.refresh_from_db()
    assert (card.state, card.was_right) == (Card.State.DRAFTED, True)
    entry = AuditEntry.objects.get(act="radar.card_draft")
    assert float(entry.facts["hours_from_first"]) == pytest.approx(8, abs=0.1)
    again = card_draft(by=cast.coordinator, card=card, version=card.version)
    assert again == alert
    assert Alert.objects.count() == 1


def test_a_draft_without_a_card_and_without_the_right_role(cast: Cast) -> None:
    data = WarningData(title="Cảnh báo thử", happens="Có người gọi.")
    alert = warning_draft(by=cast.coordinator, data=data)
    assert alert.origin == ""
    with pytest.raises(NotAllowed):
        warning_draft(by=cast.officer, data=data)


def test_a_true_card_confirms_the_signals_behind_it(cast: Cast, sender: Collaborator) -> None:
    card, signal = _card_with_signal(cast, sender)
    card_draft(by=cast.coordinator, card=card, version=1)
    signal.refresh_from_db()
    sender.refresh_from_db()
    assert signal.state == Signal.State.CONFIRMED
    assert (sender.confirmed, sender.refuted) == (1, 0)
    assert weight_of(sender) == 0.8


def test_a_false_card_refutes_them_until_it_is_opened_again(cast: Cast, sender: Collaborator) -> None:
    card, signal = _card_with_signal(cast, sender)
    row = card_dismiss(by=cast.coordinator, card=card, version=1, reason="Diễn tập", was_right=False)
    signal.refresh_from_db()
    sender.refresh_from_db()
    assert signal.state == Signal.State.REFUTED
    assert weight_of(sender) == 0.6
    card_reopen(by=cast.coordinator, card=row, version=row.version)
    signal.refresh_from_db()
    sender.refresh_from_db()
    assert signal.state == Signal.State.NEW
    assert (sender.confirmed, sender.refuted) == (0, 0)


def test_where_nobody_knows_the_signals_stay_open(cast: Cast, sender: Collaborator) -> None:
    card, signal = _card_with_signal(cast, sender)
    card_dismiss(by=cast.coordinator, card=card, version=1, reason="Không đủ tin", was_right=None)
    signal.refresh_from_db()
    assert signal.state == Signal.State.NEW


def test_a_settled_card_and_a_stale_look_are_refused(cast: Cast) -> None:
    card = radar.card()
    with pytest.raises(RadarRefused, match="lý do"):
        card_dismiss(by=cast.coordinator, card=card, version=1, reason="  ", was_right=None)
    watched = card_watch(by=cast.coordinator, card=card, version=1)
    assert watched.state == Card.State.WATCHED
    with pytest.raises(RadarRefused, match="Người khác"):
        card_watch(by=cast.coordinator, card=card, version=1)
    card_dismiss(by=cast.coordinator, card=card, version=2, reason="Xong", was_right=None)
    with pytest.raises(RadarRefused, match="đã được xử lý"):
        card_draft(by=cast.coordinator, card=card, version=3)


def test_a_card_is_not_opened_again_beside_an_open_one(cast: Cast) -> None:
    card = radar.card()
    card_dismiss(by=cast.coordinator, card=card, version=1, reason="Xong", was_right=None)
    radar.card(of=card.cluster)
    with pytest.raises(RadarRefused, match="thẻ khác"):
        card_reopen(by=cast.coordinator, card=card, version=2)


@pytest.mark.parametrize("who", ["officer", "auditor", "admin", "outsider"])
def test_who_may_not_decide(cast: Cast, who: str) -> None:
    member: Member = cast.everyone[who]
    card = radar.card()
    for act in (
        lambda: card_watch(by=member, card=card, version=1),
        lambda: card_draft(by=member, card=card, version=1),
        lambda: card_dismiss(by=member, card=card, version=1, reason="x", was_right=None),
        lambda: card_reopen(by=member, card=card, version=1),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_many_signals_of_one_day_and_thing_count_once(cast: Cast, sender: Collaborator) -> None:
    for _ in range(4):
        radar.signal(sender, area=cast.commune_area)
    Signal.objects.update(state=Signal.State.CONFIRMED)
    reliability_recount([sender.pk])
    sender.refresh_from_db()
    assert sender.confirmed == 1
