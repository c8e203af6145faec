"""The player's pages: each answer kept, no sitting opened by another, answers closed while a round is open."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canhgiac.kit import clock
from canhgiac.training.models import Answer, Contest, Paper, Round
from canhgiac.training.selectors.sittings import result_of
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.factories import papers

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def test_the_player_keeps_each_answer_and_leads_on(client: Client) -> None:
    paper = papers.paper(papers.question(), papers.question("order"), shuffle_questions=False)
    sitting = papers.sitting(paper)
    own = f"/hoc/bai-lam/{sitting.uid}/"
    back = "?ve=/hoc/toi/x/"
    page = client.get(own + back)
    assert page["Cache-Control"] == "private, no-store"
    assert "/cau/1/?ve=%2Fhoc%2Ftoi%2Fx%2F" in page.content.decode()
    assert client.post(f"{own}cau/1/{back}", {"tra_loi": "a"})["Location"] == f"{own}?cau=2&ve=%2Fhoc%2Ftoi%2Fx%2F"
    assert client.post(f"{own}cau/1/", {"tra_loi": "z"}).status_code == 422
    keys = sitting.items[1]["order"]
    moved = client.post(f"{own}cau/2/", {"thu_tu": keys, "chuyen": f"{keys[2]}:-1"})
    assert moved["Location"].endswith(f"thu_tu={keys[0]}%2C{keys[2]}%2C{keys[1]}")
    assert Answer.objects.count() == 1, "moving saves nothing"
    json = {"HTTP_ACCEPT": "application/json"}
    kept = client.post(f"{own}cau/2/", {"thu_tu": ["a", "b", "c"]}, **json)  # type: ignore[arg-type]
    assert kept.json() == {"kept": True, "left": None, "feedback": ""}
    assert client.post(f"{own}nop/{back}")["Location"] == f"{own}ket-qua/?ve=%2Fhoc%2Ftoi%2Fx%2F"
    assert 'href="/hoc/toi/x/"' in client.get(f"{own}ket-qua/{back}").content.decode()
    late = client.post(f"{own}cau/1/", {"tra_loi": "b"}, **json)  # type: ignore[arg-type]
    assert (late.status_code, late.json()["over"]) == (409, True)
    assert client.post(f"{own}cau/1/", {"tra_loi": "b"})["Location"] == f"{own}ket-qua/"
    assert client.get(own)["Location"] == f"{own}ket-qua/"
    assert client.get(f"{own}tat-ca/").status_code == 404


@pytest.mark.parametrize("path", ["", "tat-ca/", "ket-qua/", "cau/1/hinh/"])
def test_a_sitting_opens_for_who_knows_its_uid_alone(client: Client, path: str) -> None:
    sitting = papers.sitting(papers.paper(papers.question()))
    stranger = f"/hoc/bai-lam/{uuid.uuid4()}/"
    assert client.get(stranger + path).status_code == 404
    assert client.post(f"{stranger}cau/1/", {"tra_loi": "a"}).status_code == 404
    assert client.post(f"/hoc/bai-lam/{sitting.uid}/cau/9/", {"tra_loi": "a"}).status_code == 404
    assert client.post(f"/hoc/bai-lam/{sitting.uid}/cau/0/", {"tra_loi": "a"}).status_code == 404


@pytest.mark.parametrize("told", ["//evil.test/", "https://evil.test/", "/tai-khoan/logout/", "javascript:1"])
def test_the_way_back_leads_nowhere_else(client: Client, told: str) -> None:
    sitting = papers.sitting(papers.paper(papers.question()))
    sitting_end(sitting=sitting)
    page = client.get(f"/hoc/bai-lam/{sitting.uid}/ket-qua/", {"ve": told}).content.decode()
    assert "Tiếp tục" not in page


def test_answers_of_a_round_stay_closed_until_it_closes(client: Client, cast: Cast) -> None:
    paper = papers.paper(papers.question(), feedback=Paper.Feedback.CLOSED)
    now = clock.now()
    contest = Contest.objects.create(
        kind=Contest.Kind.QUIZ,
        title="Cuộc thi",
        slug="cuoc-thi",
        rules="Thể lệ",
        agency=cast.province,
        area=cast.province_area,
        joins_from=now - SECOND,
        joins_until=now,
        ends_on=clock.today(),
        made_by=cast.coordinator,
    )
    played = Round.objects.create(
        contest=contest, number=1, title="Vòng 1", paper=paper, opens_at=now - SECOND, closes_at=now + 60 * SECOND
    )
    sitting = papers.sitting(paper)
    told = result_of(sitting_end(sitting=sitting))
    assert (told.told, list(told.rows), list(told.missed)) == (False, [], [])
    page = client.get(f"/hoc/bai-lam/{sitting.uid}/ket-qua/").content.decode()
    assert "Đáp án có sau khi vòng thi đóng" in page
    assert "Tắt máy" not in page
    Round.objects.filter(pk=played.pk).update(opens_at=now - 2 * SECOND, closes_at=now - SECOND)
    assert "Tắt máy" in client.get(f"/hoc/bai-lam/{sitting.uid}/ket-qua/").content.decode()


def test_a_page_costs_the_same_with_two_questions_and_with_ten(client: Client) -> None:
    counts = []
    for number in (2, 10):
        asked = [papers.question() for _one in range(number)]
        sitting = papers.sitting(papers.paper(*asked, feedback=Paper.Feedback.EACH))
        for at in range(number):
            answer_give(sitting=sitting, position=at, given="a")
        own = f"/hoc/bai-lam/{sitting.uid}/"
        with CaptureQueriesContext(connection) as shown:
            client.get(own)
        with CaptureQueriesContext(connection) as every:
            client.get(f"{own}tat-ca/")
        sitting_end(sitting=sitting)
        with CaptureQueriesContext(connection) as result:
            client.get(f"{own}ket-qua/")
        counts.append((len(shown), len(every), len(result)))
    assert counts[0] == counts[1]
