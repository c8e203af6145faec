"""The call log: quick entry beside the assistant's answer, callers sealed and forgotten, figures."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.assistant.models import CallEntry
from canhgiac.assistant.selectors.calls import CallFilter, call_figures, call_list
from canhgiac.assistant.services import calls as services
from canhgiac.assistant.services.calls import CallData, Caller
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.kit import clock
from canhgiac.tips.models import Tip
from tests.factories import tips

if TYPE_CHECKING:
    from tests.factories.agencies import Cast

ABOUT = "Bác Nguyễn Văn An kể: số 0900000214 xưng công an, đòi chuyển vào tài khoản 1234567890123"


def data(**given: Any) -> CallData:
    facts: dict[str, Any] = {"at": clock.now(), "about": ABOUT, "verdict": "danger", "minutes": 4}
    return CallData(**facts | given)


def login(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_what_a_call_was_about_is_masked_and_the_caller_sealed(cast: Cast) -> None:
    officer = tips.officer(cast.police)
    row = services.call_log(by=officer, data=data(caller=Caller("Trần Thị Bê", "0900 000 333")))
    row.refresh_from_db()
    for secret in ("0900000214", "1234567890123", "Văn An"):
        assert secret not in row.about
    assert "xưng công an" in row.about
    assert row.caller_sealed is not None
    assert b"000" not in bytes(row.caller_sealed)
    assert services.call_caller_open(by=cast.coordinator, call=row) == Caller("Trần Thị Bê", "0900 000 333")
    assert AuditEntry.objects.get(act="assistant.call_caller_open").actor_id == cast.coordinator.pk
    for other in (cast.auditor, cast.officer):
        with pytest.raises(NotAllowed):
            services.call_caller_open(by=other, call=row)
        with pytest.raises(NotAllowed):
            services.call_log(by=other, data=data())
    with pytest.raises(AssistantRefused, match="chưa tới"):
        services.call_log(by=officer, data=data(at=clock.now() + clock.DAY))


def test_callers_are_forgotten_after_ninety_days_and_the_entry_stays(cast: Cast) -> None:
    officer, now = tips.officer(cast.police), clock.now()
    kept = services.call_log(by=officer, data=data(at=now - 89 * clock.DAY, caller=Caller("A")))
    old = services.call_log(by=officer, data=data(at=now - 91 * clock.DAY, caller=Caller("B")))
    assert services.calls_forget() == 1
    assert services.calls_forget() == 0
    kept.refresh_from_db()
    old.refresh_from_db()
    assert old.caller_sealed is None
    assert old.about
    assert services.call_caller_open(by=officer, call=old) is None
    assert services.call_caller_open(by=officer, call=kept) == Caller("A")


def test_the_writer_or_a_coordinator_corrects_an_entry(cast: Cast) -> None:
    officer, other = tips.officer(cast.police), tips.officer(cast.police)
    row = services.call_log(by=officer, data=data(caller=Caller("A")))
    with pytest.raises(NotAllowed):
        services.call_edit(by=other, call=row, data=data())
    services.call_edit(by=officer, call=row, data=data(minutes=9), version=1, caller_kept=True)
    with pytest.raises(AssistantRefused, match="vừa sửa"):
        services.call_edit(by=cast.coordinator, call=row, data=data(), version=1)
    services.call_edit(by=cast.coordinator, call=row, data=data(minutes=10), version=2)
    row.refresh_from_db()
    assert (row.minutes, row.caller_sealed, row.version) == (10, None, 3)


def test_a_call_becomes_a_tip(cast: Cast) -> None:
    held = tips.vault_made(cast)
    client = login(held.officer)
    told = {"ke": ABOUT, "kenh": "phone", "viec": "tim", "outcome": "advised", "dien_thoai": "0900 000 333"}
    filled = client.post(reverse("tip_take_down"), told).content.decode()
    assert "0900000214" in filled
    assert "0900 000 333" in filled
    tip = tips.received(channel=Tip.Channel.PHONE, by=held.officer).tip
    answer = client.post(reverse("call_log"), told | {"viec": "luu", "tip": str(tip), "verdict": "danger"})
    assert answer.status_code == 302
    row = CallEntry.objects.get()
    assert (row.tip, row.outcome, row.act != "") == (tip, CallEntry.Outcome.TIP, True)
    wrong = client.post(reverse("call_log"), told | {"viec": "luu", "tip": "T999999"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["ke"].value() == ABOUT


def test_the_assistant_answers_beside_the_entry_and_the_officers_choice_stays(cast: Cast) -> None:
    client = login(tips.officer(cast.police))
    told = {"ke": "co so 0900000214 goi xung cong an bat chuyen tien", "hinh_thuc": "", "verdict": "", "guessed": "|"}
    side = client.post(reverse("call_ask"), told)
    assert side.status_code == 200
    form = side.context["form"]
    assert side.context["reply"].says
    assert not CallEntry.objects.exists()
    whole = client.post(reverse("call_log"), told | {"viec": "hoi"})
    assert whole.status_code == 200
    assert whole.context["form"]["verdict"].value() == form["verdict"].value()
    assert whole.context["form"]["ke"].value() == told["ke"]
    chosen = client.post(reverse("call_ask"), told | {"verdict": "unclear", "guessed": "|suspicious"})
    assert chosen.context["form"]["verdict"].value() == "unclear"
    assert client.post(reverse("call_log"), told | {"viec": "tiep", "outcome": "advised"}).url == reverse("call_log")  # type: ignore[attr-defined]
    assert login(cast.auditor).post(reverse("call_ask"), told).status_code == 403


def test_the_caller_is_shown_only_when_asked_for(cast: Cast) -> None:
    client = login(tips.officer(cast.police))
    client.post(reverse("call_log"), {"ke": "Hỏi luật", "outcome": "advised", "ten": "Trần Thị Bê", "viec": "luu"})
    row = CallEntry.objects.get()
    page = reverse("call_edit", args=[row.pk])
    assert "Trần Thị Bê" not in client.get(page).content.decode()
    opened = client.post(reverse("call_caller_open", args=[row.pk])).content.decode()
    assert "Trần Thị Bê" in opened
    kept = {"ke": "Hỏi luật", "outcome": "referred", "caller_kept": "on", "version": "1", "viec": "luu"}
    assert client.post(page, kept).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.caller_sealed is None) == ("referred", False)


def test_the_log_is_narrowed_counted_and_exported_without_callers(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    officer, now = tips.officer(cast.police), clock.now()
    client = login(officer)
    first = services.call_log(
        by=officer, data=data(caller=Caller("Trần Thị Bê", "0900 000 333"), area=cast.commune_area)
    )
    client.get(reverse("call_list"))
    with django_assert_max_num_queries(40) as one:
        client.get(reverse("call_list"))
    services.call_log(by=cast.coordinator, data=data(verdict="", at=now - 2 * clock.DAY, minutes=None))
    services.call_log(by=officer, data=data(outcome="dropped", verdict="", at=now - 2 * clock.DAY))
    with django_assert_max_num_queries(len(one)):
        page = client.get(reverse("call_list"))
    assert len(page.context["page"]) == 3
    day = (now.astimezone(clock.VIETNAM) - 2 * clock.DAY).date()
    for wanted, many in (
        (CallFilter(verdict="danger"), 1),
        (CallFilter(officer=officer), 2),
        (CallFilter(outcome="dropped"), 1),
        (CallFilter(since=day, until=day), 2),
        (CallFilter(form="khong"), 3),
    ):
        assert call_list(officer, wanted).count() == many, wanted
        assert call_figures(officer, wanted).calls == many
    figures = call_figures(officer, CallFilter())
    assert (figures.calls, figures.minutes, sum(figures.by_day.series[0].values)) == (3, 8, 3)  # type: ignore[arg-type]
    assert figures.by_verdict.series[0].values == (1, 2)
    for sort in ("luc", "-hinh-thuc", "nhan-dinh", "ket-qua", "-phut", "nguoi"):
        assert client.get(reverse("call_list"), {"sort": sort}).status_code == 200
    rows = workbook(client.get(reverse("call_export"), {"verdict": "danger"}))
    assert len(rows) == 2
    told = " ".join(map(str, rows[1][1:]))  # all but the moment, whose fraction of a second is any digits
    assert "xưng công an" in told
    assert "Trần Thị Bê" not in told
    assert "333" not in told
    masked = login(cast.auditor)
    assert "xưng công an" not in " ".join(map(str, workbook(masked.get(reverse("call_export")))))
    shown = masked.get(reverse("call_list")).content.decode()
    assert "xưng công an" not in shown
    assert reverse("call_edit", args=[first.pk]) not in shown


def workbook(answer: Any) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_minutes_and_days_at_fault_keep_what_was_typed(cast: Cast) -> None:
    client = login(tips.officer(cast.police))
    ahead = (clock.now() + dt.timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    for bad in ({"minutes": "-4"}, {"outcome": "x"}, {"at": ahead}, {"at": "hôm qua"}):
        answer = client.post(reverse("call_log"), {"ke": "Hỏi", "outcome": "advised", "viec": "luu"} | bad)
        assert answer.status_code == 422, bad
        assert answer.context["form"]["ke"].value() == "Hỏi"
    assert not CallEntry.objects.exists()
    assert client.get(reverse("call_list"), {"since": "x", "page": "x", "sort": "x"}).status_code == 200
