"""Lists of others, partners and their tokens. Names and hosts are invented; hosts end in .test."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from canhgiac.agencies.models import Agency, Member
from canhgiac.engines.lookup.entries import mask_of
from canhgiac.indicators.models import ListImport, ListSource
from canhgiac.indicators.services.lists import (
    ListData,
    list_accept,
    list_read,
    list_source_create,
    list_take,
    list_upload,
)

from .agencies import agency

_number = itertools.count(1)


def list_data(**facts: Any) -> ListData:
    """What somebody says of a plain list of links."""
    told: dict[str, Any] = {
        "name": f"Danh sách thử {next(_number)}", "publisher": "Nhóm thử", "url": "https://danh-sach.test/",
        "licence": "MIT", "format": "plain", "kind": "link",
        "tags": mask_of(["phishing"]), "trust": 60, "keep_days": 30,
    }  # fmt: skip
    return ListData(**(told | facts))


def list_source(*, by: Member, **facts: Any) -> ListSource:
    """A list."""
    return list_source_create(by=by, data=list_data(**facts))


def list_preview(*, by: Member, source: ListSource, lines: str, dated: dt.date | None = None) -> ListImport:
    """A file of it, read."""
    one = list_upload(by=by, source=source, data=lines.encode(), file_name="danh-sach.txt", dated=dated)
    return list_read(import_id=one.pk)


def list_import(*, by: Member, source: ListSource, lines: str, dated: dt.date | None = None) -> ListImport:
    """A file of it, taken in."""
    one = list_accept(by=by, one=list_preview(by=by, source=source, lines=lines, dated=dated))
    return list_take(import_id=one.pk)


def bank(parent: Agency | None = None) -> Agency:
    """A bank of the register."""
    return agency(name=f"Ngân hàng Thử {next(_number)}", kind=Agency.Kind.BANK, parent=parent)
