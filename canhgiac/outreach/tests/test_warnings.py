"""Drafts are begun, rewritten, dropped, taken back; who may, what is refused, what the log keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.acts import ACT_NAMES
from canhgiac.outreach.selectors.warnings import (
    WarningFilter,
    origin_words,
    since_first_words,
    span_words,
    to_draft_words,
    warning_tally,
    warnings_for,
)
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.warnings import (
    TEXT_LENGTH,
    WarningData,
    warning_draft,
    warning_drop,
    warning_edit,
    warning_restore,
)
from tests.factories import agencies, library, outreach
from tests.factories.agencies import Cast

DATA = WarningData(title="Cảnh báo thử", happens="Có người gọi.")


def _with(cast: Cast, kind: Role.Kind) -> Member:
    someone = agencies.member(agency=cast.police)
    agencies.role(someone, kind, cast.police)
    return someone


def test_a_draft_is_rewritten_and_keeps_where_it_came_from(cast: Cast) -> None:
    seen = clock.now() - dt.timedelta(hours=5)
    row = outreach.draft(cast.coordinator, origin="radar.card:7", first_seen_at=seen)
    edition = library.form(name="Giả danh công an")
    editor = _with(cast, Role.Kind.EDITOR)
    data = WarningData(
        title="  Giả   công an xã ",
        happens="Gọi điện\nbảo cài ứng dụng",
        signs="Giục làm ngay",
        form=edition.form,
        areas=(cast.commune_area, cast.commune_area),
        audience="elderly",
        origin="khác",
    )
    done = warning_edit(by=editor, warning=row, data=data, version=1)
    assert (done.title, done.signs, done.audience, done.version) == ("Giả công an xã", "Giục làm ngay", "elderly", 2)
    assert (done.origin, done.first_seen_at, done.edited_by) == ("radar.card:7", seen, editor)
    assert list(done.areas.all()) == [cast.commune_area]
    assert done.form == edition.form


def test_who_saved_later_on_an_older_text_is_refused(cast: Cast) -> None:
    row = outreach.draft(cast.coordinator)
    warning_edit(by=cast.coordinator, warning=row, data=DATA, version=1)
    with pytest.raises(WarningRefused, match="Người khác vừa sửa") as refused:
        warning_edit(by=cast.coordinator, warning=row, data=replace(DATA, title="Khác"), version=1)
    assert refused.value.version == 2
    row.refresh_from_db()
    assert row.title == "Cảnh báo thử"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (replace(DATA, title=" \n"), "title"),
        (replace(DATA, happens="\0"), "happens"),
        (replace(DATA, advice="x" * (TEXT_LENGTH + 1)), "advice"),
        (replace(DATA, audience="ai đó"), "audience"),
    ],
)
def test_a_text_at_fault_is_refused_at_its_field(cast: Cast, data: WarningData, field: str) -> None:
    with pytest.raises(WarningRefused) as refused:
        warning_draft(by=cast.coordinator, data=data)
    assert refused.value.field == field
    assert not Alert.objects.exists()


def test_dropped_with_a_reason_and_taken_back(cast: Cast) -> None:
    row = outreach.draft(cast.coordinator)
    with pytest.raises(WarningRefused, match="lý do"):
        warning_drop(by=cast.coordinator, warning=row, reason="  ", version=1)
    gone = warning_drop(by=cast.coordinator, warning=row, reason="soạn nhầm", version=1)
    assert (gone.state, gone.dropped_reason, gone.dropped_by) == ("dropped", "soạn nhầm", cast.coordinator)
    with pytest.raises(WarningRefused, match="“Đã bỏ”"):
        warning_edit(by=cast.coordinator, warning=row, data=DATA, version=2)
    with pytest.raises(WarningRefused, match="“Đã bỏ”"):
        warning_drop(by=cast.coordinator, warning=row, reason="lại", version=2)
    back = warning_restore(by=cast.coordinator, warning=row, version=2)
    assert (back.state, back.dropped_reason, back.dropped_at, back.version) == ("draft", "", None, 3)
    with pytest.raises(WarningRefused, match="“Bản nháp”"):
        warning_restore(by=cast.coordinator, warning=row, version=3)
    with pytest.raises(WarningRefused, match="Người khác"):
        warning_drop(by=cast.coordinator, warning=row, reason="x", version=1)


def test_one_thing_seen_is_one_draft(cast: Cast) -> None:
    first = outreach.draft(cast.coordinator, origin="radar.card:7")
    assert outreach.draft(cast.coordinator, origin="radar.card:7") == first
    warning_drop(by=cast.coordinator, warning=first, reason="soạn nhầm", version=1)
    second = outreach.draft(cast.coordinator, origin="radar.card:7")
    assert second != first
    with pytest.raises(WarningRefused, match="cùng nguồn"):
        warning_restore(by=cast.coordinator, warning=first, version=2)


@pytest.mark.parametrize("who", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_who_may_not_write(cast: Cast, who: str) -> None:
    row, by = outreach.draft(cast.coordinator), cast.everyone[who]
    acts: tuple[Callable[[], Alert], ...] = (
        lambda: warning_draft(by=by, data=DATA),
        lambda: warning_edit(by=by, warning=row, data=DATA, version=1),
        lambda: warning_drop(by=by, warning=row, reason="x", version=1),
        lambda: warning_restore(by=by, warning=row, version=1),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_a_tip_officer_drafts_from_the_radar_but_does_not_rewrite(cast: Cast) -> None:
    officer = _with(cast, Role.Kind.TIP_OFFICER)
    row = outreach.draft(officer, origin="radar.card:1")
    assert list(warnings_for(officer)) == [row]
    with pytest.raises(NotAllowed):
        warning_draft(by=officer, data=DATA)
    with pytest.raises(NotAllowed):
        warning_edit(by=officer, warning=row, data=DATA, version=1)


@pytest.mark.parametrize("kind", [Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.TIP_OFFICER, Role.Kind.AUDITOR])
def test_who_reads(cast: Cast, kind: Role.Kind) -> None:
    row = outreach.draft(cast.coordinator)
    assert list(warnings_for(_with(cast, kind))) == [row]
    for who in ("officer", "admin", "outsider"):
        with pytest.raises(NotAllowed):
            warnings_for(cast.everyone[who])
        with pytest.raises(NotAllowed):
            warning_tally(cast.everyone[who])


def test_the_list_is_narrowed_by_state_form_area_and_words(cast: Cast) -> None:
    by, edition = cast.coordinator, library.form(name="Giả danh công an")
    far = agencies.area(name="Xã Suối Xa", parent=cast.province_area)
    here = outreach.draft(by, title="Gọi điện ở xã", areas=(cast.commune_area,), form=edition.form)
    there = outreach.draft(by, title="Nhắn tin ở xa", areas=(far,))
    province = outreach.draft(by, title="Cả tỉnh", areas=(cast.province_area,))
    everywhere = outreach.draft(by, title="Không ghi nơi")
    gone = outreach.draft(by, title="Đã thôi")
    warning_drop(by=by, warning=gone, reason="trùng", version=1)

    def found(**wanted: object) -> set[Alert]:
        return set(warnings_for(by, WarningFilter(**wanted)))  # type: ignore[arg-type]

    assert found() == {here, there, province, everywhere}
    assert found(state="dropped") == {gone}
    assert len(found(state="all")) == 5
    assert found(form=edition.form.code) == {here}
    assert found(area=cast.commune_area) == {here, province, everywhere}
    assert found(area=cast.province_area) == {here, there, province, everywhere}
    assert found(q="nhan tin") == {there}
    assert found(q="Nhắn xã Đồi") == set()
    assert [row.pk for row in warnings_for(by, WarningFilter(), sort="tieu-de")] == [
        province.pk,
        here.pk,
        everywhere.pk,
        there.pk,
    ]
    assert list(warnings_for(by, WarningFilter(), sort="soan-luc")) == [here, there, province, everywhere]
    assert {state: count for state, count in warning_tally(by).items() if count} == {"draft": 4, "dropped": 1}


def test_hours_since_the_first_tip(cast: Cast) -> None:
    seen = clock.now() - dt.timedelta(hours=5, minutes=10)
    row = outreach.draft(cast.coordinator, origin="radar.card:1", first_seen_at=seen)
    assert (since_first_words(row), to_draft_words(row), origin_words(row)) == ("5 giờ", "5 giờ", "Ra-đa")
    by_hand = outreach.draft(cast.coordinator)
    assert (since_first_words(by_hand), to_draft_words(by_hand), origin_words(by_hand)) == ("", "", "Tự soạn")
    spans = {
        dt.timedelta(minutes=59): "dưới 1 giờ",
        dt.timedelta(hours=71.9): "71 giờ",
        dt.timedelta(hours=72): "3 ngày",
    }
    assert {span: span_words(span) for span in spans} == spans
    assert span_words(-dt.timedelta(hours=2)) == "dưới 1 giờ"
    gone = warning_drop(by=cast.coordinator, warning=row, reason="x", version=1)
    assert since_first_words(gone) == ""


def test_each_act_is_in_the_log_under_a_name(cast: Cast) -> None:
    row = outreach.draft(cast.coordinator)
    warning_edit(by=cast.coordinator, warning=row, data=DATA, version=1)
    warning_drop(by=cast.coordinator, warning=row, reason="soạn nhầm", version=2)
    warning_restore(by=cast.coordinator, warning=row, version=3)
    told = list(AuditEntry.objects.filter(act__startswith="outreach.").order_by("seq"))
    assert [entry.act.removeprefix("outreach.warning_") for entry in told] == ["draft", "edit", "drop", "restore"]
    assert {entry.act for entry in told} <= set(ACT_NAMES)
    assert told[2].facts["reason"] == "soạn nhầm"
