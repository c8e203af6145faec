"""Lists of others, partners and their tokens. Names and hosts are invented; hosts end in .test."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from canhgiac.agencies.models import Agency, Member
from canhgiac.engines.lookup.entries import mask_of
from canhgiac.indicators.models import ListImport, ListSource, Partner
from canhgiac.indicators.services.lists import (
    ListData,
    list_accept,
    list_read,
    list_source_create,
    list_take,
    list_upload,
)
from canhgiac.indicators.services.partners import PartnerData, partner_create, partner_token_create

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


def partner_data(**facts: Any) -> PartnerData:
    """What somebody says of a bank that may do everything."""
    told: dict[str, Any] = {
        "kind": "bank", "bins": ["970436"], "scopes": list(Partner.Scope.values), "per_minute": 600,
        "per_day": 100_000, "endpoint": "", "email": "", "note": "",
    }  # fmt: skip
    return PartnerData(**(told | facts))


def partner(*, by: Member, agency: Agency | None = None, **facts: Any) -> Partner:
    """A partner; a bank unless told otherwise. ``by``: somebody who may."""
    return partner_create(by=by, agency=agency or bank(), data=partner_data(**facts))


def partner_key(*, by: Member, partner: Partner, scopes: Sequence[str] = ()) -> str:
    """The key of a new token with these scopes, or all of the partner's."""
    chosen = list(scopes) or partner.scopes
    return partner_token_create(by=by, partner=partner, name="máy thử", scopes=chosen, days=30)[1]
