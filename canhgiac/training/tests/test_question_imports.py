"""Files of questions: read with their faults, compared, taken as drafts, dropped; the bank as a file and back."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.quizzes import gift, qti, sheet
from canhgiac.training.models import BankImport, QuestionEdition
from canhgiac.training.selectors.bankimports import import_rows, imports_for
from canhgiac.training.selectors.questions import item_of_edition, question_list
from canhgiac.training.services.questionimports import (
    TakeData,
    bank_import_drop,
    bank_import_receive,
    bank_import_take,
    format_of,
    questions_export,
)
from canhgiac.training.services.questions import QuestionData, picture_store, question_new
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, library, papers
from tests.factories.agencies import Cast

from .test_questions import ITEM, png

MOODLE = """// question: 101  name: chuyen-tien
$CATEGORY: $course$/top/An ninh mạng

::chuyen-tien::[plain]Người lạ gọi, bảo chuyển tiền ngay. Bạn làm gì?{
	=Cúp máy rồi gọi lại số chính thức#Đúng vậy.
	~Chuyển một nửa
	~%-50%Đọc mã OTP cho họ
	####Không ai có quyền giục bạn chuyển tiền.
}

::hong::Câu này không đóng ngoặc {=một ~hai

::dung-sai::Mã OTP chỉ mình bạn biết.{T}

::so::Số điện thoại của cảnh sát là gì?{=113 =một một ba}
"""


@pytest.fixture
def trainer(cast: Cast) -> Member:
    """Writes at the department of education."""
    who = agencies.member(full_name="Giáo Viên", agency=cast.department)
    agencies.role(who, Role.Kind.TRAINER, cast.department)
    return who


def test_a_gift_file_of_moodle_is_read_with_its_fault_and_taken(trainer: Member, cast: Cast) -> None:
    one = bank_import_receive(by=trainer, data=MOODLE.encode(), name="C:\\cau hoi.txt")
    assert (one.format, one.state, one.agency) == ("gift", BankImport.State.READ, cast.department)
    assert [told["kind"] for told in one.items] == ["single", "true_false", "short"]
    assert len(one.faults) == 1
    assert not QuestionEdition.objects.exists()
    form = library.form(name="Giả danh công an").form
    made = bank_import_take(
        by=trainer, one=one, chosen={0, 2, 99}, data=TakeData(form=form, audiences=("pupils",), difficulty=1)
    )
    assert [question.code for question in made] == ["T0001", "T0002"]
    rows = list(QuestionEdition.objects.order_by("pk"))
    assert [(row.state, row.author, row.difficulty, row.form) for row in rows] == [("draft", trainer, 1, form)] * 2
    assert [one["code"] for one in BankImport.objects.get().items if "code" in one] == ["T0001", "T0002"]
    with pytest.raises(TrainingRefused, match="đã được nhận"):
        bank_import_take(by=trainer, one=one, chosen={1}, data=TakeData())
    again = bank_import_receive(by=trainer, data=MOODLE.encode(), name="x")
    assert [row.ticked for row in import_rows(again)] == [False, True, False]
    assert again.items[0]["twins"][0] == {"code": "T0001", "prompt": rows[0].prompt, "likeness": 1.0, "here": False}
    twice = bank_import_receive(
        by=trainer, data=b"::a::Cau hoi mot hai ba?{T}\n\n::b::Cau hoi mot hai ba?{F}\n", name="x"
    )
    assert [len(told["twins"]) for told in twice.items] == [0, 1]
    assert twice.items[1]["twins"][0]["here"]


def test_a_dropped_file_is_forgotten_and_bad_files_are_refused(trainer: Member, cast: Cast) -> None:
    one = bank_import_receive(by=trainer, data=MOODLE.encode(), name="x.txt")
    dropped = bank_import_drop(by=trainer, one=one)
    assert (dropped.state, dropped.items, dropped.faults) == (BankImport.State.DROPPED, [], [])
    for bad, words in ((b" \n", "rỗng"), (b"x" * (21 << 20), "MB")):
        with pytest.raises(TrainingRefused, match=words) as refused:
            bank_import_receive(by=trainer, data=bad, name="x")
        assert refused.value.field == "file"
    broken = bank_import_receive(by=trainer, data=b"PK\x03\x04rubbish", name="x.zip")
    assert broken.items == []
    assert broken.faults
    with pytest.raises(NotAllowed):
        bank_import_receive(by=cast.officer, data=b"{}", name="x")
    other = agencies.member(agency=cast.commune)
    agencies.role(other, Role.Kind.TRAINER, cast.commune)
    assert not imports_for(other).exists()


def _bank(by: Member) -> list[QuestionEdition]:
    """One question of each kind, one of them with a picture."""
    sha256 = picture_store(by=by, data=png())
    made = []
    for kind, content in papers.CONTENTS.items():
        edition = papers.question(kind, content=content, picture_sha256=sha256 if kind == "hotspot" else "")
        made.append(edition)
    return made


@pytest.mark.parametrize(("kind", "read"), [("gift", gift.read), ("qti", qti.read), ("xlsx", sheet.read)])
def test_the_bank_goes_out_and_comes_back(trainer: Member, kind: str, read: Any) -> None:
    rows = _bank(trainer)
    data = b"".join(questions_export(by=trainer, kind=kind, editions=list(question_list(trainer, sort="ma"))))
    assert format_of(data) == kind
    back = read(data)
    wanted = {row.kind: item_of_edition(row) for row in rows}
    found = {item.kind: item for _place, item in back.items}
    if kind != "qti":  # without its picture a hotspot is no question
        wanted.pop("hotspot", None)
        found.pop("hotspot", None)
    assert found == wanted
    assert AuditEntry.objects.get(act="training.bank_export").facts["questions"] == 8
    one = bank_import_receive(by=trainer, data=data, name=f"x.{kind}")
    assert (one.format, len(one.items)) == (kind, 8 if kind == "qti" else 7)


def test_what_cannot_be_exported_is_said(trainer: Member, cast: Cast) -> None:
    with pytest.raises(TrainingRefused, match="Không có câu hỏi nào"):
        questions_export(by=trainer, kind="gift", editions=[])
    row = papers.question()
    with pytest.raises(TrainingRefused, match="nhiều nhất"):
        questions_export(by=trainer, kind="gift", editions=[row] * 2001)
    with pytest.raises(NotAllowed):
        questions_export(by=cast.officer, kind="gift", editions=[row])


def test_the_pages_of_a_file(client: Client, trainer: Member, cast: Cast) -> None:
    client.force_login(trainer)
    url = reverse("bank_import_list")
    assert "Chưa nhập tệp nào" in client.get(url).content.decode()
    empty = client.post(url, {"file": SimpleUploadedFile("x.txt", b" \n")})
    assert empty.status_code == 422
    assert "Tệp rỗng" in empty.content.decode()
    question_new(by=trainer, data=QuestionData(item=ITEM))
    sent = client.post(url, {"file": SimpleUploadedFile("x.txt", MOODLE.encode())})
    one = BankImport.objects.get()
    assert sent.url == reverse("bank_import", args=[one.pk])  # type: ignore[attr-defined]
    text = client.get(sent.url).content.decode()  # type: ignore[attr-defined]
    assert "1 chỗ không đọc được" in text
    assert "3 câu đọc được" in text
    take = reverse("bank_import_take", args=[one.pk])
    refused = client.post(take, {"difficulty": "2", "language": "vi", "audiences": ["pupils"]})
    assert refused.status_code == 422
    assert "Chưa chọn câu nào" in refused.content.decode()
    client.post(take, {"difficulty": "2", "language": "vi", "cau": ["1", "x", "2"]})
    assert QuestionEdition.objects.count() == 3
    assert "đã nhận thành" in client.get(sent.url).content.decode()  # type: ignore[attr-defined]
    client.post(url, {"file": SimpleUploadedFile("x.txt", MOODLE.encode())})
    last = BankImport.objects.latest("pk")
    client.post(reverse("bank_import_drop", args=[last.pk]))
    assert "Đã bỏ tệp này" in client.get(reverse("bank_import", args=[last.pk])).content.decode()
    client.force_login(cast.auditor)
    assert client.get(url).status_code == 403


def test_questions_leave_chosen_or_as_they_are_filtered(client: Client, trainer: Member) -> None:
    client.force_login(trainer)
    rows = _bank(trainer)
    answer = client.post(reverse("bank_export", args=["gift"]), {"chon": [rows[0].question.code]})
    assert answer["Content-Disposition"].endswith('.gift.txt"')
    assert len(gift.read(b"".join(answer.streaming_content)).items) == 1  # type: ignore[attr-defined]
    package = client.post(reverse("bank_export", args=["qti"]) + "?kind=hotspot")
    with zipfile.ZipFile(io.BytesIO(b"".join(package.streaming_content))) as held:  # type: ignore[attr-defined]
        assert any(name.endswith((".jpg", ".jpeg")) for name in held.namelist())
    nothing = client.post(reverse("bank_export", args=["xlsx"]) + "?q=khongco")
    assert nothing.url == reverse("question_list") + "?q=khongco"  # type: ignore[attr-defined]
    template = client.get(reverse("bank_import_template"))
    assert template["Content-Type"].startswith("application/vnd.openxml")
    assert format_of(template.content) == "xlsx"
