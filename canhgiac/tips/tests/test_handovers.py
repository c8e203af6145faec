"""Packs: what each receiver gets and what not, sums that hold, a letter that reads, states there and back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.officialdoc.reading import read
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.library.models import Contact
from canhgiac.tips.models import Case, Handover, Tip
from canhgiac.tips.services.errors import TipRefused
from canhgiac.tips.services.files import Sent, store
from canhgiac.tips.services.handovers import (
    HandoverData,
    handover_make,
    handover_open,
    handover_state_set,
    vneid_words,
)
from canhgiac.tips.services.parts import Identity
from tests.factories import tips as make
from tests.factories.agencies import Cast
from tests.factories.tips import Vault

pytestmark = pytest.mark.django_db
KEYS = (
    ("account", "970436:1234567890123"),
    ("account", "970405:9876543210"),
    ("phone", "0900 000 111"),
    ("link", "https://lua-dao.test/tai"),
)
WHO = Identity(name="Phạm Thị Kín", phone="0900000555", address="Thôn Kín")


@pytest.fixture
def held(cast: Cast, settings: Settings, tmp_path: Path) -> Vault:
    settings.FILES_ROOT = tmp_path / "files"
    return make.vault_made(cast)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def tip() -> Tip:
    files = (Sent("bien-lai.png", picture()), Sent("la.html", b"<script>alert(1)</script>"))
    return make.tip(keys=KEYS, identity=WHO, amount=15_000_000, files=files)


def unpacked(held: Vault, pack: Handover) -> dict[str, bytes]:
    data = handover_open(by=held.officer, handover=pack, unlocked=held.unlocked).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(held: Vault, row: Tip, to: str, **given: object) -> Handover:
    data = HandoverData(to=to, addressee="Nơi Nhận Mẫu", **given)  # type: ignore[arg-type]
    return handover_make(by=held.officer, unlocked=held.unlocked, data=data, tip=row)


def test_the_police_pack_is_whole_and_its_sums_hold(held: Vault) -> None:
    pack = made(held, tip(), "police")
    inside = unpacked(held, pack)
    lines = inside["SHA256SUMS.txt"].decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(sums) == set(inside) - {"SHA256SUMS.txt"}
    assert all(hashlib.sha256(inside[name]).hexdigest() == digest for name, digest in sums.items())
    told = json.loads(inside["du-lieu.json"])
    assert [one["sha256"] for one in told["files"]] == [sums[one["path"]] for one in told["files"]]
    (one,) = told["tips"]
    assert one["amount"] == 15_000_000
    assert {(x["kind"], x["value"]) for x in one["indicators"]} == {
        ("account", "970405:9876543210"),
        ("account", "970436:1234567890123"),
        ("link", "lua-dao.test/tai"),
        ("phone", "+84900000111"),
    }
    assert "công an phường" in one["story"]
    assert any(name.endswith(".jpg") for name in inside)
    assert any(name.startswith("tep-cach-ly/") and name.endswith(".khong-mo") for name in inside)
    letter = read(inside["cong-van.docx"], name="cong-van.docx").text
    assert "Kính gửi" in letter
    assert "Nơi Nhận Mẫu" in letter
    assert "9876543210" in letter
    assert sums["du-lieu.json"] in letter
    whole = b"".join(inside.values())
    assert WHO.name.encode() not in whole
    assert WHO.name not in letter


def test_identity_only_with_a_reason(held: Vault) -> None:
    row = tip()
    with pytest.raises(TipRefused, match="lý do"):
        made(held, row, "police", with_identity=True)
    pack = made(held, row, "police", with_identity=True, identity_reason="Lấy lời khai")
    told = json.loads(unpacked(held, pack)["du-lieu.json"])
    assert told["tips"][0]["sender"]["name"] == WHO.name


def test_a_bank_gets_its_own_accounts_and_no_story(held: Vault) -> None:
    row = tip()
    with pytest.raises(TipRefused, match="ngân hàng"):
        made(held, row, "bank")
    inside = unpacked(held, made(held, row, "bank", bins=("970405",), with_files=False))
    (one,) = json.loads(inside["du-lieu.json"])["tips"]
    assert [x["value"] for x in one["indicators"]] == ["970405:9876543210"]
    assert "story" not in one
    whole = inside["du-lieu.json"].decode() + read(inside["cong-van.docx"], name="cong-van.docx").text
    for foreign in ("1234567890123", "0900 000 111", "lua-dao.test", "công an phường", WHO.name):
        assert foreign not in whole
    assert set(inside) == {"cong-van.docx", "du-lieu.json", "SHA256SUMS.txt"}


def test_a_carrier_gets_numbers_and_links_alone(held: Vault) -> None:
    inside = unpacked(held, made(held, tip(), "telecom", with_files=False))
    (one,) = json.loads(inside["du-lieu.json"])["tips"]
    assert {x["kind"] for x in one["indicators"]} == {"phone", "link"}
    assert "amount" not in one
    assert "story" not in one


def test_the_same_content_gives_the_same_pack(held: Vault) -> None:
    row = tip()
    first, second = (unpacked(held, made(held, row, "police")) for _ in range(2))
    assert first["du-lieu.json"] == second["du-lieu.json"]
    assert first == second


def test_words_for_vneid(held: Vault) -> None:
    pack = handover_make(
        by=held.officer, unlocked=held.unlocked, data=HandoverData(to="vneid", addressee=""), tip=tip()
    )
    words = vneid_words(by=held.officer, handover=pack, unlocked=held.unlocked)
    assert "9876543210" in words
    assert "15.000.000 đồng" in words
    assert WHO.name not in words


def test_what_lies_on_the_disk_opens_only_with_the_vault(cast: Cast, held: Vault) -> None:
    pack = made(held, tip(), "police")
    assert pack.pack_sha256
    blob = store().get(pack.sealed_sha256)
    assert b"cong-van.docx" not in blob
    assert b"PK\x03\x04" not in blob[:200]
    with pytest.raises(TipRefused, match="Mở niêm phong"):
        handover_open(by=held.officer, handover=pack, unlocked=None)
    with pytest.raises(NotAllowed):
        handover_open(by=cast.coordinator, handover=pack, unlocked=held.unlocked)
    with pytest.raises(TipRefused, match="Mở niêm phong"):
        handover_make(by=held.officer, unlocked=None, data=HandoverData(to="police", addressee="X"), tip=tip())
    Path(store().path(pack.sealed_sha256)).write_bytes(blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(BrokenSealError):
        handover_open(by=held.officer, handover=pack, unlocked=held.unlocked)


def test_states_there_and_back(cast: Cast, held: Vault) -> None:
    first, _second = tip(), make.tip(keys=KEYS)
    first.refresh_from_db()
    case = first.case
    assert case is not None
    pack = handover_make(
        by=held.officer, unlocked=held.unlocked, data=HandoverData(to="police", addressee="PC02"), case=case
    )
    with pytest.raises(TipRefused, match="bước khác"):
        handover_state_set(by=held.officer, handover=pack, state="answered", outcome="x")
    with pytest.raises(NotAllowed):
        handover_state_set(by=cast.coordinator, handover=pack, state="handed")
    handover_state_set(by=held.officer, handover=pack, state="handed")
    case.refresh_from_db()
    assert case.state == Case.State.HANDED
    assert set(case.tips.values_list("state", flat=True)) == {Tip.State.HANDED}
    handover_state_set(by=held.officer, handover=pack, state="received")
    with pytest.raises(TipRefused, match="kết quả"):
        handover_state_set(by=held.officer, handover=pack, state="answered")
    done = handover_state_set(by=held.officer, handover=pack, state="answered", outcome="Đã khởi tố")
    assert (done.state, done.outcome) == ("answered", "Đã khởi tố")


def test_a_bank_asked_does_not_take_the_matter_over(held: Vault) -> None:
    Contact.objects.create(code="mau", kind="bank", name="Ngân hàng Mẫu", bins=["970405"])
    row = tip()
    pack = made(held, row, "bank", bins=("970405",), with_files=False)
    handover_state_set(by=held.officer, handover=pack, state="handed")
    row.refresh_from_db()
    assert row.state == Tip.State.NEW
