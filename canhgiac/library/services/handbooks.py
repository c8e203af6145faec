"""Handbooks: put together by the editors, bound by the worker into a PDF and an EPUB that remember their editions."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdf
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.agencies.services import audit_record
from canhgiac.engines.officialdoc.writing import page_png
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.text import fold
from canhgiac.library.models import (
    OWN_LICENCE,
    Edition,
    FormEdition,
    Group,
    Handbook,
    HandbookBuild,
    HandbookItem,
    MaterialEdition,
    ScamForm,
)
from canhgiac.library.selectors.glyphs import letters_missing
from canhgiac.library.selectors.handbooks import Book, book_of, contacts_note, may_bind, page_of_book
from canhgiac.library.selectors.renderings import texts_of

from .epub import Page, Publication, body_of, epub, escaped
from .renderings import SettingRefused, compiled, json_of

_log = logging.getLogger(__name__)
State = HandbookBuild.State
MOST_ITEMS = 120
COVER_DPI = 130
STARTER_SLUG = "cam-nang-phong-chong-lua-dao-tren-mang"


class HandbookRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class HandbookData:
    """What a person states of a handbook."""

    title: str
    subtitle: str = ""
    foreword: str = ""


# Putting together ---------------------------------------------------------------------------------------------------


@transaction.atomic
def handbook_make(*, by: Member, data: HandbookData) -> Handbook:
    """A new handbook without chapters, at an address made of its title. Raises NotAllowed, HandbookRefused."""
    _require(by)
    row = Handbook(agency=by.agency, created_by=by, **_facts(data))
    row.slug = _free_slug(row.title)
    row.save(force_insert=True)
    audit_record(by=by, act="library.handbook_make", subject=row)
    return row


@transaction.atomic
def handbook_edit(*, by: Member, handbook: Handbook, data: HandbookData, version: int) -> Handbook:
    """Changes title, line and foreword; the address stays. Raises NotAllowed, HandbookRefused for a stale version."""
    row = _locked(by, handbook)
    if row.version != version:
        raise HandbookRefused(_("Người khác vừa sửa cẩm nang này. Bản mới của họ đã lưu; xem lại rồi lưu lần nữa."))
    for name, value in _facts(data).items():
        setattr(row, name, value)
    _touch(row)
    audit_record(by=by, act="library.handbook_edit", subject=row)
    return row


@transaction.atomic
def handbook_choose(*, by: Member, handbook: Handbook, keys: Sequence[str]) -> int:
    """Makes exactly these forms ("f7") and materials ("m3") its chapters; who stays keeps the place, new ones follow.

    Returns how many chapters it has. Raises NotAllowed, HandbookRefused.
    """
    row = _locked(by, handbook)
    wanted = list(dict.fromkeys(key for key in keys if key[:1] in ("f", "m") and key[1:].isdecimal()))
    if len(wanted) > MOST_ITEMS:
        raise HandbookRefused(_("Nhiều nhất %s mục trong một cẩm nang.") % MOST_ITEMS)
    held = {_key(item): item for item in row.items.order_by("position", "pk")}
    order = [key for key in held if key in wanted] + [key for key in wanted if key not in held]
    row.items.exclude(pk__in=[held[key].pk for key in order if key in held]).delete()
    fresh = [_item(row, key, place) for place, key in enumerate(order) if key not in held]
    HandbookItem.objects.bulk_create(_existing(fresh))
    _number(row, order)
    _touch(row)
    audit_record(by=by, act="library.handbook_choose", subject=row, facts={"items": len(order)})
    return row.items.count()


@transaction.atomic
def handbook_order(*, by: Member, handbook: Handbook, items: Sequence[int]) -> None:
    """Puts the chapters in this order (ids); those not named follow as they stood. Raises NotAllowed."""
    row = _locked(by, handbook)
    held = {item.pk: item for item in row.items.order_by("position", "pk")}
    order = [pk for pk in dict.fromkeys(items) if pk in held]
    order += [pk for pk in held if pk not in order]
    _number(row, [_key(held[pk]) for pk in order])
    _touch(row)
    audit_record(by=by, act="library.handbook_order", subject=row)


@transaction.atomic
def handbook_move(*, by: Member, handbook: Handbook, item_id: int, step: int) -> None:
    """Moves a chapter up (-1) or down (1); at the end it stays. Raises NotAllowed."""
    order = list(handbook.items.order_by("position", "pk").values_list("pk", flat=True))
    if item_id in order:
        at = order.index(item_id)
        to = min(max(at + (1 if step > 0 else -1), 0), len(order) - 1)
        order.insert(to, order.pop(at))
    handbook_order(by=by, handbook=handbook, items=order)


@transaction.atomic
def handbook_drop(*, by: Member, handbook: Handbook, item_id: int) -> None:
    """Takes a chapter out. Raises NotAllowed."""
    row = _locked(by, handbook)
    row.items.filter(pk=item_id).delete()
    _touch(row)
    audit_record(by=by, act="library.handbook_drop", subject=row, facts={"item": item_id})


# Binding ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def handbook_bind(*, by: Member, handbook: Handbook) -> HandbookBuild:
    """Asks the worker for a new build; the one that already waits is enough. Raises NotAllowed, HandbookRefused."""
    row = _locked(by, handbook)
    waiting = row.builds.filter(state=State.WAITING).first()
    if waiting is not None:
        return waiting
    build = _ask(row, by)
    audit_record(by=by, act="library.handbook_bind", subject=row, facts={"number": build.number})
    return build


def _ask(row: Handbook, by: Member | None) -> HandbookBuild:
    held = row.items.filter(form__published__isnull=False).exists()
    if not (held or row.items.filter(material__published__isnull=False).exists()):
        raise HandbookRefused(_("Chưa có mục nào đang dùng để đóng quyển. Chọn hình thức, tài liệu trước."))
    last = row.builds.aggregate(last=Max("number"))["last"] or 0
    build = HandbookBuild.objects.create(handbook=row, number=last + 1, made_by=by, asked_at=clock.now())
    work.enqueue("library.handbook_bind", build_id=build.pk)
    return build


def build_bind(*, build_id: int) -> HandbookBuild | None:
    """Binds a build that waits: PDF and EPUB of what is published now. A second run finds it done.

    What stands in the way is kept with the build in words (state FAILED). Returns None for a build that is gone.
    """
    build = HandbookBuild.objects.select_related("handbook").filter(pk=build_id).first()
    if build is None or build.state != State.WAITING:
        return build
    with override("vi"):
        book = book_of(build, province())
        try:
            pdf = book_pdf(book)
            made = epub(publication(book, page_png(pdf, 1, dpi=COVER_DPI)))
        except (SettingRefused, OSError) as trouble:
            return _failed(build, str(trouble))
        except RuntimeError:  # of Typst: a fault of the template, which its log line tells
            _log.exception("handbook build %s", build.pk)
            return _failed(build, _("Máy trình bày gặp lỗi. Báo người quản trị phần mềm."))
    return _bound(build, book, pdf, made)


@transaction.atomic
def _failed(build: HandbookBuild, trouble: str) -> HandbookBuild:
    build.state, build.trouble = State.FAILED, trouble[:300]
    build.save(update_fields=["state", "trouble"])
    audit_record(by=None, act="library.handbook_fail", subject=build.handbook, facts={"number": build.number})
    return build


@transaction.atomic
def _bound(build: HandbookBuild, book: Book, pdf: bytes, made: bytes) -> HandbookBuild:
    row = HandbookBuild.objects.select_for_update().get(pk=build.pk)
    if row.state != State.WAITING:
        return row
    editions = [chapter.edition for chapter in book.chapters]
    row.form_editions.set([one for one in editions if isinstance(one, FormEdition)])
    row.material_editions.set([one for one in editions if isinstance(one, MaterialEdition)])
    row.pdf_sha256, row.epub_sha256 = _store().put(pdf), _store().put(made)
    row.pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    row.made_at = clock.now()
    published = Edition.State.PUBLISHED  # a text may have ended while the book was being bound
    ended = (
        row.form_editions.exclude(state=published).exists() or row.material_editions.exclude(state=published).exists()
    )
    row.state = State.OUTDATED if ended else State.READY
    row.save()
    facts = {"number": row.number, "pages": row.pages, "chapters": len(editions)}
    audit_record(by=None, act="library.handbook_bound", subject=row.handbook, facts=facts)
    return row


def book_pdf(book: Book) -> bytes:
    """The book as PDF of A5. Raises SettingRefused for letters that the face lacks."""
    told = page_of_book(book)
    missing = letters_missing(texts_of(told))
    if missing:
        raise SettingRefused(_("Phông chữ in chưa có các chữ: %s.") % " ".join(missing[:20]))
    return compiled("handbook.typ", json_of(told))[0][0]


def publication(book: Book, cover: bytes) -> Publication:
    """The book as EPUB pages."""
    pages = []
    if book.foreword:
        title = _("Lời đầu")
        pages.append(Page("foreword", title, f"<h1>{escaped(title)}</h1>{body_of(book.foreword)}"))
    rules = "".join(
        f"<li><strong>{escaped(name)}</strong><br/>{escaped(text)}</li>" for name, text, _must in book.rules
    )
    title = _("4 không, 2 phải")
    pages.append(Page("rules", title, f"<h1>{escaped(title)}</h1><ol>{rules}</ol>"))
    for number, chapter in enumerate(book.chapters, 1):
        title = f"{number}. {chapter.title}"
        lead = f'<p class="lead">{escaped(chapter.lead)}</p>' if chapter.lead else ""
        link = f'<a href="{escaped(chapter.url)}">{_("Bản mới nhất trên mạng")}</a>'
        source = f'<p class="small">{escaped(chapter.edition_line)}. {link}</p>'
        head = f'<p class="small">{escaped(chapter.part)}</p><h1>{escaped(title)}</h1>'
        pages.append(Page(f"chapter-{number}", title, f"{head}{lead}{body_of(chapter.blocks)}{source}"))
    pages.append(Page("contacts", _("Cần thì gọi"), _contacts(book)))
    return Publication(
        uid=str(book.build.uid),
        title=book.handbook.title,
        language="vi",
        publisher=_publisher(book),
        rights=str(OWN_LICENCE),
        modified=book.build.asked_at,
        cover=cover,
        cover_words=_("Bìa: %s") % book.handbook.title,
        pages=pages,
        contents_title=_("Mục lục"),
        summary=_("Sách chỉ có chữ và một ảnh bìa có lời tả; mỗi chương một trang, mục lục dẫn tới từng chương."),
    )


def _contacts(book: Book) -> str:
    found = [f"<h1>{escaped(_('Cần thì gọi'))}</h1>"]
    if book.contacts:
        found.append(f"<p>{escaped(contacts_note(book))}</p>")
    for name, rows in book.contacts:
        lines = "".join(
            f"<li>{escaped(who)}: <strong>{escaped(phones)}</strong>{escaped(f' ({note})' if note else '')}</li>"
            for who, phones, note in rows
        )
        found.append(f"<h2>{escaped(name)}</h2><ul>{lines}</ul>")
    if book.profile.hotline:
        hours = f" ({book.profile.hotline_hours})" if book.profile.hotline_hours else ""
        found.append(f"<p>{_('Cần hỏi, gọi')} <strong>{escaped(book.profile.hotline)}</strong>{escaped(hours)}</p>")
    said = [_publisher(book), book.edition_line, str(OWN_LICENCE), book.demo]
    found.append(f'<p class="small">{"<br/>".join(escaped(one) for one in said if one)}</p>')
    found.append(f'<p class="small"><a href="{escaped(book.url)}">{escaped(book.url)}</a></p>')
    return "".join(found)


def _publisher(book: Book) -> str:
    return book.profile.office.name if book.profile.office else (book.profile.name or "Cảnh Giác")


# The starter handbook -----------------------------------------------------------------------------------------------


@transaction.atomic
def handbook_starter() -> Handbook | None:
    """The handbook every installation starts with: the common forms of the starter library. Made and asked for once.

    Returns None where it stands already or nothing is published to bind.
    """
    forms = list(ScamForm.objects.select_related("published").filter(code__startswith="F", published__isnull=False))
    forms.sort(key=_by_group)
    if not forms or Handbook.objects.filter(slug=STARTER_SLUG).exists():
        return None
    with override("vi"):
        row = Handbook.objects.create(
            slug=STARTER_SLUG,
            title=_("Cẩm nang phòng, chống lừa đảo trên mạng"),
            subtitle=_("Nhận ra, dừng lại, hỏi người thật"),
            foreword=_(
                "Kẻ lừa đảo đổi kịch bản từng tuần, nhưng cách nắm lấy người ta thì ít đổi: làm cho sợ, làm cho tham, "
                "làm cho thương, rồi giục cho nhanh.\n\n"
                "Cuốn này kể từng kiểu theo cùng một cách: chuyện diễn ra thế nào, dấu hiệu nào nhận ra, đang gặp thì "
                "làm gì, lỡ rồi thì làm gì. Không cần đọc hết. Giở đúng trang giống chuyện của mình, đọc to cho người "
                "nhà cùng nghe.\n\nChưa thấy kiểu của mình ở đây không có nghĩa là không phải lừa. Còn ngờ thì dừng "
                "lại và hỏi người thật."
            ),
            created_by=None,
        )
        HandbookItem.objects.bulk_create(
            HandbookItem(handbook=row, position=place, form=form) for place, form in enumerate(forms)
        )
        _ask(row, None)
    audit_record(by=None, act="library.handbook_make", subject=row, facts={"items": len(forms)})
    return row


def _by_group(form: ScamForm) -> tuple[int, str]:
    assert form.published is not None
    return (Group.values.index(form.published.group), form.code)


# Parts --------------------------------------------------------------------------------------------------------------


def _require(by: Member) -> None:
    if not may_bind(by):
        raise NotAllowed(_("Lập cẩm nang là việc của biên tập viên và điều phối."))


def _locked(by: Member, handbook: Handbook) -> Handbook:
    _require(by)
    return Handbook.objects.select_for_update().get(pk=handbook.pk)


def _touch(row: Handbook) -> None:
    row.version += 1
    row.updated_at = clock.now()
    row.save()


def _facts(data: HandbookData) -> dict[str, Any]:
    title = " ".join(data.title.split())
    if not title:
        raise HandbookRefused(_("Ghi tên cẩm nang."), "title")
    if len(title) > 160:
        raise HandbookRefused(_("Tên dài nhất %s ký tự.") % 160, "title")
    if len(data.subtitle) > 200:
        raise HandbookRefused(_("Dòng phụ dài nhất %s ký tự.") % 200, "subtitle")
    if len(data.foreword) > 8000:
        raise HandbookRefused(_("Lời đầu dài nhất %s ký tự.") % "8.000", "foreword")
    return {"title": title, "subtitle": data.subtitle.strip(), "foreword": data.foreword.replace("\r", "").strip()}


def _free_slug(title: str) -> str:
    stem = slugify(fold(title))[:80].strip("-") or "cam-nang"
    taken = set(Handbook.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 2) if (slug := stem if n == 0 else f"{stem}-{n + 1}") not in taken)


def _key(item: HandbookItem) -> str:
    return f"f{item.form_id}" if item.form_id else f"m{item.material_id}"


def _item(row: Handbook, key: str, place: int) -> HandbookItem:
    named = {"form_id" if key[0] == "f" else "material_id": int(key[1:])}
    return HandbookItem(handbook=row, position=place, **named)


def _existing(items: list[HandbookItem]) -> list[HandbookItem]:
    """Those whose form or material is published: a page left open may name one that ended."""
    forms = [item.form_id for item in items if item.form_id]
    materials = [item.material_id for item in items if item.material_id]
    published = Edition.State.PUBLISHED
    held = set(FormEdition.objects.filter(form__in=forms, state=published).values_list("form", flat=True))
    kept = set(
        MaterialEdition.objects.filter(material__in=materials, state=published).values_list("material", flat=True)
    )
    return [item for item in items if item.form_id in held or item.material_id in kept]


def _number(row: Handbook, order: Sequence[str]) -> None:
    place = {key: number for number, key in enumerate(order)}
    items = list(row.items.all())
    for item in items:
        item.position = place.get(_key(item), len(place))
    HandbookItem.objects.bulk_update(items, ["position"])


def _store() -> FileStore:
    return FileStore(settings.FILES_ROOT)


def build_file(build: HandbookBuild, ext: str) -> bytes:
    """The PDF or EPUB of a build. Raises FileNotFoundError where it was never made or was lost."""
    sha256 = build.epub_sha256 if ext == "epub" else build.pdf_sha256
    if not sha256:
        raise FileNotFoundError(ext)
    return _store().get(sha256)
