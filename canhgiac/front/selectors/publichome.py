"""The public home below the box: what may be happening to the reader, and tricks that came up lately."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.library.selectors.facets import SITUATIONS
from canhgiac.library.selectors.forms import FormCard, forms_published
from canhgiac.outreach.selectors.public import Row, newest

MOST_NEW = 5
MOST_WARNINGS = 3


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that may be happening to the reader, and where its forms are."""

    label: str
    icon: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One part of the slogan."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Below:
    """Everything under the box."""

    warnings: list[Row]
    """Those that hold now."""
    happenings: list[Happening]
    newest: list[FormCard]
    count: int
    """Published forms."""
    four: list[Rule]
    two: list[Rule]


def below_the_box() -> Below:
    """Two queries; one more where a warning holds."""
    cards = forms_published()
    count = Counter(situation for card in cards for situation in card.situations)
    address = reverse("form_index")
    happenings = [
        Happening(str(value.label), icon, f"{address}?tinh-huong={slug}", count[value])
        for value, (slug, icon) in SITUATIONS.items()
        if count[value]
    ]
    warnings = newest(MOST_WARNINGS)
    return Below(warnings, happenings, [card for card in cards if card.is_new][:MOST_NEW], len(cards), _four(), _two())


def _four() -> list[Rule]:
    return [
        Rule(_("Không sợ"), _("Bị dọa thì cúp máy, tự gọi lại số chính thức.")),
        Rule(_("Không tham"), _("Quà lạ, việc nhẹ lương cao: bỏ qua.")),
        Rule(_("Không kết bạn với người lạ"), _("Chưa gặp thì không kể chuyện nhà, chuyện tiền.")),
        Rule(_("Không làm"), _("Không đọc mã, không chuyển tiền, không cài ứng dụng lạ.")),
    ]


def _two() -> list[Rule]:
    return [
        Rule(_("Phải thường xuyên cảnh giác"), _("Giữ kín căn cước, tài khoản, mật khẩu.")),
        Rule(_("Phải tố giác ngay khi nghi ngờ"), _("Báo công an xã, phường hoặc gọi 113.")),
    ]
