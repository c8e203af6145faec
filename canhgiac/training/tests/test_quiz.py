"""The public quiz, its picture, the question of the day, the window in other sites: nothing of the person anywhere."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from PIL import Image

from canhgiac.agencies.models import Quota
from canhgiac.kit import clock
from canhgiac.training.models import Answer, Paper, Sitting
from canhgiac.training.selectors.quiz import daily_edition
from canhgiac.training.services.papers import public_paper_ensure
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.factories import papers

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
HOME = "/hoc/do-vui/"
DAILY, FRAME = "/hoc/cau-hoi-hom-nay/", "/nhung/cau-hoi-hom-nay/"


def test_the_quiz_begins_without_a_cookie_and_a_beginning_sent_twice_is_one(client: Client) -> None:
    for _number in range(10):
        papers.question()
    page = client.get(HOME)
    assert (page.status_code, len(page.cookies)) == (200, 0)
    uid = uuid.uuid4()
    for _time in range(2):
        answer = client.post(HOME, {"ma": uid.hex})
        assert (answer.status_code, answer["Location"]) == (302, f"/hoc/bai-lam/{uid}/")
        assert len(answer.cookies) == 0
    sitting = Sitting.objects.get()
    assert (sitting.learner_id, len(sitting.items)) == (None, 10)
    assert sitting.due_at == sitting.begun_at + dt.timedelta(seconds=180)
    for at in range(10):
        answer_give(sitting=sitting, position=at, given="a")
    answer = client.post(f"/hoc/bai-lam/{uid}/nop/")
    assert answer["Location"] == f"/hoc/bai-lam/{uid}/ket-qua/"
    assert "Bạn đúng 10 trên 10 câu" in client.get(answer["Location"]).content.decode()
    assert not client.cookies
    columns = {"uid", "paper", "learner", "items", "state", "begun_at", "due_at", "ended_at", "points", "points_most"}
    assert {field.name for field in Sitting._meta.fields} == columns | {"id", "passed"}  # no address, no device


def test_without_ten_questions_it_says_so_and_what_the_province_closed_stays_closed(client: Client) -> None:
    papers.question()
    answer = client.post(HOME)
    assert answer.status_code == 409
    assert "cần 10 câu" in answer.content.decode()
    assert Paper.objects.count() == 0
    papers.paper(papers.question(), purpose=Paper.Purpose.PUBLIC, state=Paper.State.CLOSED)
    with pytest.raises(TrainingRefused, match="tạm nghỉ"):
        public_paper_ensure()
    own = papers.paper(papers.question(), purpose=Paper.Purpose.PUBLIC)
    assert public_paper_ensure() == own


def test_too_many_beginnings_from_one_address_are_asked_to_wait(client: Client) -> None:
    papers.paper(papers.question(), purpose=Paper.Purpose.PUBLIC)
    assert client.post(HOME).status_code == 302
    Quota.objects.update(hits=600)
    answer = client.post(HOME)
    assert answer.status_code == 429
    assert "Đợi vài phút" in answer.content.decode()
    assert Sitting.objects.count() == 1


def test_a_result_is_shared_as_a_score_while_it_is_kept(client: Client) -> None:
    paper = papers.paper(papers.question(), papers.question(), purpose=Paper.Purpose.PUBLIC)
    sitting = papers.sitting(paper)
    shared = f"{HOME}ket-qua/{sitting.uid}/"
    assert client.get(shared).status_code == 404, "still open"
    answer_give(sitting=sitting, position=0, given="a")
    sitting_end(sitting=sitting)
    page = client.get(shared).content.decode()
    assert f'<meta property="og:image" content="http://127.0.0.1:8000{shared}anh.png">' in page
    assert "Đúng 1/2 câu" in page
    assert "Tắt máy" not in page, "no answers on what is shared"
    picture = client.get(f"{shared}anh.png")
    assert (picture["Content-Type"], Image.open(io.BytesIO(picture.content)).size) == ("image/png", (1200, 630))
    Sitting.objects.update(uid=uuid.uuid4(), ended_at=None)
    assert client.get(shared).status_code == 404
    own = papers.sitting(paper, papers.learner())
    sitting_end(sitting=own)
    assert client.get(f"{HOME}ket-qua/{own.uid}/").status_code == 404, "a known person's result is not for sharing"


def test_the_question_of_the_day_is_one_for_all_and_each_takes_its_turn() -> None:
    before = clock.now() - dt.timedelta(days=90)
    asked = [papers.question(kind, published_at=before) for kind in ("single", "verdict", "true_false")]
    papers.question("order", published_at=before)  # cannot be answered by one press
    papers.question()  # published after the day began
    today = clock.today()
    days = [daily_edition(today - dt.timedelta(days=at)) for at in range(6)]
    start = today.toordinal() % 3
    whole_turn = {one.pk for one in days[start + 1 : start + 4] if one}
    assert whole_turn == {one.pk for one in asked}
    assert days == [daily_edition(today - dt.timedelta(days=at)) for at in range(6)]


def test_the_question_of_the_day_is_marked_and_nothing_is_kept(client: Client) -> None:
    assert "Chưa có câu hỏi nào" in client.get(DAILY).content.decode()
    papers.question("verdict", published_at=clock.now() - dt.timedelta(days=2))
    page = client.get(DAILY)
    assert "nhập mã OTP" in page.content.decode()
    assert "<mark" not in page.content.decode()
    assert len(page.cookies) == 0
    with connection.execute_wrapper(_no_writing):
        told = client.post(DAILY, {"tra_loi": "scam"}).content.decode()
        wrong = client.post(DAILY, {"tra_loi": "genuine"}).content.decode()
        stale = client.post(DAILY, {"tra_loi": "z"})
    assert "Bạn trả lời đúng" in told
    assert '<mark class="cg-hit">nhập mã OTP</mark>' in told
    assert "Chưa đúng" in wrong
    assert stale.status_code == 200
    assert Answer.objects.count() == Sitting.objects.count() == 0


def _no_writing(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")), sql
    return execute(sql, params, many, context)


def test_the_window_may_be_framed_has_no_script_of_its_own_and_reads_no_cookie(client: Client) -> None:
    papers.question("single", published_at=clock.now() - dt.timedelta(days=2))
    frame = client.get(f"{FRAME}?nen=toi")
    assert "X-Frame-Options" not in frame
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    assert 'data-theme="dark"' in frame.content.decode()
    assert "Bạn trả lời đúng" in client.post(FRAME, {"tra_loi": "a"}).content.decode()
    assert client.get(DAILY)["X-Frame-Options"] == "DENY"
