"""Contests: second person, joining, teams, rounds on one device, ranks, ties, anomalies, awards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.training.models import Anomaly, Award, Contest, Contestant, Round, RoundEntry
from canhgiac.training.selectors.rankings import BOARDS, board, tie_words
from canhgiac.training.services.anomalies import anomalies_find, anomaly_decide
from canhgiac.training.services.awards import award_drop, award_propose
from canhgiac.training.services.contests import (
    contest_announce,
    contest_call_off,
    contest_close,
    contest_edit,
    contest_join,
    contest_new,
    contest_open,
    contestant_withdraw,
)
from canhgiac.training.services.learners import learner_erase
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.rounds import other_device, round_begin, round_count, round_save, rounds_count
from canhgiac.training.services.teams import team_make
from tests.factories import agencies, contests
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(cast: Cast) -> Member:
    someone = agencies.member(full_name="Cô Giáo", agency=cast.department)
    agencies.role(someone, Role.Kind.TRAINER, cast.department)
    return someone


def running(cast: Cast, trainer: Member, *rounds: Any, **given: Any) -> Contest:
    data = contests.contest_data(cast.department, cast.province_area, **given)
    return contests.opened(trainer, cast.coordinator, data, *(rounds or (contests.exam(),)))


def counted(round_: Round) -> Round:
    return round_count(round_=round_, now=round_.closes_at + dt.timedelta(seconds=10))


def test_a_second_person_opens_it(cast: Cast, trainer: Member) -> None:
    data = contests.contest_data(cast.department, cast.province_area)
    row = contest_new(by=cast.coordinator, data=data)
    with pytest.raises(TrainingRefused, match="vòng thi"):
        contest_open(by=agencies_approver(cast), contest=row)
    moment = clock.now()
    window: dict[str, Any] = {"opens_at": moment, "closes_at": moment + dt.timedelta(hours=1)}
    round_save(by=cast.coordinator, contest=row, title="Vòng 1", paper=contests.exam(), **window)
    with pytest.raises(TrainingRefused, match="Người khác"):
        contest_open(by=cast.coordinator, contest=row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.filter(pk=row.pk).update(opened_by=cast.coordinator)
    with pytest.raises(NotAllowed):
        contest_open(by=trainer, contest=row)
    assert contest_open(by=agencies_approver(cast), contest=row).state == "open"
    with pytest.raises(TrainingRefused, match="không đổi"):
        contest_edit(by=cast.coordinator, contest=row, data=data, version=2)
    with pytest.raises(TrainingRefused, match="không đổi"):
        round_save(by=cast.coordinator, contest=row, title="Vòng 2", paper=contests.exam(), **window)


def agencies_approver(cast: Cast) -> Member:
    someone = agencies.member(full_name="Người Duyệt", agency=cast.province)
    agencies.role(someone, Role.Kind.APPROVER, cast.province)
    return someone


def test_a_stale_draft_overwrites_nothing(cast: Cast, trainer: Member) -> None:
    data = contests.contest_data(cast.department, cast.province_area)
    row = contest_new(by=trainer, data=data)
    contest_edit(by=trainer, contest=row, data=data, version=1)
    with pytest.raises(TrainingRefused) as told:
        contest_edit(by=trainer, contest=row, data=data, version=1)
    assert told.value.version == 2
    with pytest.raises(NotAllowed):
        contest_new(by=cast.outsider, data=data)


def test_joining_has_a_time_and_a_member_joins_once(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    first = contest_join(contest=row, full_name="", member=cast.officer)
    assert contest_join(contest=row, full_name="", member=cast.officer).pk == first.pk
    with pytest.raises(TrainingRefused, match="không nhận đăng ký"):
        contest_join(contest=row, full_name="Lan", now=row.joins_until + dt.timedelta(seconds=1))
    with pytest.raises(TrainingRefused, match="họ và tên"):
        contest_join(contest=row, full_name=" ")
    assert Contestant.objects.count() == 1


def test_a_team_is_joined_by_its_code_until_it_is_full(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer, by_team=True, team_most=2)
    team = team_make(contest=row, name="Đội 8A", agency=cast.department)
    with pytest.raises(TrainingRefused, match="tên này"):
        team_make(contest=row, name="Đội 8A")
    for name in ("Lan", "Minh"):
        contest_join(contest=row, full_name=name, team_code=team.join_code.lower())
    with pytest.raises(TrainingRefused, match="đủ người"):
        contest_join(contest=row, full_name="Hoa", team_code=team.join_code)
    with pytest.raises(TrainingRefused, match="mã này"):
        contest_join(contest=row, full_name="Hoa", team_code="SAIMA")


def test_beginning_twice_is_one_sitting_and_another_device_is_noted(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    round_, someone = row.rounds.get(), contests.joined(row)
    first = round_begin(round_=round_, contestant=someone, device="a")
    assert round_begin(round_=round_, contestant=someone, device="a").pk == first.pk
    assert first.sitting.due_at is not None
    assert first.sitting.due_at <= round_.closes_at
    assert not other_device(uid=first.sitting.uid, key="a")
    assert other_device(uid=first.sitting.uid, key="b")
    with pytest.raises(TrainingRefused, match="máy khác"):
        round_begin(round_=round_, contestant=someone, device="b")
    assert Anomaly.objects.get().kind == "other_device"


def test_a_round_opens_and_closes_by_the_servers_clock(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    round_, someone = row.rounds.get(), contests.joined(row)
    for moment in (round_.opens_at - dt.timedelta(seconds=1), round_.closes_at):
        with pytest.raises(TrainingRefused, match="đúng giờ"):
            round_begin(round_=round_, contestant=someone, device="a", now=moment)
    late = round_begin(round_=round_, contestant=someone, device="a", now=round_.closes_at - dt.timedelta(minutes=1))
    assert late.sitting.due_at == round_.closes_at, "the window cuts the paper's own time"


def test_a_round_is_counted_once_and_ties_follow_the_written_rule(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    round_ = row.rounds.get()
    people = [contests.joined(row, shown_as=name) for name in ("Nhanh", "Chậm", "Chậm Nữa", "Sai")]
    for someone, (right, minutes) in zip(people, ((2, 3), (2, 5), (2, 5), (1, 1)), strict=True):
        contests.sat(round_, someone, right=right, minutes=minutes)
    with pytest.raises(TrainingRefused, match="chưa đóng"):
        round_count(round_=round_, by=trainer, now=round_.closes_at)
    first = counted(round_)
    ranks = {e.contestant.shown_as: e.rank for e in RoundEntry.objects.select_related("contestant")}
    assert ranks == {"Nhanh": 1, "Chậm": 2, "Chậm Nữa": 2, "Sai": 4}, "what stays equal shares the rank"
    assert counted(round_).counted_at == first.counted_at, "counted once"
    assert tie_words(row) == "Bằng điểm: tổng thời gian làm bài ít hơn xếp trên. Vẫn bằng thì đồng hạng."
    assert [(place.rank, place.name) for place in board(row)] == [
        (1, "Nhanh"), (2, "Chậm"), (2, "Chậm Nữa"), (4, "Sai")
    ]  # fmt: skip


def test_the_top_go_on_and_others_do_not(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer, contests.exam(), contests.exam())
    one, two = row.rounds.order_by("number")
    Round.objects.filter(pk=one.pk).update(top=1)
    good, bad = contests.joined(row), contests.joined(row)
    contests.sat(one, good, right=2)
    contests.sat(one, bad, right=0)
    inside = two.opens_at + dt.timedelta(minutes=2)
    with pytest.raises(TrainingRefused, match="được chọn"):
        round_begin(round_=two, contestant=good, device="a", now=inside)
    counted(one)
    assert round_begin(round_=two, contestant=good, device="a", now=inside)
    with pytest.raises(TrainingRefused, match="được chọn"):
        round_begin(round_=two, contestant=bad, device="b", now=inside)


def test_boards_count_the_best_of_a_unit_in_one_query(
    cast: Cast, trainer: Member, django_assert_num_queries: Any
) -> None:
    row = running(cast, trainer, by_team=True, team_most=9)
    team = team_make(contest=row, name="Đội A", agency=cast.department)
    round_ = row.rounds.get()
    for number in range(7):
        facts = {"agency": cast.department, "area": cast.commune_area, "birth_year": 2014}
        someone = contests.joined(row, team_code=team.join_code, **facts)
        contests.sat(round_, someone, right=number % 3)
    counted(round_)
    found = {}
    for kind in BOARDS:
        with django_assert_num_queries(1):
            found[kind] = board(row, kind)
    assert len(found["ca-nhan"]) == len(found["tuoi"]) == 7
    assert {place.unit for place in found["tuoi"]} == {"2. 12–15 tuổi"}
    assert (found["doi"][0].points, found["doi"][0].more) == (6, "7")
    assert (found["don-vi"][0].name, found["don-vi"][0].points) == ("Sở Giáo dục và Đào tạo", 6), "the best five"
    assert found["xa"][0].name == "Xã Đồi Mây"


def test_signs_are_listed_and_only_a_person_annuls(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer, contests.exam(*["single"] * 5))
    round_ = row.rounds.get()
    fast, same, twin, fair = (contests.joined(row, shown_as=name) for name in ("Vội", "Bản", "Sao", "Thường"))
    contests.sat(round_, fast, right=5, minutes=0.02)
    contests.sat(round_, same, right=1, device="chung")
    contests.sat(round_, twin, right=1, device="chung")
    contests.sat(round_, fair, right=4)
    counted(round_)
    assert anomalies_find(round_id=round_.pk) >= 5
    assert anomalies_find(round_id=round_.pk) == 0, "a second run lists nothing twice"
    found = set(Anomaly.objects.values_list("entry__contestant__shown_as", "kind"))
    assert {("Vội", "too_fast"), ("Bản", "same_answers"), ("Sao", "same_answers"), ("Sao", "one_device")} <= found
    assert not [name for name, _kind in found if name == "Thường"]
    assert RoundEntry.objects.get(contestant=fast).rank == 1, "nobody is punished by a sign"
    sign = Anomaly.objects.get(entry__contestant=fast, kind="too_fast")
    assert "chữ cái trong" in sign.words
    with pytest.raises(TrainingRefused, match="kết luận"):
        anomaly_decide(by=trainer, anomaly=sign, annuls=True, note=" ")
    with pytest.raises(NotAllowed):
        anomaly_decide(by=cast.outsider, anomaly=sign, annuls=True, note="x")
    anomaly_decide(by=trainer, anomaly=sign, annuls=True, note="Đã hỏi, nhận là dùng máy tự bấm.")
    assert RoundEntry.objects.get(contestant=fast).rank is None
    assert RoundEntry.objects.get(contestant=fair).rank == 1
    assert board(row)[0].name == "Thường"
    anomaly_decide(by=trainer, anomaly=sign, annuls=False, note="Xem lại: nhầm người.")
    assert RoundEntry.objects.get(contestant=fast).rank == 1


def test_a_clock_set_anew_in_the_middle_is_a_sign_and_changes_no_time(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    round_, someone = row.rounds.get(), contests.joined(row)
    entry = contests.sat(round_, someone, minutes=4)
    entry.sitting.answers.update(seconds=3600)
    counted(round_)
    anomalies_find(round_id=round_.pk)
    assert Anomaly.objects.filter(kind="clock").count() == 1
    assert RoundEntry.objects.get().milliseconds == 240_000


def test_a_result_is_announced_when_everything_was_looked_at(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    round_, someone = row.rounds.get(), contests.joined(row)
    entry = contests.sat(round_, someone)
    with pytest.raises(TrainingRefused, match="chưa tính"):
        contest_close(by=trainer, contest=row)
    Round.objects.update(opens_at=clock.now() - dt.timedelta(hours=3), closes_at=clock.now() - dt.timedelta(hours=2))
    assert (rounds_count(), rounds_count()) == (1, 0)
    with pytest.raises(TrainingRefused, match="đóng cuộc thi"):
        award_propose(by=trainer, contest=row, name="Giải Nhất", position=1, reason="x", contestant=someone)
    contest_close(by=trainer, contest=row)
    sign = Anomaly.objects.create(entry=entry, kind="too_fast")
    with pytest.raises(TrainingRefused, match="chưa ai xem"):
        contest_announce(by=trainer, contest=row)
    anomaly_decide(by=trainer, anomaly=sign, annuls=False, note="Đã xem, bình thường.")
    facts: dict[str, Any] = {"name": "Giải Nhất", "position": 1, "reason": "Nhất vòng chung kết"}
    award = award_propose(by=trainer, contest=row, contestant=someone, **facts)
    assert award_propose(by=trainer, contest=row, contestant=someone, **facts).pk == award.pk
    award_drop(by=trainer, award=award)
    award_propose(by=trainer, contest=row, contestant=someone, **facts)
    assert contest_announce(by=trainer, contest=row).announced_at is not None
    assert Award.objects.count() == 1
    with pytest.raises(TrainingRefused, match="đã công bố"):
        contest_call_off(by=trainer, contest=row)
    with pytest.raises(TrainingRefused, match="đã công bố"):
        award_drop(by=trainer, award=Award.objects.get())


def test_who_withdraws_stands_in_no_table(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    round_, someone = row.rounds.get(), contests.joined(row)
    contests.sat(round_, someone)
    contestant_withdraw(contestant=someone)
    counted(round_)
    assert board(row) == []


def test_who_erases_their_name_keeps_the_place_without_it(cast: Cast, trainer: Member) -> None:
    row = running(cast, trainer)
    someone = contests.joined(row)
    contests.sat(row.rounds.get(), someone)
    counted(row.rounds.get())
    learner_erase(learner=someone.learner)
    someone.refresh_from_db()
    assert someone.shown_as == "–"
    assert len(board(row)) == 1
