"""One tip's page: what is readable without opening it, what it shares with others, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.library.models import Contact
from canhgiac.library.selectors.contacts import banks, phones_told
from canhgiac.tips.models import Handover, Tip, TipToken

from .deadlines import OPEN_STATES, latest_of
from .duplicates import sharing, why_words
from .queues import TipRow, form_names, outcome_words, tip_row, tip_rows
from .scope import TipScope, scope_of, tip_for

EVENTS = {
    "received": gettext_lazy("Nhận tin"),
    "taken": gettext_lazy("Nhận xử lý"),
    "assigned": gettext_lazy("Giao xử lý"),
    "classified": gettext_lazy("Phân loại"),
    "asked": gettext_lazy("Hỏi người báo"),
    "answered": gettext_lazy("Nhắn người báo"),
    "message": gettext_lazy("Người báo nhắn thêm"),
    "files": gettext_lazy("Người báo gửi thêm tệp"),
    "extended": gettext_lazy("Gia hạn"),
    "joined": gettext_lazy("Máy ghép vào vụ"),
    "linked": gettext_lazy("Ghép vào vụ"),
    "parted": gettext_lazy("Bỏ khỏi vụ"),
    "split": gettext_lazy("Tách sang vụ"),
    "merged": gettext_lazy("Theo vụ được gộp"),
    "unmerged": gettext_lazy("Về vụ cũ"),
    "handed": gettext_lazy("Chuyển hồ sơ"),
    "handover": gettext_lazy("Lập hồ sơ chuyển giao"),
    "closed": gettext_lazy("Trả lời, kết thúc"),
    "spam": gettext_lazy("Đánh dấu tin rác"),
    "reopened": gettext_lazy("Mở lại"),
    "withdrawn": gettext_lazy("Người báo rút tin"),
    "erased": gettext_lazy("Xóa nội dung"),
    "freeze": gettext_lazy("Lập yêu cầu tạm dừng giao dịch"),
}
ANSWERS = {
    "handled": gettext_lazy(
        "Cảm ơn bạn đã báo tin. Chúng tôi đã xác minh và xử lý theo quy định. Nếu có chuyện mới, bạn gửi tin báo khác."
    ),
    "no_crime": gettext_lazy(
        "Cảm ơn bạn đã báo tin. Qua xác minh chưa thấy dấu hiệu tội phạm. Bạn có quyền khiếu nại kết quả này tại "
        "cơ quan đã giải quyết hoặc Viện kiểm sát cùng cấp."
    ),
    "not_enough": gettext_lazy(
        "Cảm ơn bạn đã báo tin. Hiện chưa đủ căn cứ để xử lý. Nếu tìm thêm được biên lai, số tài khoản, tin nhắn, bạn "
        "gửi tin mới và ghi số tin này."
    ),
    "other_body": gettext_lazy(
        "Cảm ơn bạn đã báo tin. Việc này thuộc cơ quan khác, chúng tôi đã chuyển hồ sơ. Cơ quan đó sẽ liên hệ nếu cần."
    ),
    "duplicate": gettext_lazy(
        "Cảm ơn bạn đã báo tin. Việc này đã có người báo và đang được xử lý chung; thông tin của bạn đã nhập vào vụ đó."
    ),
}
"""Words offered for the answer by outcome; the officer changes them."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """Another tip that shares something."""

    row: TipRow
    why: str


@dataclass(frozen=True, slots=True)
class Hotline:
    """A bank that the money went to, with the numbers one may call."""

    bin: str
    name: str
    phones: list[str]
    web: str


@dataclass(frozen=True, slots=True)
class TipPage:
    """One tip and everything its page shows while it is sealed."""

    tip: Tip
    row: TipRow
    scope: TipScope
    named: list[tuple[str, int]]
    """How many accounts, numbers, links the tip names, by kind."""
    alike: list[Alike]
    more_alike: int
    hotlines: list[Hotline]
    events: list[dict[str, Any]]
    handovers: list[Handover]
    files: int
    messages: int
    outcome: str
    latest: Any
    """The last day that a putting off may name."""

    @property
    def may_work(self) -> bool:
        """Whether the member may act on it."""
        return self.row.may_work

    @property
    def is_open(self) -> bool:
        """Whether we still owe an answer."""
        return self.tip.state in OPEN_STATES


def tip_page(member: Member, tip_id: int) -> TipPage:
    """The tip within the member's reach, sealed. Raises Http404. A dozen queries whatever it shares."""
    scope = scope_of(member)
    tip = tip_for(member, tip_id)
    found = sharing(tip)
    rows = {row.tip.pk: row for row in tip_rows(scope, [one.tip_id for one in found[:SHOWN]])}
    kinds = list(TipToken.objects.filter(tip=tip).values_list("kind", flat=True))
    named = [(str(label), kinds.count(kind)) for kind, label in TipToken.Kind.choices if kind != TipToken.Kind.TEXT]
    return TipPage(
        tip=tip,
        row=tip_row(scope, tip, form_names(), now=clock.now()),
        scope=scope,
        named=[(label, number) for label, number in named if number],
        alike=[Alike(rows[one.tip_id], why_words(one.why)) for one in found[:SHOWN] if one.tip_id in rows],
        more_alike=max(0, len(found) - SHOWN),
        hotlines=hotlines(tip.banks),
        events=tip_events(tip),
        handovers=list(Handover.objects.filter(tip=tip).select_related("made_by").order_by("-made_at")),
        files=tip.files.count(),
        messages=tip.messages.count(),
        outcome=outcome_words(tip.outcome),
        latest=latest_of(tip.received_at),
    )


def hotlines(bins: list[str]) -> list[Hotline]:
    """The banks of these ids with the numbers people may be given. One query at most."""
    if not bins:
        return []
    known: dict[str, Contact] = {
        code: contact for contact in banks().filter(bins__overlap=bins) for code in contact.bins
    }
    return [
        Hotline(code, known[code].name, phones_told(known[code]), known[code].web)
        if code in known
        else Hotline(code, _("Ngân hàng mã %s") % code, [], "")
        for code in bins
    ]


def tip_events(tip: Tip) -> list[dict[str, Any]]:
    """What happened to it, the latest first, in words; names of officers and agencies looked up at once."""
    events = list(tip.events.select_related("by").order_by("-at", "-pk")[:200])
    people = Member.objects.in_bulk({event.facts.get("to") for event in events} - {None})
    agencies = Agency.objects.in_bulk({event.facts.get("agency") for event in events} - {None})
    return [
        {
            "at": event.at,
            "by": event.by,
            "words": str(EVENTS.get(event.what, event.what)),
            "about": _about(event.facts, people, agencies),
            "public": event.public,
        }
        for event in events
    ]


def _about(facts: dict[str, Any], people: dict[int, Member], agencies: dict[int, Agency]) -> str:
    told = [str(facts["number"])] if facts.get("number") else []
    if isinstance(facts.get("why"), list):
        told.append(why_words(facts["why"]))
    told += [str(people[facts["to"]])] if facts.get("to") in people else []
    told += [str(agencies[facts["agency"]])] if facts.get("agency") in agencies else []
    told += [str(facts[name]) for name in ("reason", "until") if facts.get(name)]
    told += [outcome_words(str(facts["outcome"]))] if facts.get("outcome") else []
    return ", ".join(told)
