"""What is sealed goes when its time is over, the figures stay; a person's copy and erasure."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.tips.models import Erasure, Tip, TipFile, TipMessage, TipPart, TipToken
from canhgiac.tips.selectors.retention import KEPT_DAYS, erase_day, erasure_preview
from canhgiac.tips.services import triage
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.files import Sent, store
from canhgiac.tips.services.following import follow, tip_withdraw_by_code
from canhgiac.tips.services.handovers import HandoverData, handover_make, handover_open
from canhgiac.tips.services.retention import person_export, tip_erase, tips_erase
from tests.factories import tips as make
from tests.factories.agencies import Cast
from tests.factories.tips import Vault

pytestmark = pytest.mark.django_db
FILE = Sent("ghi-am.txt", b"ghi am mau")


@pytest.fixture
def held(cast: Cast, settings: Settings, tmp_path: Path) -> Vault:
    settings.FILES_ROOT = tmp_path / "files"
    return make.vault_made(cast)


def ended(held: Vault, outcome: str = "handled", days: int = 0) -> Tip:
    row = make.tip(files=(FILE,))
    triage.tip_answer(by=held.officer, tip=row, unlocked=held.unlocked, outcome=outcome, text="Xong.")
    closed = clock.now() - dt.timedelta(days=days)
    Tip.objects.filter(pk=row.pk).update(closed_at=closed)
    row.refresh_from_db()
    Tip.objects.filter(pk=row.pk).update(erase_on=erase_day(row))
    row.refresh_from_db()
    return row


def test_the_rule_erases_what_is_due_and_nothing_else(held: Vault, django_capture_on_commit_callbacks: object) -> None:
    due, kept, open_ = ended(held, days=KEPT_DAYS["handled"]), ended(held, days=KEPT_DAYS["no_crime"]), make.tip()
    pack = handover_make(
        by=held.officer, unlocked=held.unlocked, data=HandoverData(to="police", addressee="PC02"), tip=due
    )
    blobs = [TipFile.objects.get(tip=due).blob_sha256, pack.sealed_sha256]
    seen = erasure_preview(clock.today())
    assert (seen.total, seen.tips) == (1, [due])
    assert seen.files == 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        (report,) = tips_erase()
    assert (report.why, report.tips) == ("rule", [due.pk])
    assert report.counts["parts"] >= 2
    assert report.counts["packs"] == 1
    assert report.counts["bytes"] > 0
    due.refresh_from_db()
    assert bytes(due.key_sealed) == bytes(due.key_by_code) == b""
    for model in (TipPart, TipFile, TipMessage, TipToken):
        assert not model.objects.filter(tip=due).exists()
        assert model.objects.exclude(tip=due).exists()
    assert not any(store().path(blob).exists() for blob in blobs)
    pack.refresh_from_db()
    with pytest.raises(TipRefused, match="đã xóa"):
        handover_open(by=held.officer, handover=pack, unlocked=held.unlocked)
    for row in (kept, open_):
        row.refresh_from_db()
        assert row.erased_at is None
    assert tips_erase() == []
    with pytest.raises(TipRefused, match="không mở lại"):
        triage.tip_reopen(by=held.officer, tip=due)


def test_withdrawn_and_spam_have_days_of_their_own(held: Vault) -> None:
    receipt, spam = make.received(), make.tip(story="Chuyện khác hẳn để đánh dấu rác.")
    tip_withdraw_by_code(code=receipt.code, address="1.2.3.4")
    triage.tip_spam(by=held.officer, tip=spam)
    assert tips_erase() == []
    later = clock.add_working_days(clock.today(), 2)
    assert {report.why for report in tips_erase(today=later)} == {"withdrawn"}
    assert {report.why for report in tips_erase(today=later + dt.timedelta(days=30))} == {"spam"}
    seen = follow(code=receipt.code, address="1.2.3.4")
    assert seen.tip.erased_at is not None
    assert seen.messages == []


def test_a_person_asks_for_erasure(cast: Cast, held: Vault) -> None:
    row = make.tip()
    with pytest.raises(TipRefused, match="đang được giải quyết"):
        tip_erase(by=held.officer, tip=row)
    triage.tip_answer(by=held.officer, tip=row, unlocked=held.unlocked, outcome="no_crime", text="Xong.")
    with pytest.raises(NotAllowed):
        tip_erase(by=cast.admin, tip=row)
    report = tip_erase(by=held.officer, tip=row)
    assert (report.why, report.by, Erasure.objects.count()) == ("request", held.officer, 1)
    with pytest.raises(TipRefused, match="đã xóa"):
        tip_erase(by=held.officer, tip=row)


def test_a_persons_copy_holds_what_they_told_and_no_officers_notes(cast: Cast, held: Vault) -> None:
    from canhgiac.tips.services.opening import tip_note

    row = make.tip(files=(FILE,), amount=15_000_000)
    triage.tip_ask(by=held.officer, tip=row, unlocked=held.unlocked, text="Chụp giúp biên lai.")
    tip_note(by=held.officer, tip=row, unlocked=held.unlocked, text="Nghi cùng nhóm tháng trước")
    with pytest.raises(TipRefused, match="Mở niêm phong"):
        person_export(by=held.officer, tip=row, unlocked=None)
    with pytest.raises(NotAllowed):
        person_export(by=cast.admin, tip=row, unlocked=held.unlocked)
    with zipfile.ZipFile(io.BytesIO(person_export(by=held.officer, tip=row, unlocked=held.unlocked))) as archive:
        told = json.loads(archive.read("du-lieu.json"))
        assert archive.read(told["files"][0]["path"]) == FILE.data
    assert told["story"] == make.STORY
    assert told["facts"]["amount"] == 15_000_000
    assert [one["text"] for one in told["messages"]] == ["Chụp giúp biên lai."]
    assert "tháng trước" not in json.dumps(told, ensure_ascii=False)
