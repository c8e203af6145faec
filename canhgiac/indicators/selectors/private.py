"""Private look-up on one machine: the same file and the same bytes as ``canhgiac lookup`` gives."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from canhgiac.engines.lookup.buckets import BITS
from canhgiac.engines.lookup.entries import TAGS, State
from canhgiac.engines.lookup.index import BadIndexError, Index, changes_path, seen
from canhgiac.engines.lookup.keys import Kind
from canhgiac.engines.lookup.links import SECOND, SHARED_ENDINGS, SHARED_PATHS
from canhgiac.engines.lookup.phones import HOME_LEAST, SERVICE_LEAST
from canhgiac.engines.recognition.banks import BANKS_BY_BIN

from .lookup import NO_RECORD, STATE_WORDS
from .tags import TAG_WORDS

_PREFIX = re.compile(r"[0-9a-f]{4}")
MODES: Final = (
    (
        _("Ô hỏi ở trang đầu"),
        _("Cả nội dung bạn dán, trong lúc trả lời. Không ghi lại."),
        _("Thấy bạn mở trang của chúng tôi, không thấy nội dung."),
    ),
    (
        _("Ô tra riêng ở trang này"),
        _("Một số ngăn chung của hàng nghìn số khác. Không biết bạn hỏi số nào."),
        _("Thấy bạn mở trang của chúng tôi, không thấy số nào."),
    ),
    (
        _("Qua ngân hàng, nhà mạng"),
        _("Ngân hàng, nhà mạng hỏi gì thì chúng tôi biết điều đó, không biết khách hàng nào."),
        _("Ngân hàng, nhà mạng của bạn biết cả hai."),
    ),
    (
        _("Không hỏi gì"),
        _("Không gì cả."),
        _("Không gì cả."),
    ),
)
"""Way of asking, what we learn, what others learn."""


class BucketMissing(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """There is no such bucket (404), or no index yet (503)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


_held: list[tuple[Any, Index]] = []
_lock = threading.Lock()


def bucket_for(kind: str, prefix: str) -> tuple[bytes, int]:
    """The bucket's bytes and the version of the index. ``prefix``: four hexadecimal digits. Raises BucketMissing."""
    if kind not in set(Kind) or not _PREFIX.fullmatch(prefix) or int(prefix, 16) >> BITS[Kind(kind)]:
        raise BucketMissing(now("Không có ngăn này: cần loại và số ngăn, bốn chữ số hệ 16."), 404)
    index = _index()
    return index.bucket(Kind(kind), int(prefix, 16)), index.version


def _index() -> Index:
    """The index as it is now; a file that was replaced is opened anew. Raises BucketMissing."""
    path = Path(settings.LOOKUP_ROOT) / "index.cgi"
    stamp = (str(path), seen(path), seen(changes_path(path)))
    with _lock:
        if _held and _held[0][0] == stamp:
            return _held[0][1]
        try:
            index = Index.open(path, known=_held[0][1] if _held and _held[0][0][0] == stamp[0] else None)
        except (BadIndexError, OSError):
            if _held and _held[0][0][0] == stamp[0]:  # an old one that is whole answers on
                return _held[0][1]
            raise BucketMissing(now("Chưa có chỉ mục để tra cứu. Hãy thử lại sau."), 503) from None
        _held[:] = [(stamp, index)]
        return index


def know_for_script() -> dict[str, Any]:
    """What the page's script must know: bits of buckets, short lists of spellings, and its words in the reader's
    language."""
    return {
        "bits": {kind.value: bits for kind, bits in BITS.items()},
        "bins": sorted(BANKS_BY_BIN),
        "least": HOME_LEAST - 2,
        "service": SERVICE_LEAST,
        "shared": SHARED_PATHS,
        "endings": sorted(SHARED_ENDINGS),
        "second": sorted(SECOND),
        "words": _words(),
    }


def _words() -> dict[str, Any]:
    return {
        "states": {int(state): str(words) for state, words in STATE_WORDS.items()},
        "good": int(State.KNOWN_GOOD),
        "tags": [str(TAG_WORDS.get(tag, tag)) for tag in TAGS],
        "noneTitle": now("Chưa có trong sổ"),
        "none": str(NO_RECORD),
        "range": now("Chưa ai báo riêng số này; cả dải số chứa nó bị báo."),
        "report": now("Báo cáo của người khác; chỉ “Đã xác nhận” mới là điều hai cán bộ đã xem xét."),
        "genuine": now("Có trong danh sách chính thức. Số hiện trên máy và tên người gửi vẫn giả được."),
        "week": now("Thấy gần nhất: tuần có ngày"),
        "asked": now("Đã gửi đi: ngăn"),
        "bytes": now("byte nhận về, bằng mọi ngăn khác cùng loại"),
        "unread": now("Chưa đọc được: hãy nhập một số điện thoại, số tài khoản hoặc đường link."),
        "shared": now("Link trên nền tảng chung chưa tra riêng được ở đây. Hãy dùng ô hỏi ở trang đầu."),
        "offline": now("Chưa tải được ngăn. Kiểm tra mạng rồi thử lại; chưa có gì khác được gửi đi."),
    }
