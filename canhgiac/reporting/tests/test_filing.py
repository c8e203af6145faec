"""Drafts of several writers, filing once, taking back."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from canhgiac.activities.models import Activity, Kind
from canhgiac.agencies.models import AuditEntry, Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.reporting.models import (
    FieldComment,
    FigureSource,
    FormField,
    ReportDuty,
    ReportRound,
    Submission,
    SubmissionStep,
)
from canhgiac.reporting.services.drafts import (
    AlreadyFiled,
    AnswersRefused,
    Changes,
    DraftConflict,
    ReportRefused,
    draft_merge,
    draft_save,
)
from canhgiac.reporting.services.filing import (
    DraftMoved,
    FilingEmpty,
    FilingRefused,
    Filling,
    report_file,
    submission_file,
    submission_take_back,
)
from tests.factories import activities, agencies, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
State = Activity.State
GOOD: dict[str, Any] = {"luot_nguoi": 0, "hoi_nghi": 3}


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def duty(cast: Cast) -> ReportDuty:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    return reporting.duty_of(of, cast.department)


@pytest.fixture
def colleague(cast: Cast) -> Member:
    member = agencies.member(full_name="Đồng Nghiệp", agency=cast.department)
    agencies.role(member, Role.Kind.OFFICER, cast.department)
    return member


def test_draft_save_begins_once_and_keeps_every_digit(duty: ReportDuty, cast: Cast) -> None:
    uid = uuid.uuid4()
    amount = Decimal("1234567890123456.75")
    first = draft_save(
        by=cast.officer, duty=duty, answers={"hoi_nghi": amount, "kho_khan": " thiếu người "}, version=0, uid=uid
    )
    again = draft_save(
        by=cast.officer, duty=duty, answers={"hoi_nghi": amount, "kho_khan": "thiếu người"}, version=0, uid=uid
    )
    assert (again.pk, again.version) == (first.pk, first.version)
    kept = Submission.objects.get()
    assert kept.answers == {"hoi_nghi": amount, "kho_khan": "thiếu người"}
    assert (kept.uid, kept.state, kept.edited_by) == (uid, "draft", cast.officer)
    assert AuditEntry.objects.filter(act="reporting.draft_begin").count() == 1


def test_unknown_is_kept_apart_from_zero_and_from_no_answer(duty: ReportDuty, cast: Cast) -> None:
    draft = draft_save(
        by=cast.officer, duty=duty, answers={"hoi_nghi": None, "luot_nguoi": 0, "tong_cuoc": 4}, version=0
    )
    draft = draft_save(by=cast.officer, duty=duty, answers={"tong_cuoc": ""}, version=draft.version)
    assert draft.answers == {"hoi_nghi": None, "luot_nguoi": 0}


def test_two_writers_of_different_fields_are_joined(duty: ReportDuty, cast: Cast, colleague: Member) -> None:
    draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 1, "luot_nguoi": 5}, version=0)
    draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 2}, version=2, uid=uuid.uuid4())
    saved = draft_merge(by=colleague, duty=duty, changes=Changes({"luot_nguoi": 6}), version=2)
    assert saved.submission.answers == {"hoi_nghi": 2, "luot_nguoi": 6}
    assert (saved.conflicts, saved.joined) == ([], ["hoi_nghi"])


def test_the_same_field_shows_both_answers_and_a_person_chooses(
    duty: ReportDuty, cast: Cast, colleague: Member
) -> None:
    base = draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 1}, version=0).version
    draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 2}, version=base)
    with pytest.raises(DraftConflict) as caught:
        draft_save(by=colleague, duty=duty, answers={"hoi_nghi": 3, "luot_nguoi": 9}, version=base)
    (conflict,) = caught.value.conflicts
    assert (conflict.code, conflict.mine, conflict.theirs, conflict.who) == ("hoi_nghi", 3, 2, str(cast.officer))
    assert Submission.objects.get().answers == {"hoi_nghi": 2}

    changes = {"hoi_nghi": 3, "luot_nguoi": 9}
    rest = draft_merge(by=colleague, duty=duty, changes=Changes(changes), version=base)
    assert rest.submission.answers == {"hoi_nghi": 2, "luot_nguoi": 9}
    assert [one.code for one in rest.conflicts] == ["hoi_nghi"]
    settled = Changes({"hoi_nghi": 3}, settled=["hoi_nghi"])
    assert draft_merge(by=colleague, duty=duty, changes=settled, version=base).submission.answers["hoi_nghi"] == 3


def test_one_device_that_sends_again_does_not_quarrel_with_itself(duty: ReportDuty, cast: Cast) -> None:
    uid = uuid.uuid4()
    draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 1}, version=0, uid=uid)
    typed_on = draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 12}, version=0, uid=uid)
    assert typed_on.answers == {"hoi_nghi": 12}
    other_device = uuid.uuid4()
    with pytest.raises(DraftConflict):
        draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 13}, version=0, uid=other_device)


def test_answers_that_the_form_does_not_ask_are_refused_whole(duty: ReportDuty, cast: Cast) -> None:
    wrong = {"la_lung": 1, "hoi_nghi": "ba", "kho_khan": 7, "hoat_dong": [["một ô"]], "luot_nguoi": True}
    with pytest.raises(AnswersRefused) as caught:
        draft_save(by=cast.officer, duty=duty, answers=wrong, version=0)
    assert {fault.code for fault in caught.value.faults} == set(wrong)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("who", ["commune_officer", "auditor", "admin", "outsider"])
def test_only_its_officers_and_coordinators_write_a_report(duty: ReportDuty, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        draft_save(by=cast.everyone[who], duty=duty, answers={"hoi_nghi": 1}, version=0)


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_a_round_that_is_not_open_takes_nothing(duty: ReportDuty, cast: Cast, state: str) -> None:
    ReportRound.objects.update(state=state)
    with pytest.raises(ReportRefused):
        draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 1}, version=0)


def filed(duty: ReportDuty, by: Member, answers: dict[str, Any] | None = None) -> Submission:
    draft = draft_save(by=by, duty=duty, answers=GOOD if answers is None else answers, version=0)
    return submission_file(by=by, submission=draft, version=draft.version)


def leaflets(cast: Cast, copies: int) -> None:
    activities.activity(by=cast.officer, kind=Kind.LEAFLET, copies=copies, title=f"{copies} tờ", state=State.ACCEPTED)


def test_submission_file_freezes_tells_and_is_done_once(duty: ReportDuty, cast: Cast) -> None:
    leaflets(cast, 1200)
    leaflets(cast, 40)
    report = filed(duty, cast.officer, GOOD | {"to_roi_ban": 1240})
    again = submission_file(by=cast.officer, submission=report, version=report.version)

    assert again.pk == report.pk
    report = Submission.objects.get()
    assert (report.state, report.on_time, report.is_empty, report.filed_by) == ("filed", True, False, cast.officer)
    duty.refresh_from_db()
    assert duty.state == "filed"
    frozen = FigureSource.objects.filter(submission=report, code="to_roi_ban")
    assert sorted(row.quantity for row in frozen) == [Decimal(40), Decimal(1200)]
    assert report.origins["to_roi_ban"]["line"] == "2 hoạt động → 1.240 bản"
    assert SubmissionStep.objects.filter(submission=report, act="file").count() == 1
    assert Notice.objects.filter(kind="reporting.receipt", member=cast.officer).count() == 1
    assert Notice.objects.filter(kind="reporting.filed", member=cast.coordinator).count() == 1
    assert AuditEntry.objects.filter(act="reporting.submission_file").count() == 1


def test_a_reason_goes_when_the_figure_is_the_source_s_again(duty: ReportDuty, cast: Cast) -> None:
    leaflets(cast, 1200)
    told = Changes(GOOD | {"to_roi_ban": 1300}, reasons={"to_roi_ban": "In thêm"}, jumps={"hoi_nghi": "Nhiều hơn"})
    first = report_file(Filling(cast.officer, duty, told, 0))
    assert first.origins["to_roi_ban"]["reason"] == "In thêm"
    draft = submission_take_back(by=cast.officer, submission=first)

    again = report_file(Filling(cast.officer, duty, Changes({"to_roi_ban": 1200}), draft.version))

    assert "reason" not in again.origins["to_roi_ban"]
    assert "jump" not in again.origins.get("hoi_nghi", {})  # no period before: nothing to be far from


def test_receivers_get_one_mail_until_they_read_it(duty: ReportDuty, cast: Cast) -> None:
    filed(duty, cast.officer)
    filed(reporting.duty_of(duty.round, cast.commune), cast.commune_officer)
    assert Notice.objects.filter(kind="reporting.filed", member=cast.coordinator).count() == 1


def test_on_time_is_the_duty_s_last_day_in_viet_nam(duty: ReportDuty, cast: Cast) -> None:
    ReportDuty.objects.filter(pk=duty.pk).update(due_date=clock.today() - dt.timedelta(days=1))
    assert filed(duty, cast.officer).on_time is False
    other = reporting.duty_of(duty.round, cast.commune)
    ReportDuty.objects.filter(pk=other.pk).update(due_date=clock.today())
    assert filed(other, cast.commune_officer).on_time is True


def test_faults_keep_the_draft_and_name_the_fields(duty: ReportDuty, cast: Cast) -> None:
    wrong = {"hoi_nghi": 501, "lop_tap_huan": 2, "tong_cuoc": 7, "luot_nguoi": 10}
    with pytest.raises(FilingRefused) as caught:
        report_file(Filling(cast.officer, duty, Changes(wrong), 0))
    assert {(fault.code, fault.rule) for fault in caught.value.faults} == {
        ("hoi_nghi", "range"), ("tong_cuoc", "sum"), ("luot_nguoi", "evidence"),
    }  # fmt: skip
    draft = Submission.objects.get()
    assert (draft.state, draft.answers) == ("draft", wrong)


def test_an_empty_report_is_warned_about_and_counted_as_empty(duty: ReportDuty, cast: Cast) -> None:
    nothing = Filling(cast.officer, duty, Changes({"luot_nguoi": None, "kho_khan": "  "}), 0)
    with pytest.raises(FilingEmpty):
        report_file(nothing)
    report = report_file(Filling(cast.officer, duty, Changes(), 2, allow_empty=True))
    assert (report.is_empty, report.state) == (True, "filed")


def test_who_has_nothing_to_say_leaves_required_fields_open(duty: ReportDuty, cast: Cast) -> None:
    FormField.objects.filter(code="kho_khan").update(required=True)
    with pytest.raises(FilingEmpty):
        report_file(Filling(cast.officer, duty, Changes(), 0))
    with pytest.raises(FilingRefused) as caught:  # one word more, and what is required is asked for
        report_file(Filling(cast.officer, duty, Changes({"hoi_nghi": 1}), 1, allow_empty=True))
    assert {fault.code for fault in caught.value.faults} == {"luot_nguoi", "kho_khan"}
    draft = Submission.objects.get()
    emptied = Changes({"hoi_nghi": ""})
    assert report_file(Filling(cast.officer, duty, emptied, draft.version, allow_empty=True)).is_empty


def test_a_repeated_post_files_once(duty: ReportDuty, cast: Cast) -> None:
    given = Filling(cast.officer, duty, Changes(GOOD), 0, uuid.uuid4())
    first, second = report_file(given), report_file(given)
    assert first.pk == second.pk
    assert SubmissionStep.objects.count() == 1
    assert Notice.objects.filter(kind="reporting.receipt").count() == 1


def test_the_second_of_two_filers_is_told_and_keeps_the_words(duty: ReportDuty, cast: Cast, colleague: Member) -> None:
    report_file(Filling(cast.officer, duty, Changes(GOOD), 0))
    with pytest.raises(AlreadyFiled) as caught:
        report_file(Filling(colleague, duty, Changes({"hoi_nghi": 4, "luot_nguoi": 0}), 0))
    assert caught.value.codes == ["hoi_nghi"]
    assert str(cast.officer) in str(caught.value)
    assert Submission.objects.get().answers["hoi_nghi"] == 3


def test_what_others_wrote_is_seen_before_it_is_filed(duty: ReportDuty, cast: Cast, colleague: Member) -> None:
    draft_save(by=colleague, duty=duty, answers={"kho_khan": "thiếu loa"}, version=0)
    with pytest.raises(DraftMoved) as caught:
        report_file(Filling(cast.officer, duty, Changes(GOOD), 0))
    assert caught.value.saved.joined == ["kho_khan"]
    assert Submission.objects.get().state == "draft"
    now = caught.value.saved.submission.version
    assert report_file(Filling(cast.officer, duty, Changes(), now)).answers == GOOD | {"kho_khan": "thiếu loa"}


def test_submission_take_back_before_review_only(duty: ReportDuty, cast: Cast) -> None:
    report = filed(duty, cast.officer)
    back = submission_take_back(by=cast.officer, submission=report)
    duty.refresh_from_db()
    assert (back.state, back.on_time, duty.state) == ("draft", None, "waiting")
    assert FieldComment.objects.count() == 0
    report = submission_file(by=cast.officer, submission=back, version=back.version)
    Submission.objects.update(state="accepted")
    with pytest.raises(ReportRefused):
        submission_take_back(by=cast.officer, submission=report)


@pytest.mark.django_db(transaction=True)
def test_two_people_filing_at_once_file_one_report(duty: ReportDuty, cast: Cast, colleague: Member) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def send(member: Member, number: int) -> None:
        try:
            start.wait()
            report_file(Filling(member, duty, Changes({"luot_nguoi": 0, "hoi_nghi": number}), 0))
            outcomes.append("filed")
        except (AlreadyFiled, DraftMoved):
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=given) for given in ((cast.officer, 1), (colleague, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "filed" in outcomes
    assert len(outcomes) == 2
    report = Submission.objects.get()
    assert (report.state, SubmissionStep.objects.count()) == ("filed", 1)
    assert outcomes.count("filed") == 1
