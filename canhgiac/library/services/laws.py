"""The register of acts: written by one person, compared with the gazette by a second."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Law, LawArticle
from canhgiac.library.selectors.editions import may_approve, may_write

CODE = re.compile(r"[A-ZĐ0-9]+(-[A-ZĐ0-9]+)*")
CODE_LENGTH, ARTICLE_LENGTH, SAYS_LENGTH = 24, 20, 500


class LawRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class LawData:
    """An act as a person states it."""

    code: str
    number: str
    name: str
    issued: dt.date
    from_day: dt.date
    until_day: dt.date | None = None
    successor: Law | None = None
    articles: Mapping[str, str] = field(default_factory=dict)
    """Article to what it says."""
    to_review: tuple[str, ...] = ()


@transaction.atomic
def law_create(*, by: Member, data: LawData) -> Law:
    """A new act. Editor or coordinator. Raises NotAllowed, LawRefused."""
    _require_write(by)
    _checked(data, None)
    law = _set(Law(code=data.code), data, by)
    law.save(force_insert=True)
    _articles_set(law, data.articles)
    audit_record(by=by, act="library.law_create", subject=law, facts={"code": law.code, "number": law.number})
    return law


@transaction.atomic
def law_edit(*, by: Member, law: Law, data: LawData, version: int) -> Law:
    """Corrects an act; its confirmation ends with any change. Its code stays: texts cite it. Raises as law_create."""
    _require_write(by)
    row = _locked(law, version)
    _checked(data, row)
    _set(row, data, by).save()
    _articles_set(row, data.articles)
    audit_record(by=by, act="library.law_edit", subject=row, facts={"code": row.code, "version": row.version})
    return row


@transaction.atomic
def law_confirm(*, by: Member, law: Law, version: int) -> Law:
    """A second person says that number, days and articles are as in the gazette; nothing is left to review.

    Approver or coordinator, never who wrote it last. Raises NotAllowed, LawRefused.
    """
    if not may_approve(by):
        raise NotAllowed(_("Xác nhận văn bản là việc của người duyệt hoặc điều phối viên."))
    row = _locked(law, version)
    if row.edited_by_id == by.pk:
        raise LawRefused(_("Người sửa không tự xác nhận. Nhờ người thứ hai đối chiếu."))
    if row.confirmed_at is not None:
        raise LawRefused(_("Văn bản này đã được xác nhận."))
    facts = {"code": row.code, "statements": len(row.to_review)}
    row.confirmed_by, row.confirmed_at, row.to_review, row.version = by, clock.now(), [], row.version + 1
    row.save()
    audit_record(by=by, act="library.law_confirm", subject=row, facts=facts)
    return row


def _require_write(by: Member) -> None:
    if not may_write(by):
        raise NotAllowed(_("Ghi văn bản là việc của biên tập viên hoặc điều phối viên."))


def _locked(law: Law, version: int) -> Law:
    row = Law.objects.select_for_update().get(pk=law.pk)
    if row.version != version:
        raise LawRefused(_("Người khác vừa sửa văn bản này. Mở lại trang để xem bản mới, rồi sửa tiếp."))
    return row


def _set(row: Law, data: LawData, by: Member) -> Law:
    row.number, row.name = storable(data.number).strip(), storable(data.name).strip()
    row.issued, row.from_day, row.until_day, row.successor = data.issued, data.from_day, data.until_day, data.successor
    row.to_review = [text.strip() for text in data.to_review if text.strip()]
    row.edited_by, row.confirmed_by, row.confirmed_at = by, None, None
    row.folded = fold(" ".join([row.code, row.number, row.name, *data.articles.values()]))
    row.version = row.version + 1 if row.pk else 1
    return row


def _articles_set(law: Law, told: Mapping[str, str]) -> None:
    """The articles as told, the others gone."""
    law.articles.exclude(article__in=told).delete()
    LawArticle.objects.bulk_create(
        [LawArticle(law=law, article=article, says=says) for article, says in told.items()],
        update_conflicts=True,
        unique_fields=["law", "article"],
        update_fields=["says"],
    )


def _checked(data: LawData, row: Law | None) -> None:
    if row is None and (not CODE.fullmatch(data.code) or len(data.code) > CODE_LENGTH):
        raise LawRefused(_("Mã gồm chữ hoa, số, gạch nối; ví dụ ND282-2025."), "code")
    if row is None and Law.objects.filter(code=data.code).exists():
        raise LawRefused(_("Đã có văn bản mang mã này."), "code")
    if Law.objects.filter(number__iexact=data.number.strip()).exclude(pk=row.pk if row else 0).exists():
        raise LawRefused(_("Đã có văn bản mang số này."), "number")
    if data.from_day < data.issued:
        raise LawRefused(_("Ngày có hiệu lực không thể trước ngày ban hành."), "from_day")
    if data.until_day is not None and data.until_day < data.from_day:
        raise LawRefused(_("Ngày hết hiệu lực không thể trước ngày có hiệu lực."), "until_day")
    if data.successor is not None:
        _succession_checked(data, data.successor, row)
    for article, says in data.articles.items():
        if not article.strip() or len(article) > ARTICLE_LENGTH or not says.strip() or len(says) > SAYS_LENGTH:
            raise LawRefused(
                _("Mỗi dòng một điều: số điều | nội dung, nội dung dài nhất %d ký tự.") % SAYS_LENGTH, "articles"
            )


def _succession_checked(data: LawData, successor: Law, row: Law | None) -> None:
    """An act ends when another takes its place, and no chain of successors comes back to where it began."""
    if data.until_day is None:
        raise LawRefused(_("Văn bản đã có văn bản thay thì ghi ngày hết hiệu lực."), "until_day")
    if successor.from_day <= data.from_day:
        raise LawRefused(_("Văn bản thay phải có hiệu lực sau văn bản này."), "successor")
    links: dict[int, int | None] = dict(Law.objects.values_list("pk", "successor_id"))
    step: int | None = successor.pk
    seen: set[int] = set()
    while step is not None and step not in seen:
        if row is not None and step == row.pk:
            raise LawRefused(_("Hai văn bản không thể thay lẫn nhau."), "successor")
        seen.add(step)
        step = links.get(step)


def articles_read(text: str) -> dict[str, str]:
    """Lines "174 | what it says" as articles. Raises LawRefused for a line without both, and for one told twice."""
    found: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        article, mark, says = (part.strip() for part in line.partition("|"))
        article = re.sub(r"^(điều|Điều)\s+", "", article)
        if not mark or not article or not says:
            raise LawRefused(_("Dòng %d chưa đúng. Viết: số điều | nội dung.") % number, "articles")
        if article in found:
            raise LawRefused(_("Điều %s có hai dòng.") % article, "articles")
        found[article] = says
    return found
