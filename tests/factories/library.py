"""The starter library, and forms, materials and contacts of their own."""

from __future__ import annotations

import itertools
from typing import Any

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.library.models import (
    Checklist,
    Contact,
    Edition,
    FormEdition,
    Group,
    Material,
    MaterialEdition,
    MaterialKind,
    ScamForm,
)
from canhgiac.library.selectors.editions import content_of, content_sha256
from canhgiac.library.services.forms import form_folded
from canhgiac.library.services.starter_load import StarterLoaded, starter_load
from tests.factories.kept import kept

_number = itertools.count(1)
CHECKED: dict[str, Any] = {point: {"ok": True, "note": ""} for point in Checklist.values}
"""A checklist with every point answered yes."""


def library() -> StarterLoaded:
    """The whole starter library, as on a first start."""
    return kept("library", starter_load)


def form(
    *,
    state: Edition.State = Edition.State.PUBLISHED,
    author: Member | None = None,
    reviewer: Member | None = None,
    of: ScamForm | None = None,
    **content: Any,
) -> FormEdition:
    """An edition of a form in this state, without a way to it; without people it is one of the software.

    ``of`` gives a further edition of that form.
    """
    number = next(_number)
    parent = of or ScamForm.objects.create(code=f"X{number:03}", slug=f"hinh-thuc-thu-{number}")
    given: dict[str, Any] = {
        "name": f"Hình thức thử {number}",
        "short": "Một dòng về hình thức thử.",
        "group": Group.IMPERSONATION,
        "summary": "Có người gọi xưng là công an rồi bắt chuyển tiền vào một tài khoản lạ để kiểm tra.",
        "happens": ["Bạn nghe một cuộc gọi lạ.", "Họ bảo bạn liên quan một vụ án."],
        "sign_titles": ["Gọi từ số lạ", "Bắt giữ bí mật"],
        "signs": ["Số gọi đến không phải số của cơ quan.", "Họ cấm bạn kể với người nhà."],
        "before": ["Không nói chuyện tiền nong với người lạ qua điện thoại."],
        "during": ["Tắt máy, gọi công an xã, phường."],
        "after": ["Gọi ngân hàng, nhờ chặn giao dịch."],
        "targets": ["elderly"],
        "breaks": ["khong_so"],
    } | content
    row = FormEdition(
        form=parent,
        number=parent.editions.count() + 1,
        state=state,
        author=author,
        writers=[author.pk] if author else [],
        reviewer=reviewer,
        is_starter=author is None or reviewer is None,
        published_at=clock.now() if state not in Edition.OPEN else None,
        **given,
    )
    row.folded = form_folded(parent.code, {name: getattr(row, name) for name in row.CONTENT})
    row.save(force_insert=True)
    if state == Edition.State.PUBLISHED:
        row.sha256 = content_sha256(content_of(row))
        row.save(update_fields=["sha256"])
        parent.published = row
        parent.save(update_fields=["published"])
    return row


def material(
    *,
    state: Edition.State = Edition.State.PUBLISHED,
    author: Member | None = None,
    reviewer: Member | None = None,
    kind: MaterialKind = MaterialKind.ARTICLE,
    of: Material | None = None,
    facts: dict[str, Any] | None = None,
    **content: Any,
) -> MaterialEdition:
    """An edition of a material in this state; ``facts`` are of the material itself (language, audiences, …)."""
    number = next(_number)
    parent = of or Material.objects.create(
        code=f"TL{number:04}", slug=f"tai-lieu-thu-{number}", kind=kind, created_by=author, **(facts or {})
    )
    given: dict[str, Any] = {
        "title": f"Tài liệu thử {number}",
        "lead": "Một câu dẫn.",
        "body": "Đoạn thứ nhất.\n\nĐoạn thứ hai.",
        "points": ["Không làm theo.", "Gọi hỏi người thật."],
        "call": "Gọi công an xã, phường.",
    } | content
    row = MaterialEdition(
        material=parent,
        number=parent.editions.count() + 1,
        state=state,
        author=author,
        writers=[author.pk] if author else [],
        reviewer=reviewer,
        is_starter=author is None or reviewer is None,
        published_at=clock.now() if state not in Edition.OPEN else None,
        **given,
    )
    row.folded = fold(" ".join([row.title, row.lead, row.body, *row.points, row.call]))
    row.save(force_insert=True)
    if state == Edition.State.PUBLISHED:
        row.sha256 = content_sha256(content_of(row))
        row.save(update_fields=["sha256"])
        parent.published = row
        parent.save(update_fields=["published"])
    return row


def contact(*, kind: Contact.Kind = Contact.Kind.BANK, name: str = "", **facts: Any) -> Contact:
    """A line to call; numbers are of a range not in use."""
    number = next(_number)
    named = name or f"Ngân hàng Thử {number}"
    given: dict[str, Any] = {"phones": [f"0900 000 {number % 1000:03}"], "folded": fold(named)} | facts
    return Contact.objects.create(code=f"thu-{number}", kind=kind, name=named, **given)
