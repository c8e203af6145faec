"""Scam forms: a new one of the province, and what a draft says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Audience, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import FormEdition, FormLaw, Group, Law, Rule, ScamForm, Situation
from canhgiac.library.selectors.editions import laws_of, may_write

from .editions import EditionRefused, edition_for_writing

MOST_LINES, LINE_LENGTH, TEXT_LENGTH = 15, 400, 2000
MOST_TALK = 30
WHO = ("stranger", "you", "say")
"""Who speaks in a line of the talk; "say" is what we advise to say."""
_CREATE_LOCK = 7_210_043
"""Number of the advisory lock under which new forms get their codes."""


@dataclass(frozen=True, kw_only=True)
class FormData:
    """What an edition says: the fields of ``FormEdition.CONTENT`` and the acts cited, by code and article."""

    name: str
    short: str = ""
    group: str = Group.OTHER
    is_new: bool = False
    situations: tuple[str, ...] = ()
    summary: str = ""
    truth: str = ""
    happens: tuple[str, ...] = ()
    sign_titles: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    talk: tuple[Mapping[str, str], ...] = ()
    targets: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    during: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    laws: tuple[tuple[str, str], ...] = ()

    def content(self) -> dict[str, Any]:
        """The fields as an edition holds them, without the laws."""
        found = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "laws"}
        held = {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
        return held | {"talk": [dict(line) for line in self.talk]}


@transaction.atomic
def form_create(*, by: Member, data: FormData, to_review: Iterable[str] = ()) -> FormEdition:
    """A new form of the province with the next code (T01, T02, …) and its first draft.

    Raises NotAllowed, EditionRefused.
    """
    if not may_write(by):
        raise NotAllowed(_("Soạn nội dung thư viện là việc của biên tập viên hoặc điều phối viên."))
    checked = checked_data(data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CREATE_LOCK])
    taken = [int(code[1:]) for code in ScamForm.objects.filter(code__regex=r"^T\d+$").values_list("code", flat=True)]
    code = f"T{max(taken, default=0) + 1:02}"
    form = ScamForm.objects.create(code=code, slug=free_slug(checked.name, code))
    row = FormEdition(form=form, number=1, author=by, writers=[by.pk], to_review=_statements(to_review))
    _write(row, checked)
    row.save(force_insert=True)
    _cite(row, checked)
    audit_record(by=by, act="library.form_create", subject=row, facts={"code": code})
    return row


@transaction.atomic
def form_edit(*, by: Member, edition: FormEdition, data: FormData, version: int) -> FormEdition:
    """Saves a draft. Raises NotAllowed, EditionStale when it was saved since, EditionRefused for what cannot be."""
    checked = checked_data(data)
    row = edition_for_writing(by=by, edition=edition, version=version)
    changed = [name for name, value in checked.content().items() if getattr(row, name) != value]
    _write(row, checked)
    row.save()
    row.law_links.all().delete()
    _cite(row, checked)
    audit_record(by=by, act="library.form_edit", subject=row, facts={"number": row.number, "fields": sorted(changed)})
    return row


def data_of(edition: FormEdition) -> FormData:
    """What an edition says, as the writing services take it. One query."""
    held = {name: getattr(edition, name) for name in FormEdition.CONTENT}
    content: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in held.items()}
    return FormData(**content, laws=tuple(laws_of(edition)))


def free_slug(name: str, code: str) -> str:
    """An address from the name, with the code when another form has it."""
    slug = slugify(fold(name))[:70].strip("-") or code.lower()
    return f"{slug}-{code.lower()}" if ScamForm.objects.filter(slug=slug).exists() else slug


def form_folded(code: str, content: Mapping[str, Any]) -> str:
    """What people may search a form by, folded, the most telling words first."""
    situations = [str(Situation(value).label) for value in content["situations"]]
    told = [code, content["name"], content["short"], *situations, content["summary"], *content["sign_titles"]]
    told += [*content["signs"], *content["happens"], *(line["text"] for line in content["talk"]), content["truth"]]
    told += [*content["before"], *content["during"], *content["after"], *content["dont"]]
    return fold(" ".join(told))


def checked_data(data: FormData) -> FormData:
    """The data trimmed and whole. Raises EditionRefused at the field at fault."""
    lists = {
        name: _lines(getattr(data, name), name) for name in ("happens", "signs", "before", "during", "after", "dont")
    }
    titles = _lines(data.sign_titles, "signs", keep_empty=True)
    if titles and len(titles) != len(lists["signs"]):
        raise EditionRefused(_("Mỗi dấu hiệu cần cả tên và câu giải thích."), "signs")
    return FormData(
        name=_text(data.name, "name", 120, needed=True),
        short=_text(data.short, "short", 90),
        group=_known((data.group,), Group.values, "group")[0],
        is_new=bool(data.is_new),
        situations=_known(data.situations, Situation.values, "situations"),
        summary=_text(data.summary, "summary", TEXT_LENGTH, needed=True),
        truth=_text(data.truth, "truth", TEXT_LENGTH),
        sign_titles=titles,
        talk=_talk(data.talk),
        targets=_known(data.targets, Audience.values, "targets"),
        breaks=_known(data.breaks, Rule.values, "breaks"),
        laws=_cited(data.laws),
        **lists,
    )


def _text(text: str, field: str, most: int, *, needed: bool = False) -> str:
    clean = storable(text).strip()
    if needed and not clean:
        raise EditionRefused(_("Không được để trống."), field)
    if len(clean) > most:
        raise EditionRefused(_("Dài nhất %d ký tự.") % most, field)
    return clean


def _lines(given: Iterable[str], field: str, *, keep_empty: bool = False) -> tuple[str, ...]:
    clean = tuple(re.sub(r"\s+", " ", storable(line)).strip() for line in given)
    found = clean if keep_empty and any(clean) else tuple(line for line in clean if line)
    if len(found) > MOST_LINES:
        raise EditionRefused(_("Nhiều nhất %d câu; dài hơn thì ít người đọc.") % MOST_LINES, field)
    if any(len(line) > LINE_LENGTH for line in found):
        raise EditionRefused(_("Mỗi câu dài nhất %d ký tự.") % LINE_LENGTH, field)
    return found


def _known(given: Iterable[str], choices: Iterable[str], field: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(str(value) for value in given))
    if not set(found) <= set(choices):
        raise EditionRefused(_("Chọn trong danh sách."), field)
    return found


def _talk(given: Iterable[Mapping[str, str]]) -> tuple[dict[str, str], ...]:
    lines = tuple(
        {
            "who": str(line.get("who")),
            "text": _text(str(line.get("text", "")), "talk", LINE_LENGTH),
            "note": _text(str(line.get("note", "")), "talk", LINE_LENGTH),
        }
        for line in given
    )
    found = tuple(line for line in lines if line["text"])
    if len(found) > MOST_TALK:
        raise EditionRefused(_("Nhiều nhất %d câu; dài hơn thì ít người đọc.") % MOST_TALK, "talk")
    if any(line["who"] not in WHO for line in found):
        raise EditionRefused(_("Mỗi câu thoại cần người nói."), "talk")
    return found


def _cited(given: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    found = tuple(dict.fromkeys((code.strip(), article.strip()) for code, article in given if code.strip()))
    known = set(Law.objects.filter(code__in={code for code, _article in found}).values_list("code", flat=True))
    if unknown := sorted({code for code, _article in found} - known):
        raise EditionRefused(_("Thư viện chưa có văn bản: %s.") % ", ".join(unknown), "laws")
    if any(len(article) > 20 for _code, article in found):  # the column's length
        raise EditionRefused(_("Số điều dài nhất 20 ký tự."), "laws")
    return found


def _statements(given: Iterable[str]) -> list[str]:
    return list(_lines(given, "to_review"))


def _write(row: FormEdition, data: FormData) -> None:
    content = data.content()
    for name, value in content.items():
        setattr(row, name, value)
    row.folded = form_folded(row.form.code, content)


def _cite(row: FormEdition, data: FormData) -> None:
    laws = {law.code: law for law in Law.objects.filter(code__in={code for code, _article in data.laws})}
    FormLaw.objects.bulk_create(FormLaw(edition=row, law=laws[code], article=article) for code, article in data.laws)
