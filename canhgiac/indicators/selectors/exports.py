"""The register for partners, row by row from a server-side cursor: memory does not grow with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from canhgiac.indicators.models import Indicator
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value

from .lookup import live
from .scope import key_of_row
from .tags import tag_words

CHUNK = 2000
PATTERN_FIELDS = (
    *("id", "kind", "value", "is_range", "state", "tags", "sightings_count", "sources_count", "first_seen"),
    *("last_seen", "expires_on", "changed_at", "version"),
)


def exported(kinds: Sequence[str], *, since: dt.datetime | None = None) -> QuerySet[Indicator]:
    """The rows that are told to who asks, of these kinds, changed after ``since``: no decision, person or origin."""
    rows = live(Indicator.objects.filter(kind__in=list(kinds))).only(*PATTERN_FIELDS)
    return (rows.filter(changed_at__gt=since) if since else rows).order_by("pk")


def csv_headings() -> list[str]:
    """The headings of the table; the reader of lists knows them again."""
    return [
        _("Loại"), _("Giá trị"), _("Trạng thái"), _("Lý do"), _("Số lần báo"), _("Số nguồn"), _("Thấy lần đầu"),
        _("Ngày"), _("Hết hạn ngày"),
    ]  # fmt: skip


def csv_rows(rows: QuerySet[Indicator]) -> Iterator[Sequence[Value]]:
    """The cells of each row; canonical values, which ``engines.lookup`` reads back."""
    for row in rows.iterator(chunk_size=CHUNK):
        yield (
            row.kind, key_of_row(row).value, str(row.get_state_display()), "; ".join(tag_words(row.tags)),
            row.sightings_count, row.sources_count, _day(row.first_seen), _day(row.last_seen), row.expires_on,
        )  # fmt: skip


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.VIETNAM).date()
