"""The radar finds an outbreak in one commune among noise, raises one card, and is quiet in quiet times."""

from __future__ import annotations

import datetime as dt

import pytest

from canhgiac.agencies.models import Area, Notice
from canhgiac.kit import clock
from canhgiac.radar.jobs import rounds
from canhgiac.radar.models import Card, Cluster
from canhgiac.radar.selectors.land import communes_watched
from canhgiac.radar.selectors.wording import card_sentence, sources_words, sure_explained, sure_words
from canhgiac.radar.services.bursts import bursts_watch
from canhgiac.radar.services.cards import card_dismiss
from canhgiac.radar.services.gathering import BATCH, observations_gather
from tests.factories import agencies, library, radar
from tests.factories.agencies import Cast


@pytest.fixture
def communes(cast: Cast) -> list[Area]:
    return [cast.commune_area, *(agencies.area(name=f"Xã Số {n}", parent=cast.province_area) for n in range(9))]


def _everything() -> None:
    while observations_gather(everything=True) == BATCH:
        pass


def test_an_outbreak_in_one_commune_among_noise_becomes_one_card(cast: Cast, communes: list[Area]) -> None:
    radar.tip_officer(cast.police)
    radar.noise(communes)
    radar.outbreak(communes[3], count=6)
    rounds.watch(0)
    card = Card.objects.get()
    assert card.area == communes[3]
    assert card.observed == 5, "the founder is no evidence about itself"
    assert card.expected < 0.3
    assert card.q_value <= 1
    assert card.facts["sources"]["tip"] == 6
    assert card.first_seen_at == card.cluster.first_at
    sentence = card_sentence(card)
    assert communes[3].name in sentence
    assert "có 6 lượt" in sentence
    assert sources_words(card) == "6 tin báo"
    assert sure_words(card) in ("Rất rõ", "Rõ", "Khá rõ")
    assert sure_explained(card).startswith("Ngẫu nhiên")
    told = Notice.objects.filter(kind="radar.card_raise")
    assert {one.member.full_name for one in told if one.member} == {"Cán Bộ Tin Báo", "Điều Phối"}
    assert {one.link for one in told} == {f"/ra-da/the/{card.pk}/"}


def test_an_hour_later_the_open_card_is_renewed_and_not_doubled(cast: Cast, communes: list[Area]) -> None:
    radar.noise(communes)
    radar.outbreak(communes[3])
    rounds.gather(0)
    assert len(bursts_watch()) == 1
    radar.outbreak(communes[3], count=4)
    rounds.gather(0)
    assert bursts_watch() == []
    assert Card.objects.get().observed == 9


def test_ordinary_days_raise_nothing(cast: Cast, communes: list[Area]) -> None:
    radar.noise(communes)
    _everything()
    assert bursts_watch() == []


def test_a_form_told_in_many_words_rises_as_a_form(cast: Cast, communes: list[Area]) -> None:
    edition = library.form(name="Giả danh giao hàng")
    radar.noise(communes)
    for number in range(7):
        words = " ".join(f"rieng{number}tu{n}" for n in range(20))
        radar.observation(words=words, form=edition.form.code, area=communes[2])
    _everything()
    cards = bursts_watch()
    assert [(card.area, card.cluster.form, card.facts["of_form"]) for card in cards] == [
        (communes[2], edition.form.code, True)
    ]
    assert cards[0].cluster.of_form
    assert cards[0].cluster.name == "Giả danh giao hàng"


def test_what_rises_without_a_place_is_told_of_the_province(cast: Cast, communes: list[Area]) -> None:
    radar.noise(communes)
    for number in range(12):
        radar.observation(words=f"{radar.WORDS} lần {number}")
    _everything()
    cards = bursts_watch()
    assert [card.area for card in cards] == [None]
    assert "toàn tỉnh" in card_sentence(cards[0])


def test_a_dismissed_card_is_not_raised_again_the_same_week(cast: Cast, communes: list[Area]) -> None:
    radar.noise(communes)
    radar.outbreak(communes[3])
    _everything()
    [card] = bursts_watch()
    card_dismiss(by=cast.coordinator, card=card, version=1, reason="Diễn tập của xã", was_right=False)
    assert bursts_watch() == []
    long_ago = clock.now() - dt.timedelta(days=8)
    Card.objects.update(decided_at=long_ago)
    assert len(bursts_watch()) == 1


def test_where_no_commune_is_known_there_is_nothing_to_watch(db: None) -> None:
    assert bursts_watch() == []


def test_communes_of_other_provinces_are_not_watched(cast: Cast, communes: list[Area]) -> None:
    other = agencies.area(level=Area.Level.PROVINCE, name="Tỉnh Khác")
    abroad = agencies.area(name="Xã Ngoài Tỉnh", parent=other)
    assert {area.pk for area in communes_watched()} == {area.pk for area in communes}
    radar.noise(communes)
    radar.outbreak(abroad)
    _everything()
    assert [card.area for card in bursts_watch() if card.area == abroad] == []


def test_rounds_of_the_clock(cast: Cast) -> None:
    radar.observation(words=radar.WORDS, at=clock.now() - dt.timedelta(days=40))
    rounds.gather(0)
    rounds.settle(0)
    assert Cluster.objects.get().state == Cluster.State.QUIET
