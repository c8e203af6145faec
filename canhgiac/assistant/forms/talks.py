"""What a person sends in a talk, and the tip that they confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.assistant.models import Talk
from canhgiac.assistant.selectors.tipdrafts import TipDraft, tip_draft
from canhgiac.assistant.services.talks import MOST_WORDS
from canhgiac.kit.text import storable
from canhgiac.tips.forms.intake import JUST, NOT, SENT, IntakeForm
from canhgiac.tips.selectors.guess import chip_of


class PastedField(forms.CharField):
    """Words pasted from anywhere: signs that cannot be kept are dropped, not held against who pasted them."""

    def to_python(self, value: Any) -> Any:
        """The text as it can be kept."""
        return super().to_python(storable(value) if isinstance(value, str) else value)


class SayForm(forms.Form):
    """The box of the talk: words, a picture, or both."""

    noi_dung = PastedField(
        label=_("Nhắn cho trợ lý"),
        required=False,
        max_length=MOST_WORDS,
        error_messages={"max_length": _("Nhiều nhất 10.000 ký tự một lần. Chia làm nhiều tin rồi gửi.")},
    )
    anh = forms.FileField(label=_("Ảnh chụp"), required=False, allow_empty_file=True)

    def picture(self) -> bytes | None:
        """The picture's bytes; None without one."""
        file = self.cleaned_data.get("anh")
        return file.read() if file else None


class TipForm(IntakeForm):
    """The tip drafted from a talk, on one page: intake's own form with its fields filled."""

    @classmethod
    def of_talk(cls, talk: Talk) -> TipForm:
        """The form as the talk fills it; nothing is sent. What the talk does not say is left empty."""
        draft = tip_draft(talk)
        form = cls(initial=_initial(draft))
        form.kept = [chip_of(key) for key in draft.keys]
        return form

    kept: list[Any]
    """Things that were named in the talk and may stand in no words of the story: read from a picture, from a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = []

    @property
    def chips(self) -> list[tuple[Any, bool]]:
        """Each thing found in the story or named in the talk, and whether it is ticked."""
        found = {chip.key: (chip, on) for chip, on in super().chips}
        return list(({chip.key: (chip, True) for chip in self.kept} | found).values())


def _initial(draft: TipDraft) -> dict[str, Any]:
    """What stands in the fields. That money went without when leaves the question open."""
    money = NOT if draft.lost_money is False else ""
    if draft.sent_money_at is not None:
        money = JUST if draft.just else SENT
    return {
        "ke": draft.story,
        "mat_tien": money,
        "luc": draft.sent_money_at,
        "so_tien": f"{draft.amount:,}".replace(",", ".") if draft.amount else "",
        "ngan_hang": draft.own_bank,
        "hinh_thuc": draft.form,
        "xa": draft.area,
    }
