"""The page of a talk: its turns, who answers now, what may be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.tips.selectors.vault import vault_ready

from .boxes import memory_unbox
from .desk import Standing, standing_of
from .replies import Reply
from .talks import Turn, turns_of
from .watches import WatchOffer, is_open, watch_offer

EXAMPLES = (
    gettext_lazy("Tôi vừa chuyển tiền cho người lạ, giờ phải làm sao?"),
    gettext_lazy("Có người xưng công an gọi, bảo tôi chuyển tiền để xác minh"),
    gettext_lazy("Nhận tin: “Tai khoan cua ban se bi khoa sau 2 gio, bam vao lien ket de xac minh”"),
    gettext_lazy("Làm sao để bố mẹ tôi không bị lừa qua điện thoại?"),
    gettext_lazy("Lừa đảo qua mạng bị phạt thế nào?"),
    gettext_lazy("Gần đây có chiêu lừa nào mới?"),
)
"""What one can ask, to tap: something happened, a call, a message, the family, the law, the news."""


@dataclass(frozen=True, slots=True)
class TalkPage:
    """What the page shows."""

    talk: Talk | None = None
    """None before the first word: nothing of the visitor is kept yet."""
    turns: Sequence[Turn] = ()
    duty: Standing | None = None
    """While somebody was asked for: their place, or that they answer."""
    may_tip: bool = False
    """Whether tips can be received."""
    typed: str = ""
    """What could not be sent, back in the box."""
    error: str = ""
    watch: WatchOffer | None = None
    """To hear later of what the newest answer leaves open."""
    after: int = 0
    """So many turns stand on the script's page already and are not sent again."""

    @property
    def fresh(self) -> Sequence[Turn]:
        """The turns to be drawn: all, or those that the script does not have."""
        return self.turns[self.after :]

    @property
    def last(self) -> Turn | None:
        """The newest turn."""
        return self.turns[-1] if self.turns else None

    @property
    def answer(self) -> Turn | None:
        """The newest answer of the assistant, whose choices are open; None where somebody else spoke last."""
        return self.last if self.last is not None and self.last.reply is not None else None

    @property
    def is_over(self) -> bool:
        """Whether it ended: it is still read here, and the next word begins another."""
        return self.talk is not None and self.talk.state == Talk.State.ENDED

    @property
    def offers_tip(self) -> bool:
        """Whether a tip may be made of the talk: one was offered, and none was sent since."""
        if not self.may_tip or self.is_over:
            return False
        offered = False
        for turn in self.turns:
            if turn.reply is not None:
                offered = turn.reply.tip_offered or (offered and not _tells_of_sent_tip(turn.reply))
        return offered

    @property
    def is_waiting(self) -> bool:
        """Whether the page should look for news by itself."""
        return self.talk is not None and self.talk.state in {Talk.State.WAITING, Talk.State.HELD}

    @property
    def examples(self) -> tuple[str, ...]:
        """Six things to ask, while nothing was said."""
        return tuple(map(str, EXAMPLES)) if not self.turns else ()

    @property
    def version(self) -> str:
        """Another one whenever the page would show something else."""
        if self.talk is None:
            return ""
        return f"{self.talk.state}.{len(self.turns)}.{self.duty.place if self.duty else ''}"

    @property
    def placeholder(self) -> str:
        """What the box asks for."""
        if self.talk is not None and self.talk.state == Talk.State.HELD:
            return _("Viết cho người trực")
        if self.turns:
            return _("Viết tiếp, hoặc dán tin")
        return _("Gõ câu hỏi, hoặc dán tin nhắn, số điện thoại, đường link")


def _tells_of_sent_tip(reply: Reply) -> bool:
    follow = reverse("tip_follow")
    return any(choice.url == follow for choice in reply.choices)


def talk_page_of(talk: Talk | None, *, typed: str = "", error: str = "", after: int = 0) -> TalkPage:
    """The page of a talk; with ``after`` without its first turns. Five queries at most, however long it is.

    Under an answer that leaves something open three more, for the offer to hear of it later.
    """
    if talk is None:
        return TalkPage(may_tip=vault_ready(), typed=typed, error=error)
    turns = turns_of(talk)
    return TalkPage(
        talk, turns, standing_of(talk), vault_ready(), typed, error, _watch(turns), after if after < len(turns) else 0
    )


def _watch(turns: Sequence[Turn]) -> WatchOffer | None:
    last = turns[-1] if turns else None
    return watch_offer(last.row) if last is not None and last.reply is not None and is_open(last.reply) else None


def turn_for(talk: Talk, number: int) -> TalkTurn | None:
    """The assistant's turn with this number in the person's own talk; None where there is none."""
    return talk.turns.filter(number=number, who=TalkTurn.Who.ASSISTANT).first()


def talk_now(talk: Talk | None) -> Talk | None:
    """The talk as it stands after an act; None for one that is gone. One query."""
    return Talk.objects.filter(pk=talk.pk).first() if talk is not None else None


def why_asked(talk: Talk) -> DutyTalk.Why:
    """Why the person asks for somebody, by what was understood last. One query."""
    memory = memory_unbox(talk.memory_sealed)
    if memory is not None and memory.act == "happened":
        return DutyTalk.Why.LOSS
    last = talk.turns.filter(who=TalkTurn.Who.ASSISTANT).order_by("-number").values_list("act", flat=True).first()
    return DutyTalk.Why.UNKNOWN if last == "unknown" else DutyTalk.Why.ASKED
