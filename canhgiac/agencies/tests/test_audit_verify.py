"""The chain finds what someone with the database's highest rights has done behind the triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from canhgiac.agencies import services
from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors.audit import Broken, Head, audit_broken, audit_head
from tests.factories.agencies import Cast


@pytest.fixture(autouse=True)
def heads(settings: Settings, tmp_path: Path) -> Path:
    settings.AUDIT_HEADS = tmp_path / "heads.txt"
    return tmp_path / "heads.txt"


@pytest.fixture
def log(cast: Cast) -> Cast:
    for number in range(1, 8):
        services.audit_record(by=cast.admin, act="agencies.thu", subject=cast.police, facts={"n": number})
    return cast


@contextmanager
def behind_the_triggers() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def broken() -> Broken:
    found = audit_broken()
    assert found is not None
    return found


def test_an_untouched_log_holds(log: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_broken() is None
    call_command("audit", "verify")
    assert "nguyên vẹn: 7 dòng" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        {"act": "agencies.khac"},
        {"actor": None},
        {"facts": {"n": 99}},
        {"subject_id": "0"},
        {"at": "2020-01-01T00:00:00Z"},
        {"hash": "f" * 64},
    ],
)
def test_an_altered_row_is_named(log: Cast, change: dict[str, object]) -> None:
    with behind_the_triggers():
        AuditEntry.objects.filter(seq=3).update(**change)
    assert broken().seq == 3
    with pytest.raises(CommandError, match="Dòng 3") as refused:
        call_command("audit", "verify")
    assert refused.value.returncode == 1


def test_a_removed_row_is_named(log: Cast) -> None:
    with behind_the_triggers():
        AuditEntry.objects.filter(seq=4).delete()
    assert broken().seq == 4
    assert "xóa" in broken().what


def test_a_removed_row_is_named_when_the_numbers_are_closed_up(log: Cast) -> None:
    with behind_the_triggers():
        AuditEntry.objects.filter(seq=4).delete()
        for seq in (5, 6, 7):
            AuditEntry.objects.filter(seq=seq).update(seq=seq - 1)
    assert broken().seq == 4


def test_an_inserted_row_is_named(log: Cast) -> None:
    with behind_the_triggers():
        for seq in (7, 6, 5, 4):
            AuditEntry.objects.filter(seq=seq).update(seq=seq + 1)
        third = AuditEntry.objects.get(seq=3)
        third.pk, third.seq, third.previous_hash = None, 4, third.hash
        third.save(force_insert=True)
    assert broken().seq == 4


def test_a_cut_tail_is_seen_against_a_kept_head(log: Cast, heads: Path) -> None:
    kept = services.audit_head_keep()
    assert kept == audit_head() == Head(7, AuditEntry.objects.get(seq=7).hash)
    with behind_the_triggers():
        AuditEntry.objects.filter(seq__gte=6).delete()
    assert audit_broken() is None
    with pytest.raises(CommandError, match="cắt đuôi"):
        call_command("audit", "verify")
    heads.unlink()
    call_command("audit", "verify")
    with pytest.raises(CommandError, match="cắt đuôi"):
        call_command("audit", "verify", "--head", f"{kept.seq}:{kept.hash}")


def test_a_chain_written_anew_is_seen_against_a_kept_head(log: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit", "head")
    printed = capsys.readouterr().out.strip()
    with behind_the_triggers():
        AuditEntry.objects.all().delete()
    for number in range(1, 9):
        services.audit_record(by=log.admin, act="agencies.thu", subject=log.police, facts={"n": -number})
    with pytest.raises(CommandError, match="viết lại"):
        call_command("audit", "verify", "--head", printed)


def test_a_head_that_is_none_is_refused(log: Cast, heads: Path) -> None:
    with pytest.raises(CommandError, match="SEQ:HASH"):
        call_command("audit", "verify", "--head", "7")
    heads.write_text("rác\n", encoding="utf-8")
    with pytest.raises(CommandError, match="tệp mốc"):
        call_command("audit", "verify")
