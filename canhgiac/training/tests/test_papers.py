"""Papers: made of fixed and drawn questions, put in use when the bank holds enough, counted without names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import AuditEntry, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.training.models import Difficulty, Paper
from canhgiac.training.selectors.paperfigures import paper_figures
from canhgiac.training.selectors.papers import PaperFilter, paper_page, papers_for, shortfalls
from canhgiac.training.services.papers import (
    DrawData,
    PaperData,
    paper_close,
    paper_copy,
    paper_for,
    paper_ready,
    paper_rework,
    paper_save,
)
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.factories import agencies, library, papers

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
LIST = "/tap-huan/de/"


def data(**facts: Any) -> PaperData:
    given: dict[str, Any] = {"title": "Kiểm tra cuối khóa", "purpose": Paper.Purpose.FINAL.value}
    return PaperData(**(given | facts))


def trainer(cast: Cast) -> Any:
    member = agencies.member(agency=cast.commune)
    agencies.role(member, Role.Kind.TRAINER, cast.commune)
    return member


def test_a_trainer_makes_papers_of_their_agency_alone(cast: Cast) -> None:
    by = trainer(cast)
    row = paper_save(by=by, paper=None, data=data(agency=cast.commune))
    assert (row.state, row.version, row.made_by) == ("draft", 1, by)
    assert AuditEntry.objects.latest("pk").act == "training.paper_save"
    for agency in (None, cast.province, cast.department):
        with pytest.raises(NotAllowed):
            paper_save(by=by, paper=None, data=data(agency=agency))
    with pytest.raises(NotAllowed):
        paper_save(by=cast.officer, paper=None, data=data(agency=cast.department))
    elsewhere = paper_save(by=cast.coordinator, paper=None, data=data(agency=cast.department))
    whole = paper_save(by=cast.coordinator, paper=None, data=data(agency=None))
    assert set(papers_for(by)) == {row, whole}
    assert elsewhere in papers_for(cast.coordinator)
    with pytest.raises(NotAllowed):
        paper_save(by=by, paper=row, data=data(agency=cast.department), version=1)


def test_the_way_of_a_paper(cast: Cast) -> None:
    by, asked = cast.coordinator, [papers.question(), papers.question()]
    questions = tuple((one.question_id, 2) for one in asked)
    row = paper_save(by=by, paper=None, data=data(questions=questions))
    with pytest.raises(TrainingRefused, match="vừa sửa"):
        paper_save(by=by, paper=row, data=data(), version=9)
    row = paper_save(by=by, paper=row, data=data(questions=questions[::-1]), version=1)
    assert [one.item.question for one in paper_page(row).asked] == [asked[1].question, asked[0].question]
    row = paper_ready(by=by, paper=row, version=2)
    with pytest.raises(TrainingRefused, match="Dùng được"):
        paper_save(by=by, paper=row, data=data(), version=3)
    row = paper_rework(by=by, paper=row, version=3)
    row = paper_ready(by=by, paper=row, version=4)
    assert papers.sitting(row).points_most == 4
    with pytest.raises(TrainingRefused, match="Đã có người làm"):
        paper_rework(by=by, paper=row, version=5)
    row = paper_close(by=by, paper=row, version=5)
    assert row.state == Paper.State.CLOSED
    copy = paper_copy(by=by, paper=row)
    assert (copy.state, copy.title, copy.items.count()) == ("draft", "Kiểm tra cuối khóa (bản sao)", 2)
    assert row.items.count() == 2
    assert paper_ready(by=by, paper=row, version=6).state == "ready"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"purpose": "x"}, "purpose"),
        ({"feedback": "x"}, "feedback"),
        ({"seconds": 5}, "seconds"),
        ({"pass_percent": 101}, "pass_percent"),
        ({"sittings_allowed": 0}, "sittings_allowed"),
        ({"questions": ((1, 1), (1, 1))}, "questions"),
        ({"questions": ((2**40, 1),)}, "questions"),
        ({"draws": (DrawData(0),)}, "draws"),
        ({"draws": (DrawData(1, points=99),)}, "points"),
        ({"draws": (DrawData(1, audience="x"),)}, "draws"),
        ({"draws": (DrawData(1, difficulty=7),)}, "draws"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(TrainingRefused) as refusal:
        paper_save(by=cast.coordinator, paper=None, data=data(**facts))
    assert refusal.value.field == field
    assert Paper.objects.count() == 0


def test_a_drawn_part_needs_enough_questions_whatever_the_parts_before_took(cast: Cast) -> None:
    form = library.form().form
    of_form = [papers.question(form=form, difficulty=Difficulty.EASY) for _number in range(3)]
    row = paper_save(by=cast.coordinator, paper=None, data=data())
    with pytest.raises(TrainingRefused, match="chưa có câu hỏi"):
        paper_ready(by=cast.coordinator, paper=row, version=1)
    two = (DrawData(2, form=form), DrawData(2, difficulty=1))
    row = paper_save(by=cast.coordinator, paper=row, data=data(draws=two), version=1)
    assert len(shortfalls(row)) == 1
    with pytest.raises(TrainingRefused, match=r"Phần bốc 2 \(Dễ\) cần 2 câu, ngân hàng chỉ còn 1 câu"):
        paper_ready(by=cast.coordinator, paper=row, version=2)
    papers.question(difficulty=Difficulty.EASY)
    assert paper_ready(by=cast.coordinator, paper=row, version=2).state == "ready"
    assert len(papers.sitting(row).items) == 4
    of_form[0].question.published = None
    of_form[0].question.save()
    fixed = paper_save(by=cast.coordinator, paper=None, data=data(questions=((of_form[0].question_id, 1),)))
    with pytest.raises(TrainingRefused, match="không còn dùng"):
        paper_ready(by=cast.coordinator, paper=fixed, version=1)


def test_other_parts_get_a_paper_in_use_or_a_reason() -> None:
    one = papers.question()
    row = paper_for(purpose="lesson", title="Sau bài 1", questions=[one.question_id], feedback=Paper.Feedback.EACH)
    assert (row.state, row.feedback) == ("ready", "each")
    with pytest.raises(TrainingRefused):
        paper_for(purpose="lesson", title="Sau bài 2", draws=[DrawData(5)])


def test_figures_are_those_of_the_sittings() -> None:
    row = papers.paper(papers.question(), papers.question(), shuffle_questions=False)
    for right in (0, 1, 2, 2):
        sitting = papers.sitting(row)
        for at in range(right):
            answer_give(sitting=sitting, position=at, given="a", seconds=10 * (at + 1))
        sitting_end(sitting=sitting)
    papers.sitting(row)
    told = paper_figures(row)
    assert (told.begun, told.ended, told.passed, told.percent) == (5, 4, 2, 62.5)
    assert told.chart.series[0].values == (1, 0, 0, 0, 0, 1, 0, 0, 0, 2)
    assert [(one.asked, one.answered, one.share, one.seconds) for one in told.questions] == [
        (4, 2, 0.5, 20),
        (4, 3, 0.75, 10),
    ]


def test_the_list_narrows_sorts_and_exports(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    assert "Chưa có đề nào" in client.get(LIST).content.decode()
    papers.paper(papers.question(), title="Đề một", draws=[{"count": 4}])
    papers.sitting(papers.paper(papers.question(), title="Đề hai", purpose=Paper.Purpose.PUBLIC))
    rows = {row.title: (row.asks, row.sat) for row in papers_for(cast.coordinator)}  # type: ignore[attr-defined]
    assert rows == {"Đề một": (5, 0), "Đề hai": (1, 1)}
    assert [row.title for row in papers_for(cast.coordinator, PaperFilter(purpose="public"))] == ["Đề hai"]
    assert [row.title for row in papers_for(cast.coordinator, sort="ten")] == ["Đề hai", "Đề một"]
    assert "Không có đề nào khớp" in client.get(f"{LIST}?q=khongco").content.decode()
    csv = b"".join(client.get(f"{LIST}xuat.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert csv.count("\n") == 3
    assert b"".join(client.get(f"{LIST}xuat.xlsx").streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_pages_cost_the_same_with_one_row_and_with_three(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    counts = []
    for _number in range(3):
        row = papers.paper(*(papers.question() for _one in range(_number + 1)))
        with CaptureQueriesContext(connection) as listed:
            client.get(LIST)
        with CaptureQueriesContext(connection) as shown:
            client.get(f"{LIST}{row.pk}/")
        counts.append((len(listed), len(shown)))
    assert counts[0] == counts[2]


def test_the_editor_adds_moves_and_counts_without_saving_and_then_saves(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    first, second = papers.question(prompt="Cuộc gọi giả danh công an?"), papers.question(prompt="Đường link lạ?")
    page = client.post(f"{LIST}moi/", {"title": "Đề mới", "tim": "gia danh", "viec": "tim"})
    assert first.question.code in page.content.decode()
    assert second.question.code not in page.content.decode()
    form = {
        "title": "Đề mới",
        "purpose": "lesson",
        "agency": "",
        "minutes": "2,5",
        "pass_percent": "70",
        "feedback": "end",
        "cau": [str(first.question_id)],
        f"diem_{first.question_id}": "3",
        "viec": f"them:{second.question_id}",
    }
    assert page.status_code == 200
    page = client.post(f"{LIST}moi/", form)
    assert page.content.decode().index("giả danh công an") < page.content.decode().index("Đường link lạ")
    assert 'value="3"' in page.content.decode()
    both = {"cau": [str(first.question_id), str(second.question_id)]}
    moved = client.post(f"{LIST}moi/", form | both | {"viec": f"len:{second.question_id}"}).content.decode()
    assert moved.index("Đường link lạ") < moved.index("giả danh công an")
    part = {"phan_so": "9", "phan_hinh_thuc": "", "phan_doi_tuong": "", "phan_do_kho": "", "phan_diem": "1"}
    assert "Chỉ có 0 câu hợp" in client.post(f"{LIST}moi/", form | both | part | {"viec": "dem"}).content.decode()
    assert Paper.objects.count() == 0
    refused = client.post(f"{LIST}moi/", form | both | {"title": "", "viec": "luu"})
    assert refused.status_code == 422
    assert "Đường link lạ" in refused.content.decode()
    answer = client.post(f"{LIST}moi/", form | both | part | {"viec": "luu"})
    row = Paper.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{row.pk}/")
    assert (row.seconds, row.time_words, row.items.count(), row.draws.get().count) == (150, "2 phút 30 giây", 2, 9)
    assert "Cần sửa trước khi dùng" in client.get(f"{LIST}{row.pk}/").content.decode()
    client.post(f"{LIST}{row.pk}/dung/", {"version": "1"})
    row.refresh_from_db()
    assert row.state == "draft"
    client.post(f"{LIST}{row.pk}/sua/", form | both | {"version": "1", "viec": "luu"})
    client.post(f"{LIST}{row.pk}/dung/", {"version": "2"})
    row.refresh_from_db()
    assert (row.state, row.draws.count()) == ("ready", 0)
    assert "Đường link lạ" in client.get(f"{LIST}{row.pk}/xem-truoc/").content.decode()
    assert client.post(f"{LIST}{row.pk}/lap-lai/").status_code == 302
    assert Paper.objects.count() == 2
    assert client.post(f"{LIST}{row.pk}/la/").status_code == 404


def test_who_has_nothing_to_do_with_papers_sees_none(client: Client, cast: Cast) -> None:
    row = papers.paper(papers.question())
    client.force_login(cast.outsider)
    for path in ("", "moi/", f"{row.pk}/", f"{row.pk}/sua/", f"{row.pk}/xem-truoc/", "xuat.csv"):
        assert client.get(f"{LIST}{path}").status_code == 403, path
    for path in (f"{row.pk}/dung/", f"{row.pk}/lap-lai/"):
        assert client.post(f"{LIST}{path}").status_code == 403, path
