"""The pages of tips as each role sees them: masked, with the same few queries whatever their size; open only with the
vault."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.kit import clock
from canhgiac.tips.models import Case, Handover, Tip
from canhgiac.tips.selectors.statistics import statistics
from canhgiac.tips.services import triage
from canhgiac.tips.services.cases import case_close, case_reopen
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.golden import freeze_prepare
from tests.factories import tips as make
from tests.factories.agencies import Cast
from tests.factories.tips import PASSPHRASE, Vault

pytestmark = pytest.mark.django_db
KEYS = (("account", "970436:1234567890123"), ("phone", "0900 000 111"))
SECRETS = ("1234567890123", "0900 000 111", "0900000111", "công an phường")


@pytest.fixture
def held(cast: Cast, settings: Settings, tmp_path: Path) -> Vault:
    settings.FILES_ROOT = tmp_path / "files"
    return make.vault_made(cast)


def as_(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def opened_by(held: Vault) -> Client:
    client = as_(held.officer)
    assert client.post("/tin-bao/khoa/mo/", {"cum": PASSPHRASE}).status_code == 302
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_lists_show_nothing_sealed(cast: Cast, held: Vault) -> None:
    first = make.tip(keys=KEYS, sent_money_at=timezone.now() - dt.timedelta(hours=1))
    make.tip(keys=KEYS)
    case = Case.objects.get()
    for member in (held.officer, cast.coordinator, cast.auditor):
        client = as_(member)
        for path in ("/tin-bao/", f"/tin-bao/{first.pk}/", "/tin-bao/vu-viec/", f"/tin-bao/vu-viec/{case.pk}/"):
            page = text(client, path)
            assert not any(secret in page for secret in SECRETS), path
        export = b"".join(client.get("/tin-bao/xuat.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert str(first) in export
        assert not any(secret in export for secret in SECRETS)
    assert "Giờ vàng" in text(as_(held.officer), "/tin-bao/")
    assert "cùng tài khoản" in text(as_(held.officer), f"/tin-bao/{first.pk}/")


@pytest.mark.parametrize("who", ["officer", "commune_officer", "admin", "outsider"])
def test_who_has_nothing_to_do_with_tips_sees_none(cast: Cast, held: Vault, who: str) -> None:
    tip, client = make.tip(), as_(cast.everyone[who])
    for path in ("/tin-bao/", "/tin-bao/vu-viec/", "/tin-bao/ho-so/", "/tin-bao/so-lieu/", "/tin-bao/luu-tru/"):
        text(client, path, 403)
    assert client.get(f"/tin-bao/{tip.pk}/").status_code in (403, 404)


def test_the_queue_asks_as_often_for_one_as_for_twelve(held: Vault) -> None:
    client = as_(held.officer)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            text(client, path)
        return len(asked)

    make.tip(keys=KEYS)
    make.tip(keys=KEYS)
    paths = ("/tin-bao/", "/tin-bao/vu-viec/", f"/tin-bao/vu-viec/{Case.objects.get().pk}/")
    before = [queries(path) for path in paths]
    for _number in range(10):
        make.tip(keys=KEYS)
    assert [queries(path) for path in paths] == before


def test_filters_find_by_number_and_by_what_a_tip_names(held: Vault) -> None:
    first, second = make.tip(keys=KEYS), make.tip(story="Một chuyện khác hẳn, chẳng liên quan.")
    client = as_(held.officer)
    for query, found in (("0900.000.111", first), (f"T{second.pk}", second)):
        page = text(client, f"/tin-bao/?q={query}")
        assert f"/tin-bao/{found.pk}/" in page
        other = second if found is first else first
        assert f"/tin-bao/{other.pk}/" not in page
    assert "không có tin báo nào khớp" in text(client, "/tin-bao/?q=0900000999").lower()
    for view in ("cua-toi", "qua-han", "gio-vang", "ket-thuc", "da-chuyen", "tat-ca", "chua-nhan", "cho-ta", "la"):
        text(client, f"/tin-bao/?xem={view}&sort=-han&area=khong+co&since=2026-99-99&loss=9&officer=x")


def test_opening_needs_the_vault_and_is_in_the_log(held: Vault) -> None:
    tip = make.tip(keys=KEYS)
    sealed = text(as_(held.officer), f"/tin-bao/{tip.pk}/?mo=1")
    assert not any(secret in sealed for secret in SECRETS)
    assert not AuditEntry.objects.filter(act="tips.tip_open").exists()
    client = opened_by(held)
    assert not any(secret in text(client, f"/tin-bao/{tip.pk}/") for secret in SECRETS)
    page = text(client, f"/tin-bao/{tip.pk}/?mo=1")
    assert "công an phường" in page
    assert AuditEntry.objects.filter(act="tips.tip_open", subject_id=str(tip.pk)).count() == 1


def test_an_officer_takes_asks_answers_and_takes_back(held: Vault) -> None:
    tip, client = make.tip(keys=KEYS), opened_by(held)
    base = f"/tin-bao/{tip.pk}/"
    client.post(base + "nhan/", {"version": tip.version})
    stale = client.post(base + "giao/", {"version": tip.version, "to": held.officer.pk})
    assert stale.status_code == 422
    assert "Người khác vừa xử lý" in stale.content.decode()
    long = "Gửi giúp ảnh biên lai"
    refused = client.post(base + "gia-han/", {"until": "2030-01-01", "reason": long})
    assert refused.status_code == 422
    assert long in refused.content.decode()
    tip.refresh_from_db()
    client.post(base + "hoi/", {"version": tip.version, "text": long, "mo": "1"})
    tip.refresh_from_db()
    assert tip.state == Tip.State.ASKED
    client.post(base + "ghi-chu/", {"version": tip.version, "text": "Nghi nhóm cũ"})
    client.post(base + "phan-loai/", {"version": tip.version, "loss": "2"})
    page = text(client, base + "?mo=1")
    assert long in page
    assert "Nghi nhóm cũ" in page
    tip.refresh_from_db()
    client.post(base + "tra-loi/", {"version": tip.version, "outcome": "handled", "text": "Đã xử lý."})
    tip.refresh_from_db()
    assert (tip.state, tip.loss) == (Tip.State.CLOSED, 2)
    client.post(base + "mo-lai/", {"version": tip.version})
    tip.refresh_from_db()
    client.post(base + "tin-rac/", {"version": tip.version})
    tip.refresh_from_db()
    assert tip.state == Tip.State.SPAM


def test_many_are_given_on_from_the_list(cast: Cast, held: Vault) -> None:
    rows, client = [make.tip(), make.tip(story="Chuyện thứ hai khác hẳn.")], as_(held.officer)
    told = {"tips": [f"{row.pk}:{row.version}" for row in rows] + ["x:y", "9"], "to": held.officer.pk}
    client.post("/tin-bao/giao-nhieu/", told)
    assert set(Tip.objects.values_list("assigned_to", flat=True)) == {held.officer.pk}
    assert client.post("/tin-bao/giao-nhieu/", {"to": ""}).status_code == 302


def test_cases_by_hand(held: Vault) -> None:
    first, second = make.tip(), make.tip(story="Chuyện khác hẳn, không chung gì cả.", keys=(("phone", "0900000222"),))
    Tip.objects.update(case=None)
    client = as_(held.officer)
    client.post(f"/tin-bao/{first.pk}/ghep/", {"number": f"t{second.pk}"})
    case = Tip.objects.get(pk=first.pk).case
    assert case is not None
    assert client.post(f"/tin-bao/{first.pk}/ghep/", {"number": "VV-1999-0001"}).status_code == 404
    client.post(f"/tin-bao/vu-viec/{case.pk}/tach/", {"tips": [first.pk]})
    other = Tip.objects.get(pk=first.pk).case
    assert other not in (None, case)
    assert other is not None
    client.post(f"/tin-bao/vu-viec/{other.pk}/gop/", {"number": case.number})
    assert Tip.objects.filter(case=case).count() == 2
    assert "Đã nhập vào vụ" in text(client, f"/tin-bao/vu-viec/{other.pk}/")
    client.post(f"/tin-bao/vu-viec/{other.pk}/bo-gop/")
    client.post(f"/tin-bao/{first.pk}/bo-ghep/")
    assert Tip.objects.get(pk=first.pk).case is None
    client.post(f"/tin-bao/vu-viec/{case.pk}/ket-qua/", {"outcome": "Đã khởi tố", "held_amount": 5_000_000})
    case.refresh_from_db()
    assert (case.state, case.held_amount) == (Case.State.CLOSED, 5_000_000)
    client.post(f"/tin-bao/vu-viec/{case.pk}/mo-lai/")
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    with pytest.raises(TipRefused, match="đang được xử lý"):
        case_reopen(by=held.officer, case=case)
    with pytest.raises(TipRefused, match="kết quả"):
        case_close(by=held.officer, case=case, outcome=" ")


def test_a_pack_from_the_page(held: Vault) -> None:
    tip, client = make.tip(keys=KEYS), opened_by(held)
    base = f"/tin-bao/{tip.pk}/chuyen/"
    assert client.post(base, {"to": "police"}).status_code == 422
    client.post(base, {"to": "vneid"})
    pack = Handover.objects.get()
    page = text(client, f"/tin-bao/ho-so/{pack.pk}/?mo=1")
    assert "1234567890123" in page
    data = client.get(f"/tin-bao/ho-so/{pack.pk}/tai-ve").content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert json.loads(archive.read("du-lieu.json"))["for"] == "vneid"
    client.post(f"/tin-bao/ho-so/{pack.pk}/trang-thai/", {"state": "handed"})
    tip.refresh_from_db()
    assert tip.state == Tip.State.HANDED
    assert client.post(f"/tin-bao/ho-so/{pack.pk}/trang-thai/", {"state": "answered"}).status_code == 422
    assert str(tip) in text(client, "/tin-bao/ho-so/?to=vneid")
    locked = as_(held.officer).get(f"/tin-bao/ho-so/{pack.pk}/tai-ve")
    assert locked.status_code == 302


def test_a_freeze_request_is_prepared_once(cast: Cast, held: Vault) -> None:
    tip = make.tip(keys=KEYS, amount=85_000_000, sent_money_at=timezone.now() - dt.timedelta(hours=2))
    with pytest.raises(TipRefused, match="Mở niêm phong"):
        freeze_prepare(by=held.officer, tip=tip, unlocked=None)
    (first,) = freeze_prepare(by=held.officer, tip=tip, unlocked=held.unlocked)
    (again,) = freeze_prepare(by=held.officer, tip=tip, unlocked=held.unlocked)
    assert first == again
    assert (first.amount, first.urgent, first.kind) == (85_000_000, True, "freeze")
    assert "công an phường" not in first.words
    bare = make.tip(story="Chỉ có một cuộc gọi lạ thôi.", keys=(("phone", "0900000333"),))
    with pytest.raises(TipRefused, match="không nêu tài khoản"):
        freeze_prepare(by=held.officer, tip=bare, unlocked=held.unlocked)


def test_small_figures_name_nobody(cast: Cast, held: Vault) -> None:
    rows = [make.tip(area=cast.commune_area) for _ in range(3)]
    triage.tip_answer(by=held.officer, tip=rows[0], unlocked=held.unlocked, outcome="handled", text="Xong.")
    today = clock.today()
    whole = statistics(held.officer, today, today)
    assert (whole.total, whole.answered, whole.on_time_share) == (3, 1, 1.0)
    assert ("Xã Đồi Mây", 3) in whole.cuts[1].rows
    seen = statistics(cast.coordinator, today, today)
    assert (seen.total, seen.answered, seen.first_answer_hours) == ("< 5", "< 5", None)
    assert {number for cut in seen.cuts for _name, number in cut.rows} == {"< 5"}
    page = text(as_(cast.coordinator), "/tin-bao/so-lieu/")
    assert "&lt; 5" in page
    export = b"".join(as_(cast.coordinator).get("/tin-bao/so-lieu/xuat.xlsx").streaming_content)  # type: ignore[attr-defined]
    assert export[:2] == b"PK"


def test_the_page_of_keeping_and_a_persons_rights(held: Vault) -> None:
    tip, client = make.tip(), opened_by(held)
    assert "Chưa xóa tin nào" in text(client, "/tin-bao/luu-tru/?day=2027-01-01")
    copy = client.get(f"/tin-bao/{tip.pk}/du-lieu/")
    assert copy["Content-Type"] == "application/zip"
    client.post(f"/tin-bao/{tip.pk}/xoa/", {"version": tip.version})
    tip.refresh_from_db()
    assert tip.erased_at is None
    triage.tip_answer(by=held.officer, tip=tip, unlocked=held.unlocked, outcome="handled", text="Xong.")
    client.post(f"/tin-bao/{tip.pk}/xoa/")
    assert "Nội dung đã xóa" in text(client, f"/tin-bao/{tip.pk}/?mo=1")
    assert "Người báo yêu cầu xóa" in text(client, "/tin-bao/luu-tru/")
