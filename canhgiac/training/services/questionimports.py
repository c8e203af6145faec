"""Files of questions that people bring, and the bank as files of other programs: GIFT, QTI 2.1, a workbook."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.engines.quizzes import gift, qti, sheet
from canhgiac.engines.quizzes.items import Item, item_of
from canhgiac.engines.quizzes.reading import MOST_BYTES, MOST_ITEMS, Read
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.text import storable
from canhgiac.library.models import Language, ScamForm
from canhgiac.training.models import BankImport, Difficulty, Question, QuestionEdition
from canhgiac.training.selectors.questions import (
    Likenesses,
    agency_for_new,
    item_of_edition,
    item_words,
    may_write,
    require_reading,
)

from .questions import QuestionData, checked_data, codes_next, picture_store
from .refusals import TrainingRefused

State, Format = BankImport.State, BankImport.Format
BATCH = 500
READERS = {Format.GIFT: gift.read, Format.QTI: qti.read, Format.XLSX: sheet.read}


@dataclass(frozen=True, kw_only=True)
class TakeData:
    """What a person tells of all the questions that they take."""

    form: ScamForm | None = None
    audiences: tuple[str, ...] = ()
    difficulty: int = Difficulty.MEDIUM
    language: str = Language.VI


def format_of(data: bytes) -> BankImport.Format:
    """What a file is by its content; its name says nothing."""
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                names = package.namelist()
        except zipfile.BadZipFile:
            return Format.QTI
        return Format.XLSX if any(name.startswith("xl/") for name in names) else Format.QTI
    head = data[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
    return Format.QTI if (head.startswith(b"<") and b"?xml" in head) or b"<assessmentItem" in head else Format.GIFT


@transaction.atomic
def bank_import_receive(*, by: Member, data: bytes, name: str, kind: str = "") -> BankImport:
    """Reads a file; nothing enters the bank. The file itself is not kept. TRAINER, EDITOR, COORDINATOR.

    ``kind`` of ``BankImport.Format``; empty: found by content. Raises NotAllowed, TrainingRefused.
    """
    agency = agency_for_new(by)
    if not data.strip():
        raise TrainingRefused(_("Tệp rỗng."), "file")
    if len(data) > MOST_BYTES:
        raise TrainingRefused(_("Tệp lớn nhất %d MB.") % (MOST_BYTES >> 20), "file")
    known = Format(kind) if kind in Format.values else format_of(data)
    read = READERS[known](data)
    items, faults = _looked_at(by, read)
    if not items and not faults:
        raise TrainingRefused(_("Không thấy câu hỏi nào trong tệp này."), "file")
    row = BankImport.objects.create(
        agency=agency,
        name=" ".join(PurePath(storable(name)).name.split())[-200:] or _("tệp câu hỏi"),
        sha256=hashlib.sha256(data).hexdigest(),
        format=known,
        items=items,
        faults=faults,
        made_by=by,
    )
    audit_record(
        by=by, act="training.bank_import_receive", subject=row, facts={"items": len(items), "faults": len(faults)}
    )
    return row


def _looked_at(by: Member, read: Read) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The questions as the row keeps them, each with those it repeats; what the bank cannot keep is a fault too."""
    known = Likenesses()
    items: list[dict[str, Any]] = []
    faults = [{"place": fault.place, "text": fault.text} for fault in read.faults]
    for place, item in read.items:
        try:
            picture = picture_store(by=by, data=read.pictures[place]) if place in read.pictures else ""
            picture = picture if item.kind == "hotspot" else ""
            checked_data(QuestionData(item=item, picture_sha256=picture))
        except TrainingRefused as refusal:
            faults.append({"place": place, "text": str(refusal)})
            continue
        twins = [asdict(twin) for twin in known.of(item)]
        known.add(place, item)
        told: dict[str, Any] = {
            "place": place,
            "kind": item.kind,
            "prompt": item.prompt,
            "explanation": item.explanation,
        }
        told |= {"content": item.to_json(), "picture": picture, "category": read.categories.get(place, "")}
        items.append(told | {"twins": twins})
    return items, faults


@transaction.atomic
def bank_import_take(*, by: Member, one: BankImport, chosen: Collection[int], data: TakeData) -> list[Question]:
    """Makes a draft of each chosen question (its place in ``items``, from 0). Raises NotAllowed, TrainingRefused."""
    row = _held(by, one)
    places = sorted(at for at in set(chosen) if 0 <= at < len(row.items))
    if not places:
        raise TrainingRefused(_("Chưa chọn câu nào."), "chosen")
    made, editions = [], []
    for at, code in zip(places, codes_next(len(places)), strict=True):
        question = Question(code=code, agency=row.agency)
        made.append(question)
        editions.append(_draft(by, question, row.items[at], data))
        row.items[at]["code"] = code
    Question.objects.bulk_create(made, batch_size=BATCH)
    QuestionEdition.objects.bulk_create(editions, batch_size=BATCH)
    row.state = State.TAKEN
    row.save(update_fields=["state", "items"])
    audit_record(by=by, act="training.bank_import_take", subject=row, facts={"taken": len(made)})
    return made


def _draft(by: Member, question: Question, told: dict[str, Any], data: TakeData) -> QuestionEdition:
    item = item_of(told["kind"], told["prompt"], told["content"], told["explanation"])
    common: dict[str, Any] = {"form": data.form, "audiences": data.audiences, "difficulty": data.difficulty}
    checked = checked_data(QuestionData(item=item, **common, language=data.language, picture_sha256=told["picture"]))
    return QuestionEdition(
        question=question,
        number=1,
        author=by,
        writers=[by.pk],
        kind=item.kind,
        prompt=item.prompt,
        content=item.to_json(),
        explanation=item.explanation,
        form=checked.form,
        audiences=list(checked.audiences),
        difficulty=checked.difficulty,
        language=checked.language,
        picture_sha256=checked.picture_sha256,
        folded=item_words(item),
    )


@transaction.atomic
def bank_import_drop(*, by: Member, one: BankImport) -> BankImport:
    """Says no to a file: what was read of it is forgotten. Raises NotAllowed, TrainingRefused."""
    row = _held(by, one)
    row.state, row.items, row.faults = State.DROPPED, [], []
    row.save(update_fields=["state", "items", "faults"])
    audit_record(by=by, act="training.bank_import_drop", subject=row, facts={"sha256": row.sha256})
    return row


def _held(by: Member, one: BankImport) -> BankImport:
    """The import as it is now, still waiting for a yes. Raises NotAllowed, TrainingRefused."""
    if not may_write(by):
        raise NotAllowed(_("Nhập câu hỏi là việc của người tập huấn, biên tập viên hoặc điều phối viên."))
    row = BankImport.objects.select_for_update().get(pk=one.pk)
    if row.state != State.READ:
        raise TrainingRefused(_("Tệp này đã được nhận hoặc đã bỏ."))
    return row


# Out ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def questions_export(*, by: Member, kind: str, editions: Sequence[QuestionEdition]) -> Iterator[bytes]:
    """The questions as a file of ``BankImport.Format``, in pieces, right answers included; noted in the log.

    Raises NotAllowed, TrainingRefused where there are none, or more than one file of that kind can be read back with.
    """
    require_reading(by)
    if not editions:
        raise TrainingRefused(_("Không có câu hỏi nào để xuất. Bỏ bớt điều kiện lọc hoặc chọn câu."))
    if len(editions) > MOST_ITEMS:
        raise TrainingRefused(_("Mỗi tệp nhiều nhất %d câu. Lọc bớt rồi xuất.") % MOST_ITEMS)
    codes = [edition.question.code for edition in editions[:50]]
    facts = {"format": kind, "questions": len(editions), "codes": codes}
    audit_record(by=by, act="training.bank_export", subject=editions[0], facts=facts)
    items = [item_of_edition(edition) for edition in editions]
    if kind == Format.GIFT:
        return _gift(items)
    return iter((_package(items, editions) if kind == Format.QTI else sheet.write(items),))


def _gift(items: Iterable[Item]) -> Iterator[bytes]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield gift.write(batch).encode()


def _package(items: Sequence[Item], editions: Sequence[QuestionEdition]) -> bytes:
    store = FileStore(settings.FILES_ROOT)
    pictures = {at: store.get(row.picture_sha256) for at, row in enumerate(editions) if row.picture_sha256}
    return qti.write(items, pictures=pictures, title=_("Ngân hàng câu hỏi, %s") % f"{clock.today():%d/%m/%Y}")
