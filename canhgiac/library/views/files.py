"""Tables of the library as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, StreamingHttpResponse

from canhgiac.kit import clock
from canhgiac.kit.sheets import CSV, XLSX, Sheet, csv_lines, xlsx


def table_file(name: str, kind: str, heads: Sequence[str], rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    """The rows as a download, ``kind`` "xlsx" or "csv". Raises Http404 for another."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{clock.today():%Y%m%d}.{kind}"'}
    if kind == "csv":
        return StreamingHttpResponse(csv_lines(heads, rows), content_type=CSV, headers=headers)
    if kind != "xlsx":
        raise Http404
    book = xlsx([Sheet(name, heads, rows, [22] * len(heads))])
    return StreamingHttpResponse(book, content_type=XLSX, headers=headers)
