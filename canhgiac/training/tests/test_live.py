"""Live events: steps, answers by the server's clock, names, what phones are told and at what cost."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from canhgiac.agencies.models import AuditEntry, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.quizzes.marking import AnswerRefused
from canhgiac.kit import clock
from canhgiac.training.models import LiveAnswer, LiveEvent, LivePlayer
from canhgiac.training.selectors import live as reads
from canhgiac.training.services import live as services
from canhgiac.training.services.live import (
    live_answer,
    live_end,
    live_events_forget,
    live_make,
    live_next,
    live_player_remove,
    player_join,
)
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, papers
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(cast: Cast) -> Any:
    someone = agencies.member(full_name="Cô Giáo", agency=cast.department)
    agencies.role(someone, Role.Kind.TRAINER, cast.department)
    return someone


def made(cast: Cast, by: Any, *kinds: str, **given: Any) -> LiveEvent:
    paper = papers.paper(
        *[papers.question(kind) for kind in kinds or ("single", "true_false")], shuffle_questions=False
    )
    return live_make(by=by, agency=cast.department, title="Hội thi khối 8", paper=paper, **given)


def opened(event: LiveEvent, *, ago: float = 0.0) -> LiveEvent:
    """As if its question had opened so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE training_liveevent SET asked_at = clock_timestamp() - %s * interval '1 second' WHERE id = %s",
            [ago, event.pk],
        )
    reads.ROOMS.get(event.pin, fresh=True)
    return event


def since(began: float) -> float:
    """Milliseconds since this monotonic second."""
    return (time.monotonic() - began) * 1000


def asking(cast: Cast, by: Any, *kinds: str, ago: float = 0.0, **given: Any) -> tuple[LiveEvent, LivePlayer]:
    event = made(cast, by, *kinds, **given)
    player = player_join(event=event, key="k1", name="Lan 8A")
    return opened(live_next(by=by, event=event, version=1), ago=ago), player


def test_an_event_goes_through_its_questions_step_by_step(cast: Cast, trainer: Any) -> None:
    event = made(cast, trainer)
    assert (event.state, len(event.pin), len(event.items)) == ("lobby", 6, 2)
    seen = []
    for _ in range(6):
        event = live_next(by=trainer, event=event, version=event.version)
        seen.append((event.state, event.position))
    assert seen == [("asking", 0), ("shown", 0), ("asking", 1), ("shown", 1), ("ended", 1), ("ended", 1)]
    acts = list(
        AuditEntry.objects.filter(act__startswith="training.live").order_by("seq").values_list("act", flat=True)
    )
    assert acts == ["training.live_make", "training.live_start", "training.live_end"]


def test_a_key_pressed_twice_is_one_step(cast: Cast, trainer: Any) -> None:
    event = made(cast, trainer)
    live_next(by=trainer, event=event, version=1)
    again = live_next(by=trainer, event=event, version=1)
    assert (again.state, again.version) == ("asking", 2)


def test_only_those_of_the_agency_run_it(cast: Cast, trainer: Any, client: Client) -> None:
    event = made(cast, trainer)
    for person in (cast.officer, cast.outsider, cast.auditor):
        with pytest.raises(NotAllowed):
            live_next(by=person, event=event, version=1)
        with pytest.raises(NotAllowed):
            made(cast, person)
        client.force_login(person)
        assert client.get(f"/tap-huan/thi-tai-cho/{event.pk}/man-hinh/").status_code == 404
    assert live_end(by=cast.coordinator, event=event).state == "ended"


def test_questions_that_a_phone_cannot_answer_by_touch_are_refused(cast: Cast, trainer: Any) -> None:
    with pytest.raises(TrainingRefused, match=r"X\d+"):
        made(cast, trainer, "single", "order")
    with pytest.raises(TrainingRefused, match="giây"):
        made(cast, trainer, seconds=2)


def test_points_fall_with_the_time_used_and_the_first_answer_counts(cast: Cast, trainer: Any) -> None:
    began = time.monotonic()
    event, player = asking(cast, trainer, ago=5.0)
    assert live_answer(pin=event.pin, key="k1", position=0, given="a") == "taken"
    assert live_answer(pin=event.pin, key="k1", position=0, given="b") == "taken", "kept, not changed"
    row = LiveAnswer.objects.get(player=player)
    assert (row.given, row.share) == ("a", 1.0)
    assert 4900 <= row.milliseconds <= 5100 + since(began)
    assert row.points == round(1000 - 500 * row.milliseconds / 20_000)


@pytest.mark.parametrize(("ago", "said"), [(-2.0, "early"), (-0.1, "taken"), (20.5, "taken"), (21.5, "late")])
def test_the_servers_clock_alone_decides(cast: Cast, trainer: Any, ago: float, said: str) -> None:
    event, _player = asking(cast, trainer)
    for _try in range(20):
        LiveAnswer.objects.all().delete()
        began = time.monotonic()
        opened(event, ago=ago)
        answer = live_answer(pin=event.pin, key="k1", position=0, given="a")
        if answer == said or since(began) < 400:  # else the machine stood still and the moment was another one
            break
    assert answer == said
    assert LiveAnswer.objects.count() == (said == "taken")
    if ago > 20:
        assert [row.points for row in LiveAnswer.objects.all()] == [500] * (said == "taken")


def test_no_answer_is_taken_after_the_answers_were_shown(cast: Cast, trainer: Any) -> None:
    event, _player = asking(cast, trainer)
    live_next(by=trainer, event=event, version=2)
    assert live_answer(pin=event.pin, key="k1", position=0, given="a") == "late"
    assert live_answer(pin=event.pin, key="k1", position=1, given="true") == "late", "not asked yet"


@pytest.mark.parametrize(("position", "given"), [(0, "z"), (0, ["a"]), (0, ""), (9, "a"), (-1, "a"), (0, {"a": 1})])
def test_what_is_no_answer_is_refused(cast: Cast, trainer: Any, position: int, given: Any) -> None:
    event, _player = asking(cast, trainer)
    with pytest.raises(AnswerRefused):
        live_answer(pin=event.pin, key="k1", position=position, given=given)


def test_a_removed_name_is_out_and_counts_for_nobody(cast: Cast, trainer: Any) -> None:
    event, player = asking(cast, trainer)
    live_answer(pin=event.pin, key="k1", position=0, given="a")
    live_player_remove(by=trainer, event=event, player_id=player.pk)
    assert live_answer(pin=event.pin, key="k1", position=0, given="a") in ("gone", "taken")
    reads.ROOMS.get(event.pin, fresh=True)
    assert live_answer(pin=event.pin, key="k1", position=0, given="a") == "gone"
    state = reads.phone_state(event.pin, "k1", 0)
    assert state is not None
    assert state["you"] is None
    assert reads.standing(event.pk) == []
    with pytest.raises(TrainingRefused, match="Người dẫn"):
        player_join(event=event, key="k1", name="Lan khác")


def test_a_name_is_used_once_and_joining_twice_is_once(cast: Cast, trainer: Any) -> None:
    event = made(cast, trainer)
    first = player_join(event=event, key="k1", name="  Lan   8A ")
    assert player_join(event=event, key="k1", name="Tên khác").pk == first.pk
    with pytest.raises(TrainingRefused, match="đã có người dùng"):
        player_join(event=event, key="k2", name="lan 8a")
    with pytest.raises(TrainingRefused, match="Ghi tên"):
        player_join(event=event, key="k2", name=" \u200b ")
    assert bytes(LivePlayer.objects.get().key) == reads.key_digest("k1")


def test_equal_points_share_the_place(cast: Cast, trainer: Any) -> None:
    event, _player = asking(cast, trainer)
    for number in (2, 3):
        player_join(event=event, key=f"k{number}", name=f"Bạn {number}")
    live_answer(pin=event.pin, key="k2", position=0, given="a")
    assert [row[2] for row in reads.standing(event.pk)] == [1, 2, 2]


def test_phones_are_told_what_they_need_and_no_right_answer(cast: Cast, trainer: Any) -> None:
    began = time.monotonic()
    event, _player = asking(cast, trainer, ago=1)
    told = reads.phone_state(event.pin, "k1", 0)
    assert told is not None
    assert told["q"]["options"]
    assert "right" not in told
    assert -1100 - since(began) < told["opens"] < -900
    assert told["you"] == {"name": "Lan 8A", "done": False}
    live_answer(pin=event.pin, key="k1", position=0, given="a")
    assert reads.phone_state(event.pin, "k1", 0)["you"]["done"], "a phone that was loaded anew"  # type: ignore[index]
    assert set(reads.phone_state(event.pin, "k1", 2) or {}) == {"v", "again", "opens"}
    live_next(by=trainer, event=event, version=2)
    reads.ROOMS.get(event.pin, fresh=True)
    told = reads.phone_state(event.pin, "k1", 2)
    assert told is not None
    assert (told["right"], told["you"]["place"], told["you"]["share"], told["players"]) == (["a"], 1, 1.0, 1)


def test_a_phone_that_shows_the_state_costs_no_query(
    cast: Cast, trainer: Any, client: Client, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "FRESH", 60.0)  # what was read a moment ago stays fresh on a slow machine too
    event, _player = asking(cast, trainer)
    client.cookies["phong"] = "k1"
    address = f"/cuoc-thi/phong/{event.pin}/trang-thai.json?co=2"
    client.get(address)
    with django_assert_num_queries(0):
        assert client.get(address).json()["v"] == 2
    with django_assert_num_queries(1):
        answer = client.post(
            f"/cuoc-thi/phong/{event.pin}/tra-loi.json",
            '{"position": 0, "given": "a"}',
            content_type="application/json",
        )
    assert answer.json() == {"answer": "taken"}


def test_bad_requests_of_phones_are_refused_without_harm(cast: Cast, trainer: Any, client: Client) -> None:
    event, _player = asking(cast, trainer)
    client.cookies["phong"] = "k1"
    address = f"/cuoc-thi/phong/{event.pin}/tra-loi.json"
    for body in ("", "[]", "{", '{"position": "x", "given": "a"}', '{"position": 0}', "[" * 3000, "1" * 5000):
        assert client.post(address, body, content_type="application/json").status_code == 400, body[:20]
    assert client.post(address, {"position": 0, "given": "a"}).status_code == 400, "a form of another site"
    assert client.get("/cuoc-thi/phong/000000/trang-thai.json").status_code == 404
    assert not LiveAnswer.objects.exists()


def test_the_screen_and_lists_do_not_ask_more_with_more_phones(
    cast: Cast, trainer: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    event, _player = asking(cast, trainer)
    for number in range(30):
        player_join(event=event, key=f"m{number}", name=f"Máy {number}")
        live_answer(pin=event.pin, key=f"m{number}", position=0, given="ab"[number % 2])
    live_next(by=trainer, event=event, version=2)
    client.force_login(trainer)
    with django_assert_max_num_queries(14):
        page = client.get(f"/tap-huan/thi-tai-cho/{event.pk}/man-hinh/?phan=1")
    assert "Máy 0" in page.content.decode()
    screen = reads.screen_of(LiveEvent.objects.get(pk=event.pk))
    assert {bar.text: bar.count for bar in screen.bars} == {"Tắt máy": 15, "Chuyển tiền": 15, "Đọc mã": 0}
    stamp = f"/tap-huan/thi-tai-cho/{event.pk}/man-hinh/?phan=1&co={screen.stamp}"
    assert client.get(stamp).status_code == 204, "nothing changed, nothing sent"
    for address in ("", f"{event.pk}/", f"{event.pk}/ket-qua.xlsx"):
        with django_assert_max_num_queries(14):
            assert client.get(f"/tap-huan/thi-tai-cho/{address}").status_code == 200


def test_events_left_open_end_and_names_are_forgotten(cast: Cast, trainer: Any) -> None:
    event, player = asking(cast, trainer)
    LiveEvent.objects.update(made_at=clock.now() - dt.timedelta(hours=13))
    assert live_events_forget() == 0
    event.refresh_from_db()
    assert event.state == "ended"
    LiveEvent.objects.update(ended_at=clock.now() - dt.timedelta(days=31))
    assert (live_events_forget(), live_events_forget()) == (1, 0)
    player.refresh_from_db()
    assert (player.name, player.team) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_twenty_taps_at_once_are_one_answer(cast: Cast, trainer: Any) -> None:
    event, player = asking(cast, trainer)
    said: list[str] = []

    def tap(key: str) -> None:
        said.append(live_answer(pin=event.pin, key="k1", position=0, given=key))
        connections.close_all()

    threads = [threading.Thread(target=tap, args=("ab"[number % 2],)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["taken"] * 20
    assert LiveAnswer.objects.filter(player=player).count() == 1


def test_a_phone_joins_by_its_cookie_and_keeps_its_place(cast: Cast, trainer: Any, client: Client) -> None:
    event = made(cast, trainer)
    address = f"/cuoc-thi/phong/{event.pin}/"
    assert client.get(f"/cuoc-thi/phong/?pin={event.pin[:3]}+{event.pin[3:]}").url == address  # type: ignore[attr-defined]
    page = client.get(address)
    assert (page.cookies["phong"]["httponly"], page.cookies["phong"]["path"]) == (True, address)
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.post(address, {"name": "Lan"}).status_code == 302
    assert 'data-live="' in client.get(address).content.decode()
    told = json.loads(client.get(f"{address}trang-thai.json").content)
    assert told["you"] == {"name": "Lan"}
    assert Client().get("/cuoc-thi/phong/999998/").status_code == 404
    assert services.PLAYERS_MOST >= 500


def test_a_phone_without_a_script_answers_by_a_form(cast: Cast, trainer: Any, client: Client) -> None:
    event = made(cast, trainer, "multiple", "single")
    address = f"/cuoc-thi/phong/{event.pin}/"
    client.get(address)
    assert client.post(address, {"name": "Lan 8A"}).status_code == 302
    assert "tải lại trang để trả lời" in client.get(address).content.decode()
    event = live_next(by=trainer, event=event, version=1)
    opened(event, ago=1)
    page = client.get(address).content.decode()
    assert page.count('name="several"') == len(papers.question("multiple").content["options"])
    for bad in ({"position": "x"}, {"position": "0"}, {"position": "0", "several": "zz"}, {"position": "77"}):
        assert client.post(f"{address}tra-loi/", bad).status_code == 302
    assert not LiveAnswer.objects.exists()
    client.post(f"{address}tra-loi/", {"position": "0", "several": ["a", "b"]})
    assert LiveAnswer.objects.get().given == ["a", "b"]
    assert "Đã nhận câu trả lời</h1><p>Đợi" in client.get(address).content.decode()
    live_next(by=trainer, event=event, version=event.version)
    reads.ROOMS.get(event.pin, fresh=True)
    assert papers.question("multiple").explanation in client.get(address).content.decode()
