"""The judge of a process: built from the tables, never far behind them."""

from __future__ import annotations

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from canhgiac.agencies.models import AuditEntry, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.models import ExampleMessage, OfficialMessage, RecognitionBuild
from canhgiac.library.selectors.recognition import NoBuildError, judge_forget, judge_now
from canhgiac.library.services.recognition import build_ensure, build_make, build_request
from tests.factories import agencies
from tests.factories.agencies import Cast
from tests.factories.recognition import recognition_ready

SCAM = "Tai khoan cua quy khach bi khoa, vui long dang nhap http://vietcombank.vn-xacminh.test de xac minh trong 2 gio"


def test_before_the_first_build_it_says_so(db: None) -> None:
    judge_forget()
    with pytest.raises(NoBuildError):
        judge_now()
    assert build_ensure() is None


def test_it_judges_and_names_known_messages_alike(db: None) -> None:
    build = recognition_ready()
    judge = judge_now()
    assert judge.version == build.version
    known = ExampleMessage.objects.filter(form__isnull=False).select_related("form").order_by("-pk")[0]
    alike = judge.alike(judge.judge(known.text))
    assert alike[0].example_id == known.pk
    assert alike[0].likeness == 1
    assert judge.judge(SCAM).state == "danger"
    assert judge.judge("Con về ăn cơm nhé").state == "unclear"


def test_what_is_removed_is_forgotten_and_what_is_added_known(db: None) -> None:
    recognition_ready()
    known = ExampleMessage.objects.filter(form__isnull=False).order_by("-pk")[0]
    judge_now()
    ExampleMessage.objects.filter(pk=known.pk).update(state=ExampleMessage.State.REMOVED)
    judge_forget()
    assert known.pk not in {one.example_id for one in judge_now().alike(judge_now().judge(known.text))}


def test_the_provinces_own_message_is_known_until_its_day(db: None) -> None:
    recognition_ready()
    text = (
        "Cong an tinh Vinh An: khong co viec cong an lam viec qua dien thoai, de nghi nguoi dan goi 113 khi nghi ngo."
    )
    own = OfficialMessage.objects.create(text=text, sender="CA VINHAN", sent_on=clock.today())
    judge_forget()
    verdict = judge_now().judge(text)
    assert verdict.state == "official"
    assert verdict.official is not None
    assert verdict.official.key == own.pk
    OfficialMessage.objects.filter(pk=own.pk).update(until=clock.today() - dt.timedelta(days=1))
    judge_forget()
    assert judge_now().judge(text).state != "official"


def test_the_same_examples_make_the_same_build_and_others_another(cast: Cast) -> None:
    first = recognition_ready()
    assert build_make().pk == first.pk
    form = ExampleMessage.objects.filter(form__isnull=False).order_by("pk")[0].form
    ExampleMessage.objects.create(
        form=form,
        text="Quy khach trung thuong xe may, nop phi 3 trieu de nhan xe ngay hom nay",
        sha256="0" * 64,
        source=ExampleMessage.Source.STARTER,
        state=ExampleMessage.State.IN_USE,
    )
    editor = agencies.member(agency=cast.province)
    agencies.role(editor, Role.Kind.EDITOR, cast.province)
    second = build_make(by=editor)
    assert second.pk != first.pk
    assert list(RecognitionBuild.objects.filter(is_current=True).values_list("pk", flat=True)) == [second.pk]
    assert AuditEntry.objects.filter(act="library.build_make").count() == 2
    assert judge_now().version == second.version
    assert {"recall", "false_alarms", "forms"} <= second.measures.keys()


def test_building_anew_is_for_the_worker_and_only_when_there_is_something_to_learn(cast: Cast) -> None:
    recognition_ready()
    editor = agencies.member(agency=cast.province)
    agencies.role(editor, Role.Kind.EDITOR, cast.province)
    assert not build_request(by=editor)
    ExampleMessage.objects.filter(pk=ExampleMessage.objects.filter(form__isnull=False).order_by("pk")[0].pk).delete()
    assert build_request(by=editor)
    assert ProcrastinateJob.objects.filter(task_name="library.recognition_build", args={"by": editor.pk}).exists()


def test_an_officer_may_not_build(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        build_make(by=cast.officer)
    with pytest.raises(NotAllowed):
        build_request(by=cast.officer)
