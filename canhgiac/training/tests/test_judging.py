"""Entries: taken by content, judged by number, conflicts out, totals with their spread."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import Http404
from PIL import Image

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.training.models import Conflict, Contest, Contestant, Score, Work
from canhgiac.training.selectors.judging import judge_of, lines_of, totals, work_for_judge
from canhgiac.training.services.contests import contest_join
from canhgiac.training.services.judging import conflict_declare, judge_add, judge_promise, score_save
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.works import work_receive, work_refuse, work_withdraw
from tests.factories import agencies, contests
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64


@pytest.fixture(autouse=True)
def _store(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def trainer(cast: Cast) -> Member:
    someone = agencies.member(full_name="Cô Giáo", agency=cast.department)
    agencies.role(someone, Role.Kind.TRAINER, cast.department)
    return someone


@pytest.fixture
def contest(cast: Cast, trainer: Member) -> Contest:
    facts: dict[str, Any] = {"kind": "entries", "criteria": [("Ý tưởng", 10), ("Hình thức", 10)]}
    data = contests.contest_data(cast.department, cast.province_area, **facts)
    return contests.opened(trainer, cast.coordinator, data)


def poster(colour: str = "red", *, place: bool = False) -> bytes:
    held, image = BytesIO(), Image.new("RGB", (80, 60), colour)
    exif = Image.Exif()
    if place:
        exif[0x010F] = "MAY CUA LAN"
        exif.get_ifd(0x8825)[1] = "N"
    image.save(held, "JPEG", exif=exif)
    return held.getvalue()


def entered(contest: Contest, colour: str, **person: Any) -> Work:
    return work_receive(contestant=contests.joined(contest, **person), title=f"Tranh {colour}", data=poster(colour))


def judges(contest: Contest, by: Member, count: int, **given: Any) -> list[Any]:
    made = [judge_add(by=by, contest=contest, member=agencies.member(**given)) for _ in range(count)]
    return [judge_promise(by=one.member, judge=one) for one in made]


def scored(judge: Any, work: Work, *points: str) -> None:
    for criterion, value in zip(judge.contest.criteria.all(), points, strict=True):
        score_save(by=judge.member, judge=judge, work=work, criterion=criterion, points=value)


def test_a_picture_is_drawn_anew_without_place_or_device(contest: Contest) -> None:
    data = poster(place=True)
    assert b"MAY CUA LAN" in data
    work = work_receive(contestant=contests.joined(contest), title="Tranh", data=data)
    kept = FileStore(settings.FILES_ROOT).get(work.sha256)
    assert b"MAY CUA LAN" not in kept
    assert not Image.open(BytesIO(kept)).getexif()
    assert 10_000 <= work.number < 100_000


def test_a_file_is_taken_by_its_content_once(contest: Contest) -> None:
    someone = contests.joined(contest)
    video = work_receive(contestant=someone, title="Phim", data=MP4)
    assert video.media_type == "video/mp4"
    assert work_receive(contestant=someone, title="Phim", data=MP4).pk == video.pk, "sent twice"
    with pytest.raises(TrainingRefused, match="đã có người gửi"):
        work_receive(contestant=contests.joined(contest), title="Phim", data=MP4)
    for bad in (b"", b"MZ\x90\0 program", b"%PDF-1.7", b"<svg onload=alert(1)>", b"\xff\xd8\xff broken"):
        with pytest.raises(TrainingRefused):
            work_receive(contestant=someone, title="x", data=bad)
    work_receive(contestant=someone, title="A", data=poster("red"))
    work_receive(contestant=someone, title="B", data=poster("blue"))
    with pytest.raises(TrainingRefused, match="nhiều nhất"):
        work_receive(contestant=someone, title="C", data=poster("green"))
    work_withdraw(work=video)
    assert work_receive(contestant=someone, title="C", data=poster("green"))


def test_after_the_time_nothing_is_taken_or_taken_back(contest: Contest) -> None:
    work = entered(contest, "red")
    Contest.objects.update(joins_until=clock.now() - dt.timedelta(seconds=1), joins_from=clock.now() - dt.timedelta(1))
    with pytest.raises(TrainingRefused, match="không nhận bài"):
        work_receive(contestant=work.contestant, title="x", data=poster("blue"))
    with pytest.raises(TrainingRefused, match="hết hạn"):
        work_withdraw(work=work)


def test_a_judge_sees_numbers_after_the_promise_and_never_whose_they_are(
    contest: Contest, trainer: Member, django_assert_num_queries: Any
) -> None:
    work = entered(contest, "red", shown_as="Lan 8A")
    judge = judge_add(by=trainer, contest=contest, member=agencies.member())
    assert lines_of(judge) == []
    criterion = contest.criteria.all()[0]
    with pytest.raises(NotAllowed, match="cam kết"):
        score_save(by=judge.member, judge=judge, work=work, criterion=criterion, points="5")
    judge = judge_promise(by=judge.member, judge=judge)
    with django_assert_num_queries(3):
        lines = lines_of(judge)
    assert [line.number for line in lines] == [work.number]
    assert "Lan" not in repr(lines)
    with pytest.raises(NotAllowed, match="giám khảo khác"):
        judge_promise(by=trainer, judge=judge)
    assert judge_of(judge.member, contest.pk) == judge


def test_the_same_unit_is_a_conflict_found_by_the_system(contest: Contest, cast: Cast, trainer: Member) -> None:
    before = entered(contest, "red", agency=cast.commune)
    (judge,) = judges(contest, trainer, 1, agency=cast.commune)
    after = entered(contest, "blue", agency=cast.commune)
    other = entered(contest, "green")
    assert set(Conflict.objects.filter(is_found=True).values_list("work", flat=True)) == {before.pk, after.pk}
    with pytest.raises(NotAllowed, match="liên quan"):
        scored(judge, before, "5", "5")
    scored(judge, other, "7", "8,5")
    conflict_declare(by=judge.member, judge=judge, work=other, reason="Con của bạn tôi")
    assert not Score.objects.exists(), "what was given goes"
    assert totals(contest) == []
    with pytest.raises(Http404):
        work_for_judge(judge, other.number)


def test_totals_are_means_of_full_sheets_with_their_spread(contest: Contest, trainer: Member) -> None:
    first, second = entered(contest, "red"), entered(contest, "blue")
    one, two, three = judges(contest, trainer, 3)
    scored(one, first, "9", "9")
    scored(two, first, "8", "8,5")
    scored(one, second, "10", "10")
    scored(two, second, "2", "2")
    score_save(by=three.member, judge=three, work=first, criterion=contest.criteria.all()[0], points="1")
    found = totals(contest)
    assert [(row.rank, row.work_id, row.judges, float(row.mean)) for row in found] == [
        (1, first.pk, 2, 17.25),
        (2, second.pk, 2, 12.0),
    ], "half a sheet does not count"
    assert [row.is_apart for row in found] == [False, True]
    score_save(by=one.member, judge=one, work=second, criterion=contest.criteria.all()[0], points="4")
    assert float(totals(contest)[1].mean) == 9.0, "saved again, the last one stands"


@pytest.mark.parametrize("points", ["", "x", "11", "-1", "NaN", "Infinity"])
def test_points_that_the_sheet_does_not_know_are_refused(contest: Contest, trainer: Member, points: str) -> None:
    work = entered(contest, "red")
    (judge,) = judges(contest, trainer, 1)
    with pytest.raises(TrainingRefused):
        scored(judge, work, points, "1")


def test_a_refused_work_is_listed_with_its_reason_and_not_judged(contest: Contest, trainer: Member) -> None:
    work = entered(contest, "red")
    (judge,) = judges(contest, trainer, 1)
    scored(judge, work, "5", "5")
    with pytest.raises(TrainingRefused):
        work_refuse(by=trainer, work=work, because="")
    work_refuse(by=trainer, work=work, because="Tranh chép lại")
    assert totals(contest) == []
    assert lines_of(judge) == []
    assert Work.objects.get().refused_because == "Tranh chép lại"


def test_who_takes_part_judges_nothing(contest: Contest, cast: Cast, trainer: Member) -> None:
    contest_join(contest=contest, full_name="", member=cast.officer)
    with pytest.raises(TrainingRefused, match="Người dự thi"):
        judge_add(by=trainer, contest=contest, member=cast.officer)
    assert Contestant.objects.count() == 1
