"""The way of a reviewed text: who may do what when, the second person, what is written down and who is told."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from canhgiac.agencies.models import AuditEntry, Member, Notice, Province, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.models import Checklist, Edition, FormEdition, FormLaw, PublicationEntry
from canhgiac.library.selectors.editions import content_of, content_sha256, may_approve
from canhgiac.library.services.editions import (
    EditionRefused,
    EditionStale,
    edition_discard,
    edition_new,
    edition_publish,
    edition_return,
    edition_submit,
    edition_take_back,
    edition_withdraw,
    editions_expire,
    editions_remind,
)
from canhgiac.library.services.statements import statement_confirm, statement_reopen
from tests.factories import agencies as people
from tests.factories import library as make
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
State = Edition.State


def later(days: int = 180) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def submitted(editor: Member) -> FormEdition:
    shown = make.form()
    draft = edition_new(by=editor, of=shown.form)
    return edition_submit(by=editor, edition=draft, version=draft.version)


def publish(by: Member, edition: FormEdition, **facts: Any) -> FormEdition:
    given: dict[str, Any] = {"checklist": make.CHECKED, "review_by": later()} | facts
    return edition_publish(by=by, edition=edition, **given)


def jobs(name: str) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [name])
        return [json.loads(row[0]) for row in cursor.fetchall()]


# Writing ------------------------------------------------------------------------------------------------------------


def test_a_new_edition_starts_from_the_published_one(editor: Member) -> None:
    make.library()
    shown = FormEdition.objects.get(form__code="F01")
    draft = edition_new(by=editor, of=shown.form)
    assert (draft.number, draft.state, draft.author, draft.writers) == (2, State.DRAFT, editor, [editor.pk])
    assert content_of(draft) == content_of(shown)
    assert draft.to_review == shown.to_review
    assert FormLaw.objects.filter(edition=draft).count() == FormLaw.objects.filter(edition=shown).count() > 0
    assert not draft.is_starter
    assert edition_new(by=editor, of=shown.form) == draft, "the open one is gone on with"


def test_a_new_edition_of_a_withdrawn_form_starts_from_what_was_withdrawn(editor: Member, approver: Member) -> None:
    shown = make.form()
    edition_withdraw(by=approver, edition=shown, reason="Sai số điện thoại")
    draft = edition_new(by=editor, of=shown.form)
    assert (draft.number, draft.name) == (2, shown.name)


def test_who_has_no_role_writes_nothing(cast: Cast) -> None:
    shown = make.form()
    for someone in (cast.outsider, cast.officer, cast.commune_officer, cast.auditor):
        with pytest.raises(NotAllowed):
            edition_new(by=someone, of=shown.form)


def test_an_editor_of_one_commune_does_not_write_the_province_s_forms(cast: Cast) -> None:
    local = people.member(agency=cast.commune)
    people.role(local, Role.Kind.EDITOR, cast.commune)
    people.role(local, Role.Kind.APPROVER, cast.commune)
    shown = make.form()
    with pytest.raises(NotAllowed):
        edition_new(by=local, of=shown.form)
    assert not may_approve(local, shown.form)
    Province.objects.create(pk=1, name="tỉnh Thử", office=cast.commune)
    assert may_approve(local, shown.form), "the standing office keeps the forms"


def test_one_edition_is_open_at_a_time() -> None:
    shown = make.form()
    make.form(of=shown.form, state=State.DRAFT)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.form(of=shown.form, state=State.IN_REVIEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.form(of=shown.form, state=State.PUBLISHED)


def test_submitting_tells_the_second_people_but_not_who_wrote(editor: Member, approver: Member, cast: Cast) -> None:
    row = submitted(editor)
    assert (row.state, row.submitted_at is not None) == (State.IN_REVIEW, True)
    told = set(Notice.objects.filter(kind="library.edition_submit").values_list("member__full_name", flat=True))
    assert told == {"Duyệt Bài", "Điều Phối"}
    notice = Notice.objects.filter(kind="library.edition_submit").first()
    assert notice is not None
    assert notice.link == f"/thu-vien/hinh-thuc/{row.form.code}/"


def test_a_text_without_its_parts_is_not_submitted(editor: Member) -> None:
    draft = make.form(state=State.DRAFT, author=editor, signs=[], sign_titles=[], after=[])
    with pytest.raises(EditionRefused, match="thiếu dấu hiệu, thiếu việc cần làm khi lỡ rồi"):
        edition_submit(by=editor, edition=draft, version=draft.version)


def test_a_stale_submission_is_refused_with_the_newer_text(editor: Member) -> None:
    draft = make.form(state=State.DRAFT, author=editor)
    with pytest.raises(EditionStale) as stale:
        edition_submit(by=editor, edition=draft, version=7)
    assert stale.value.current == draft


def test_taken_back_it_is_a_draft_again(editor: Member) -> None:
    row = edition_take_back(by=editor, edition=submitted(editor))
    assert row.state == State.DRAFT
    with pytest.raises(EditionRefused, match="không còn chờ duyệt"):
        edition_take_back(by=editor, edition=row)


def test_a_discarded_draft_leaves_the_published_text(editor: Member) -> None:
    shown = make.form()
    edition_discard(by=editor, edition=edition_new(by=editor, of=shown.form))
    assert list(FormEdition.objects.filter(form=shown.form)) == [shown]
    with pytest.raises(EditionRefused):
        edition_discard(by=editor, edition=shown)


# The second person --------------------------------------------------------------------------------------------------


def test_published_it_takes_the_place_of_the_former(editor: Member, approver: Member) -> None:
    row = publish(approver, submitted(editor), note="Tốt", expires_on=later(365))
    row.refresh_from_db()
    former = FormEdition.objects.get(form=row.form, number=1)
    assert (row.state, former.state) == (State.PUBLISHED, State.SUPERSEDED)
    assert row.form.published == row
    assert row.sha256 == content_sha256(content_of(row))
    assert (row.reviewer, row.responsible, row.review_note) == (approver, approver, "Tốt")
    assert former.ended_at is not None
    log = PublicationEntry.objects.order_by("pk").values_list("act", "by__full_name", "responsible_name")
    assert list(log) == [("superseded", "Duyệt Bài", "Duyệt Bài"), ("published", "Duyệt Bài", "Duyệt Bài")]
    assert jobs("library.edition_ended")[-1] == {"kind": "form", "edition_id": former.pk}
    assert jobs("library.recognition_build")
    assert Notice.objects.get(kind="library.edition_publish").member == editor
    entry = AuditEntry.objects.get(act="library.edition_publish")
    assert entry.facts["sha256"] == row.sha256


def test_the_province_s_person_answers_for_it(editor: Member, approver: Member, cast: Cast) -> None:
    cast.coordinator.title = "Phó Giám đốc"
    cast.coordinator.save()
    Province.objects.create(pk=1, name="tỉnh Thử", responsible=cast.coordinator)
    row = publish(approver, submitted(editor))
    assert row.responsible == cast.coordinator
    assert PublicationEntry.objects.get(act="published").responsible_name == "Điều Phối, Phó Giám đốc"


def test_nobody_approves_what_they_wrote(editor: Member, approver: Member, cast: Cast) -> None:
    draft = edition_new(by=cast.coordinator, of=make.form().form)
    row = edition_submit(by=cast.coordinator, edition=draft, version=draft.version)
    with pytest.raises(EditionRefused, match="người thứ hai"):
        publish(cast.coordinator, row)
    with pytest.raises(EditionRefused, match="người thứ hai"):
        edition_return(by=cast.coordinator, edition=row, note="x", checklist={})
    with pytest.raises(NotAllowed):
        publish(editor, row)
    assert publish(approver, row).state == State.PUBLISHED


def test_who_only_helped_to_write_does_not_approve_either(editor: Member, cast: Cast) -> None:
    draft = edition_new(by=editor, of=make.form().form)
    row = edition_submit(by=cast.coordinator, edition=draft, version=draft.version)
    assert set(row.writers) == {editor.pk, cast.coordinator.pk}
    with pytest.raises(EditionRefused, match="người thứ hai"):
        publish(cast.coordinator, row)


def test_the_database_itself_wants_a_second_person(editor: Member, cast: Cast) -> None:
    row = make.form(state=State.IN_REVIEW, author=editor)
    for column in ({"reviewer": editor}, {"writers": [cast.coordinator.pk], "reviewer": cast.coordinator}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FormEdition.objects.filter(pk=row.pk).update(**column)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormEdition.objects.filter(pk=row.pk).update(state="published", is_starter=False)


@pytest.mark.parametrize("point", Checklist.values)
def test_every_point_has_to_be_yes(editor: Member, approver: Member, point: str) -> None:
    row = submitted(editor)
    with pytest.raises(EditionRefused, match="Còn 1 điều") as refused:
        publish(approver, row, checklist=make.CHECKED | {point: {"ok": False, "note": "xem lại"}})
    assert refused.value.field == "checklist"
    row.refresh_from_db()
    assert row.state == State.IN_REVIEW


def test_days_have_to_lie_ahead(editor: Member, approver: Member) -> None:
    row = submitted(editor)
    with pytest.raises(EditionRefused) as refused:
        publish(approver, row, review_by=clock.today())
    assert refused.value.field == "review_by"
    with pytest.raises(EditionRefused) as refused:
        publish(approver, row, expires_on=later(-1))
    assert refused.value.field == "expires_on"


def test_what_was_read_is_what_is_published(editor: Member, approver: Member) -> None:
    row = submitted(editor)
    read = row.version
    again = edition_take_back(by=editor, edition=row)
    edition_submit(by=editor, edition=again, version=again.version)
    with pytest.raises(EditionStale):
        publish(approver, row, version=read)


def test_returned_with_a_reason_its_writers_are_told(editor: Member, approver: Member) -> None:
    row = submitted(editor)
    with pytest.raises(EditionRefused) as refused:
        edition_return(by=approver, edition=row, note="  ", checklist={})
    assert refused.value.field == "note"
    points = {"facts": {"ok": False, "note": "Điều 174"}, "unknown": {"ok": True}}
    row = edition_return(by=approver, edition=row, note="Đối chiếu lại điều luật", checklist=points)
    assert (row.state, row.reviewer, row.review_note) == (State.RETURNED, approver, "Đối chiếu lại điều luật")
    assert row.checklist == {"facts": {"ok": False, "note": "Điều 174"}}
    notice = Notice.objects.get(kind="library.edition_return")
    assert (notice.member, notice.body) == (editor, "Đối chiếu lại điều luật")
    row = edition_submit(by=editor, edition=row, version=row.version)
    assert (row.state, row.reviewer, row.checklist) == (State.IN_REVIEW, None, {})


def test_withdrawn_it_is_gone_from_the_public(editor: Member, approver: Member, cast: Cast) -> None:
    shown = publish(approver, submitted(editor))
    with pytest.raises(EditionRefused) as refused:
        edition_withdraw(by=approver, edition=shown, reason="")
    assert refused.value.field == "reason"
    with pytest.raises(NotAllowed):
        edition_withdraw(by=editor, edition=shown, reason="Sai")
    row = edition_withdraw(by=approver, edition=shown, reason="Số điện thoại đã đổi")
    row.form.refresh_from_db()
    assert (row.state, row.end_reason, row.form.published) == (State.WITHDRAWN, "Số điện thoại đã đổi", None)
    last = PublicationEntry.objects.order_by("-pk").first()
    assert last is not None
    assert (last.act, last.note, last.by) == ("withdrawn", "Số điện thoại đã đổi", approver)
    assert jobs("library.edition_ended")[-1] == {"kind": "form", "edition_id": row.pk}
    assert editor in {notice.member for notice in Notice.objects.filter(kind="library.edition_withdraw")}
    with pytest.raises(EditionRefused):
        edition_withdraw(by=approver, edition=row, reason="x")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does(editor: Member, cast: Cast, approver: Member) -> None:
    row = submitted(editor)
    gate, answers = threading.Barrier(2), []

    def decide(member: Member) -> None:
        try:
            gate.wait(timeout=20)
            publish(member, FormEdition.objects.get(pk=row.pk))
            answers.append("published")
        except EditionRefused as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[member]) for member in (approver, cast.coordinator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == ["Bản này không còn chờ duyệt: đang dùng.", "published"]
    assert PublicationEntry.objects.filter(act="published").count() == 1


# By the day ---------------------------------------------------------------------------------------------------------


def test_a_text_whose_last_day_is_over_expires_once(editor: Member) -> None:
    over = make.form(expires_on=later(-1), author=editor)
    last_day, material = make.form(expires_on=clock.today()), make.material(expires_on=later(-3))
    assert editions_expire() == 2
    for row in (over, material, last_day):
        row.refresh_from_db()
    assert (over.state, material.state, last_day.state) == (State.EXPIRED, State.EXPIRED, State.PUBLISHED)
    over.form.refresh_from_db()
    assert over.form.published is None
    assert PublicationEntry.objects.filter(act="expired", by=None).count() == 2
    assert Notice.objects.filter(kind="library.edition_expire", member=editor).count() == 2
    assert editions_expire() == 0


def test_people_are_reminded_once_of_a_review_day(editor: Member, approver: Member, cast: Cast) -> None:
    make.form(review_by=later(14), author=editor)
    make.form(review_by=later(15), author=editor)
    assert editions_remind() == 1
    told = list(Notice.objects.filter(kind="library.edition_review_due").values_list("member__full_name", flat=True))
    assert sorted(told) == ["Biên Tập", "Duyệt Bài", "Điều Phối"]
    assert editions_remind() == 0


# The log, the statements --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act", ["UPDATE library_publicationentry SET title = 'x'", "DELETE FROM library_publicationentry"]
)
def test_the_publication_log_is_only_added_to(act: str) -> None:
    make.library()
    with (
        pytest.raises((ProgrammingError, InternalError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)


def test_a_statement_is_confirmed_with_its_source_and_put_back(editor: Member, cast: Cast) -> None:
    shown = make.form(to_review=["Mức phạt theo trí nhớ.", "Số gọi cần xem."])
    draft = edition_new(by=editor, of=shown.form)
    with pytest.raises(EditionRefused) as refused:
        statement_confirm(by=editor, edition=shown, statement="Mức phạt theo trí nhớ.", source=" ")
    assert refused.value.field == "source"
    statement_confirm(by=editor, edition=shown, statement="Mức phạt theo trí nhớ.", source="Nghị định 282, Điều 15")
    for row in (shown, draft):
        row.refresh_from_db()
        assert row.to_review == ["Số gọi cần xem."]
    entry = AuditEntry.objects.get(act="library.statement_confirm")
    assert entry.facts["source"] == "Nghị định 282, Điều 15"
    with pytest.raises(EditionRefused):
        statement_confirm(by=editor, edition=shown, statement="Mức phạt theo trí nhớ.", source="x")
    statement_reopen(by=editor, edition=shown, statement="Mức phạt theo trí nhớ.")
    draft.refresh_from_db()
    assert draft.to_review == ["Số gọi cần xem.", "Mức phạt theo trí nhớ."]
    with pytest.raises(NotAllowed):
        statement_reopen(by=cast.officer, edition=shown, statement="Điều gì đó")
