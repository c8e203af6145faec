"""How one line of text names an agency or an area, and which rows such a line means.

"Xã Sơn Thủy, Tỉnh Vĩnh An": the name and what it belongs to, as people say it. A row that no longer exists says until
when it did. Only where even these words repeat does the row's number follow, since then nothing else tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.kit.text import fold

Row = TypeVar("Row", Agency, Area)
_NUMBER = re.compile(r"\s*\[#(\d{1,18})\]\s*$")


def words_of(row: Agency | Area) -> str:
    """The name, what it belongs to, and the last day of what has ended."""
    parts = [row.name]
    if row.parent is not None:
        parts.append(row.parent.name)
    if row.valid_until is not None:
        parts.append(_("đến %s") % row.valid_until.strftime("%d/%m/%Y"))
    return ", ".join(parts)


def named_many(rows: Sequence[Row]) -> list[str]:
    """The words of each row, by which ``rows_meant`` finds it and no other. One query beside the rows' parents."""
    if not rows:
        return []
    several = (
        type(rows[0])
        ._default_manager.filter(name__in={row.name for row in rows})
        .values_list("name", "parent", "valid_until")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .order_by()
    )
    alike = {(name, parent, until) for name, parent, until, _times in several}
    return [
        f"{words_of(row)} [#{row.pk}]" if (row.name, row.parent_id, row.valid_until) in alike else words_of(row)
        for row in rows
    ]


def rows_meant(text: str, rows: QuerySet[Row]) -> list[Row]:
    """The rows whose words these are, with or without diacritics; those written exactly so go before the others.

    None when the text is less than the whole words, such as a bare name.
    """
    if match := _NUMBER.search(text):
        return list(rows.filter(pk=int(match[1])))
    pieces = text.split(",")
    starts = {fold(",".join(pieces[:count]).strip()) for count in range(1, len(pieces) + 1)}
    wanted = fold(text.strip())
    # An agency's folded words go on with its short name, so the name is where they start.
    begins = reduce(or_, (Q(folded__startswith=start) for start in starts))
    found = [row for row in rows.filter(begins).select_related("parent") if fold(words_of(row)) == wanted]
    return [row for row in found if words_of(row) == text.strip()] or found
