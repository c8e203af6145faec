"""The form by which people tell: one for the public page and for officers who write down what they hear."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import areas_on, province
from canhgiac.engines.lookup.keys import Key, Kind, keys_in
from canhgiac.kit import clock
from canhgiac.kit.money import money_read
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.contacts import banks
from canhgiac.library.selectors.forms import forms_published
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.guess import Chip, chip_of, guess, key_read
from canhgiac.tips.services.files import FileRefused, Sent, sent_check
from canhgiac.tips.services.intake import MOST_FILES, MOST_KEYS, MOST_WORDS, TipData
from canhgiac.tips.services.parts import Facts, Identity

JUST, SENT, NOT = "vua", "roi", "chua"
MONEY = (
    (JUST, gettext_lazy("Vừa chuyển, trong 24 giờ qua")),
    (SENT, gettext_lazy("Đã chuyển, lâu hơn")),
    (NOT, gettext_lazy("Chưa mất tiền")),
)
HOW = (
    ("", gettext_lazy("Chưa chọn")),
    ("bank", gettext_lazy("Chuyển khoản ngân hàng")),
    ("wallet", gettext_lazy("Ví điện tử")),
    ("card", gettext_lazy("Thẻ cào, thẻ trò chơi")),
    ("cash", gettext_lazy("Đưa tiền mặt")),
    ("coin", gettext_lazy("Tiền mã hóa")),
    ("other", gettext_lazy("Cách khác")),
)


class FilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each within the limits. Names are believed for nothing."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Sent]:
        """The files with their bytes."""
        given: Sequence[UploadedFile] = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("Nhiều nhất %d tệp mỗi lần gửi.") % MOST_FILES)
        sent = [Sent(one.name or "", one.read()) for one in given]
        try:
            sent_check(sent)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return sent


class IntakeForm(forms.Form):
    """What happened. Field names stand in addresses of nothing: the form is always posted."""

    mat_tien = forms.ChoiceField(
        label=gettext_lazy("Bạn đã chuyển tiền chưa?"), choices=MONEY, widget=forms.RadioSelect, required=False
    )
    ngan_hang = forms.CharField(label=gettext_lazy("Ngân hàng, ví của bạn"), required=False, max_length=20)
    luc = forms.DateTimeField(
        label=gettext_lazy("Chuyển lúc nào"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
    )
    ke = forms.CharField(
        label=gettext_lazy("Chuyện gì đã xảy ra?"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 9, "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Ai liên hệ, qua đâu, bảo bạn làm gì. Có tin nhắn thì chép nguyên văn. Không ghi mật khẩu, mã OTP."
        ),
    )
    them = forms.CharField(
        label=gettext_lazy("Số điện thoại, tài khoản, link khác của họ"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("Mỗi dòng một số hoặc một link. Tài khoản ghi kèm tên ngân hàng."),
    )
    da_xem = forms.BooleanField(required=False, widget=forms.HiddenInput)
    hinh_thuc = forms.ChoiceField(label=gettext_lazy("Giống chuyện nào nhất?"), required=False)
    ngay = forms.DateField(
        label=gettext_lazy("Xảy ra ngày nào"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    so_tien = forms.CharField(
        label=gettext_lazy("Đã mất bao nhiêu"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Ví dụ: 15 triệu, 500k, 1.200.000. Không nhớ rõ thì để trống."),
    )
    cach = forms.ChoiceField(label=gettext_lazy("Trả bằng cách nào"), choices=HOW, required=False)
    anh = FilesField(
        label=gettext_lazy("Ảnh chụp màn hình, biên lai, tệp"),
        required=False,
        widget=FilesInput(attrs={"multiple": True}),
        help_text=gettext_lazy("Tối đa 10 tệp, mỗi tệp 15 MB. Nơi chụp và thông tin máy trong ảnh được bỏ đi."),
    )
    xa = forms.ModelChoiceField(
        label=gettext_lazy("Xã, phường nơi bạn ở hoặc nơi xảy ra"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=gettext_lazy("Không rõ, hoặc không muốn nói"),
    )
    noi = forms.CharField(label=gettext_lazy("Nơi cụ thể"), required=False, max_length=300)
    cho_ai = forms.ChoiceField(
        label=gettext_lazy("Bạn báo cho ai?"),
        choices=[("toi", gettext_lazy("Cho chính mình")), ("khac", gettext_lazy("Cho người thân, người quen"))],
        widget=forms.RadioSelect,
        required=False,
        initial="toi",
    )
    ten = forms.CharField(label=gettext_lazy("Họ và tên"), required=False, max_length=120)
    dien_thoai = forms.CharField(label=gettext_lazy("Số điện thoại của bạn"), required=False, max_length=40)
    dia_chi = forms.CharField(label=gettext_lazy("Địa chỉ"), required=False, max_length=300)
    goi = forms.BooleanField(label=gettext_lazy("Cán bộ được gọi cho tôi về tin này"), required=False)
    cho_hoc = forms.BooleanField(
        label=gettext_lazy("Cho dùng lời kể đã che hết tên, số để nhận ra thủ đoạn mới; tự xóa sau 90 ngày"),
        required=False,
    )
    dong_y = forms.BooleanField(label=gettext_lazy("Tôi đã đọc và đồng ý"), required=False)
    khoa = forms.UUIDField(required=False, widget=forms.HiddenInput)
    thu_thach = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    loi_giai = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["xa"].queryset = _communes()  # type: ignore[attr-defined]
        self.cards = forms_published()
        self.fields["hinh_thuc"].choices = [("", _("Không rõ"))] + [(card.code, card.name) for card in self.cards]  # type: ignore[attr-defined]
        self.banks = [(row.bins[0], row.name, tuple(row.phones)) for row in banks() if row.bins]
        self.guess = guess(self.story)
        if self.is_bound and (key := self.data.get("khoa")):
            self.client_key = str(key)
        else:
            self.client_key = str(uuids.uuid4())

    @property
    def story(self) -> str:
        """What was typed so far."""
        return str(self.data.get("ke", "") if self.is_bound else self.initial.get("ke", ""))[:MOST_WORDS]

    @property
    def chips(self) -> list[tuple[Chip, bool]]:
        """Each thing found or kept before, and whether it is ticked."""
        looked = self.is_bound and bool(self.data.get("da_xem"))
        kept = [key for sent in self._list("dau") if (key := key_read(sent))]
        found = {chip.key: chip for chip in self.guess.chips} | {key: chip_of(key) for key in kept}
        shown_before = set(self._list("dau_co"))
        return [(chip, key in kept or not looked or chip.sent not in shown_before) for key, chip in found.items()][
            :MOST_KEYS
        ]

    def _list(self, name: str) -> list[str]:
        return self.data.getlist(name)[:MOST_KEYS] if self.is_bound and hasattr(self.data, "getlist") else []

    @property
    def ticked(self) -> list[Key]:
        """The ticked chips as keys; what is none is left out."""
        return [key for sent in self._list("dau") if (key := key_read(sent))]

    def clean_so_tien(self) -> int | None:
        """Đồng."""
        text = self.cleaned_data["so_tien"].strip()
        if not text:
            return None
        amount = money_read(text)
        if amount is None:
            raise forms.ValidationError(_("Chưa đọc được số tiền. Ví dụ: 15 triệu, 500k, 1.200.000."))
        return amount

    def clean_ngay(self) -> dt.date | None:
        """A day that is over."""
        day: dt.date | None = self.cleaned_data["ngay"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("Ngày này chưa tới."))
        return day

    def clean_luc(self) -> dt.datetime | None:
        """A moment that is over."""
        moment: dt.datetime | None = self.cleaned_data["luc"]
        if moment is not None and moment > clock.now() + dt.timedelta(minutes=5):
            raise forms.ValidationError(_("Giờ này chưa tới."))
        return moment

    def clean(self) -> dict[str, Any]:
        """Something must be told, and the consent given."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (
            not str(data.get("ke", "")).strip()
            and not data.get("them", "").strip()
            and not data.get("anh")
            and "ke" in data
        ):
            self.add_error("ke", _("Kể vài câu, hoặc gửi ảnh chụp màn hình."))
        if self.needs_consent and not data.get("dong_y"):
            self.add_error("dong_y", _("Cần bạn đồng ý thì chúng tôi mới được nhận tin."))
        return data

    needs_consent = True

    def told(self, language: str = "vi") -> TipData:
        """The tip of a valid form."""
        data = self.cleaned_data
        keys = list(dict.fromkeys([*self.ticked, *_lines(data["them"])]))
        looked = bool(data["da_xem"])
        return TipData(
            story="\n\n".join(part for part in (data["ke"].strip(), data["them"].strip()) if part),
            facts=Facts(
                place=data["noi"],
                amount=data["so_tien"],
                how=data["cach"],
                own_bank=data["ngan_hang"] if data["ngan_hang"] in {number for number, *_rest in self.banks} else "",
                keys=tuple(keys),
                confirmed=looked,
            ),
            identity=Identity(data["ten"], data["dien_thoai"], data["dia_chi"], "", bool(data["goi"])),
            happened_on=data["ngay"] or (data["luc"].astimezone(clock.VIETNAM).date() if data["luc"] else None),
            form=ScamForm.objects.filter(code=data["hinh_thuc"]).first() if data["hinh_thuc"] else None,
            area=data["xa"],
            lost_nothing=data["mat_tien"] == NOT,
            sent_money_at=_sent_at(data["mat_tien"], data["luc"]),
            is_self=data["cho_ai"] != "khac",
            language=language,
            share_words=bool(data["cho_hoc"]),
        )


def _lines(text: str) -> list[Key]:
    """The keys of one line each; what is none stays in the sealed words alone. A bare mobile number is no account."""
    found: list[Key] = []
    for line in text.splitlines()[:MOST_KEYS]:
        keys = keys_in(line)[:4]
        phones = any(key.kind is Kind.PHONE for key in keys)
        found += [key for key in keys if not (phones and key.value.startswith("?:"))]
    return found


def _sent_at(money: str, moment: dt.datetime | None) -> dt.datetime | None:
    if money == NOT:
        return None
    return moment or (clock.now() if money == JUST else None)


def _communes() -> Any:
    """The communes of the province today, by name."""
    area = province().area
    rows = areas_on(clock.today()).filter(level=Area.Level.COMMUNE)
    return (rows.filter(path__startswith=area.path) if area else rows).order_by("folded", "pk")


class TakeDownForm(IntakeForm):
    """What an officer writes down while somebody tells it by telephone, at the desk or in a letter."""

    kenh = forms.ChoiceField(
        label=gettext_lazy("Nhận qua"),
        choices=[(one.value, one.label) for one in (Tip.Channel.PHONE, Tip.Channel.WALK_IN, Tip.Channel.LETTER)],
        widget=forms.RadioSelect,
        initial=Tip.Channel.PHONE.value,
    )
    labels = {
        "mat_tien": gettext_lazy("Người báo đã chuyển tiền chưa?"),
        "xa": gettext_lazy("Xã, phường nơi ở hoặc nơi xảy ra"),
        "cho_ai": gettext_lazy("Báo cho ai?"),
        "dien_thoai": gettext_lazy("Số điện thoại người báo"),
        "goi": gettext_lazy("Cho phép cán bộ gọi lại về tin này"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = str(label)
        self.fields["dong_y"].label = _("Đã đọc lời đồng ý cho người báo nghe, hoặc đơn có chữ ký")
