"""What acts on tips refuse, in words for people."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=models.Model)


class TipRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The act cannot be done; the message says why in Vietnamese, ``field`` names the fact at fault if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class TipStale(TipRefused):  # the same
    """Somebody else acted in between; nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(_("Người khác vừa xử lý mục này. Xem bản mới rồi làm lại; nội dung bạn nhập vẫn còn."))


def locked(model: type[Row], pk: int, version: int | None) -> Row:
    """The row, locked until the transaction ends. ``version`` is what the person saw; None does not compare.

    Raises TipStale.
    """
    row = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and getattr(row, "version") != version:  # noqa: B009  # of any model that has one
        raise TipStale
    setattr(row, "version", getattr(row, "version") + 1)  # noqa: B009, B010
    return row
