"""Forms of materials: the filter of the list, the editor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Audience
from canhgiac.library.models import (
    OWN_LICENCE,
    Channel,
    Edition,
    Language,
    Material,
    MaterialEdition,
    MaterialFile,
    MaterialKind,
    ScamForm,
)
from canhgiac.library.selectors.materials import MaterialFilter, originals
from canhgiac.library.selectors.writing import Draft, draft_told
from canhgiac.library.services.editions import EditionRefused, EditionStale
from canhgiac.library.services.materialfiles import Incoming
from canhgiac.library.services.materials import BODY_LENGTH, LENGTHS, LOOKS, FileChanges, MaterialData

Role = MaterialFile.Role
STATES = (
    ("published", gettext_lazy("Đang dùng")),
    ("open", gettext_lazy("Đang soạn, chờ duyệt")),
    *((state.value, state.label) for state in (Edition.State.IN_REVIEW, Edition.State.RETURNED)),
    ("due", gettext_lazy("Đến hạn xem lại")),
    *((state.value, state.label) for state in (Edition.State.WITHDRAWN, Edition.State.EXPIRED)),
)
PICTURES, SOUNDS = "image/jpeg,image/png,image/webp", "audio/mpeg,audio/ogg,audio/wav,.mp3,.ogg,.wav"
MOST_AT_ONCE = 10


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Tất cả")), *choices]


class FormChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A scam form by its published name."""

    def label_from_instance(self, obj: ScamForm) -> str:
        """The name; the code of one that is not public."""
        return obj.published.name if obj.published else obj.code


class FormChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the same
    """Scam forms by their published names."""

    def label_from_instance(self, obj: ScamForm) -> str:
        """The name; the code of one that is not public."""
        return obj.published.name if obj.published else obj.code


class OriginalChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the same
    """A material by its code and published title."""

    def label_from_instance(self, obj: Material) -> str:
        """Short enough for a list."""
        return f"{obj.code} · {obj.published.title[:80]}" if obj.published else obj.code


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none too; each is judged by its content in the service."""

    def __init__(self, *, accept: str = "", **given: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, widget=FilesInput(attrs={"accept": accept}), **given)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files."""
        files = [super(FilesField, self).clean(one, initial) for one in data or []]
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(_("Mỗi lần nhiều nhất %(most)s tệp."), params={"most": MOST_AT_ONCE})
        return files


class MaterialFilterForm(forms.Form):
    """What the list is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=gettext_lazy("Tìm từ bất kỳ, có dấu hoặc không"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), required=False, choices=_all(MaterialKind.choices))
    audience = forms.ChoiceField(label=gettext_lazy("Dành cho"), required=False, choices=_all(Audience.choices))
    language = forms.ChoiceField(label=gettext_lazy("Ngôn ngữ"), required=False, choices=_all(Language.choices))
    channel = forms.ChoiceField(label=gettext_lazy("Kênh"), required=False, choices=_all(Channel.choices))
    form = FormChoice(
        label=gettext_lazy("Hình thức"),
        required=False,
        queryset=ScamForm.objects.select_related("published").order_by("code"),
        to_field_name="code",
        empty_label=gettext_lazy("Tất cả"),
    )
    state = forms.ChoiceField(label=gettext_lazy("Trạng thái"), required=False, choices=_all(STATES))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> MaterialFilter:
        """The filter, without the fields at fault."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "sort" and value}
        return MaterialFilter(**given)

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(value for name, value in self.cleaned_data.items() if name != "sort")


class MaterialForm(forms.Form):
    """The editor of a material."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=MaterialKind.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Ngôn ngữ"), choices=[("", gettext_lazy("Chọn ngôn ngữ")), *Language.choices]
    )
    title = forms.CharField(label=gettext_lazy("Tên"), max_length=LENGTHS["title"])
    lead = forms.CharField(
        label=gettext_lazy("Câu dẫn"),
        required=False,
        max_length=LENGTHS["lead"],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(
        label=gettext_lazy("Nội dung"),
        required=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12, "data-markdown": ""}),
        help_text=gettext_lazy("**đậm**, - đầu dòng, ## đề mục. Trang trình chiếu cách nhau bằng dòng ---."),
    )
    points = forms.CharField(
        label=gettext_lazy("Ý chính, mỗi dòng một ý"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Chữ to trên áp phích, băng rôn, tờ rơi: ba đến năm ý, mỗi ý dưới mười tiếng."),
    )
    call = forms.CharField(
        label=gettext_lazy("Việc cần làm"),
        required=False,
        max_length=LENGTHS["call"],
        help_text=gettext_lazy("Một câu: gọi ai, làm gì."),
    )
    link = forms.CharField(
        label=gettext_lazy("Liên kết video"),
        required=False,
        max_length=LENGTHS["link"],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=gettext_lazy("Trang chỉ ghi tên miền và đường dẫn, không nhúng video của nơi khác."),
    )
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("Dành cho"), required=False, choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Kênh"), required=False, choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    about = FormChoices(
        label=gettext_lazy("Hình thức lừa đảo"),
        required=False,
        queryset=ScamForm.objects.select_related("published").order_by("code"),
        widget=forms.CheckboxSelectMultiple,
    )
    translation_of = OriginalChoice(
        label=gettext_lazy("Dịch từ"),
        required=False,
        queryset=Material.objects.none(),
        empty_label=gettext_lazy("Không phải bản dịch"),
    )
    look = forms.ChoiceField(label=gettext_lazy("Kiểu trình bày"), choices=list(LOOKS.items()))
    credit = forms.CharField(
        label=gettext_lazy("Nguồn, tác giả"),
        required=False,
        max_length=LENGTHS["credit"],
        help_text=gettext_lazy("Ai viết, ai vẽ, ai đọc; ảnh lấy ở đâu."),
    )
    licence = forms.CharField(
        label=gettext_lazy("Quyền dùng lại"),
        required=False,
        max_length=LENGTHS["licence"],
        widget=forms.TextInput(attrs={"placeholder": OWN_LICENCE}),
    )
    pictures = FilesField(
        label=gettext_lazy("Thêm ảnh"), accept=PICTURES, help_text=gettext_lazy("JPEG, PNG, WebP, tới 20 MB.")
    )
    audio = FilesField(
        label=gettext_lazy("Thêm tiếng đọc"), accept=SOUNDS, help_text=gettext_lazy("MP3, OGG, WAV, tới 30 MB.")
    )
    originals = FilesField(
        label=gettext_lazy("Thêm tệp gốc"), help_text=gettext_lazy("PDF, DOCX, PPTX, XLSX, MP4, tới 50 MB.")
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, edition: MaterialEdition | None = None, **given: Any
    ) -> None:
        material = edition.material if edition else None
        super().__init__(data, files, initial=(initial_of(edition) if edition else blank()) | given.pop("initial", {}))
        self.edition = edition
        self.newer: MaterialEdition | None = None
        """What somebody saved in between."""
        self.fields["translation_of"].queryset = originals(material)  # type: ignore[attr-defined]
        self.held = list(edition.files.order_by("position", "pk")) if edition else []
        for file in self.held:
            label = _("Chú thích của %s") % file.file_name
            self.fields[f"caption_{file.pk}"] = forms.CharField(
                label=label, required=False, max_length=300, initial=file.caption
            )
            self.fields[f"remove_{file.pk}"] = forms.BooleanField(label=_("Bỏ tệp này"), required=False)

    @property
    def file_rows(self) -> list[tuple[MaterialFile, Any, Any]]:
        """Each file held, with its caption and its box to take it out."""
        return [(file, self[f"caption_{file.pk}"], self[f"remove_{file.pk}"]) for file in self.held]

    def facts(self) -> MaterialData:
        """The facts, of a valid form."""
        given = {name: self.cleaned_data[name] for name in MaterialData.__dataclass_fields__ if name != "forms"}
        points = given["points"].splitlines()
        return MaterialData(**given | {"points": points, "forms": list(self.cleaned_data["about"])})

    def changes(self) -> FileChanges:
        """What happens to the files, of a valid form."""
        roles: Iterable[tuple[str, str]] = (
            ("pictures", Role.PICTURE), ("audio", Role.AUDIO), ("originals", Role.ORIGINAL),
        )  # fmt: skip
        return FileChanges(
            added=[
                Incoming(role, file.name or "", file.read()) for name, role in roles for file in self.cleaned_data[name]
            ],
            removed=[file.pk for file in self.held if self.cleaned_data[f"remove_{file.pk}"]],
            captions={file.pk: self.cleaned_data[f"caption_{file.pk}"] for file in self.held},
        )

    @property
    def seen(self) -> int:
        """The version the writer saw."""
        return self.cleaned_data.get("version") or 0

    def stale(self, refusal: EditionStale) -> None:
        """Keeps what was typed beside the newer text; saving again then overwrites it knowingly."""
        assert isinstance(refusal.current, MaterialEdition)
        self.newer = refusal.current
        data = cast("QueryDict", self.data).copy()
        data["version"] = str(refusal.current.version)
        self.data = data
        self.add_error(None, str(refusal))

    def refuse(self, refusal: EditionRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def told(self) -> Draft:
        """The preview and the counts of what stands in the form, valid or not."""
        return told_of(lambda name: self[name].value(), self["channels"].value() or [])


def told_of(value: Any, channels: Iterable[str]) -> Draft:
    """The preview of fields as ``value(name)`` gives them."""
    text = {name: str(value(name) or "") for name in ("kind", "title", "lead", "body", "call", "link", "points")}
    points = [line.strip() for line in text.pop("points").splitlines() if line.strip()]
    return draft_told(**text, points=points, channels=list(channels))


def blank() -> dict[str, Any]:
    """A new material."""
    return {"language": Language.VI, "look": "calm", "kind": MaterialKind.ARTICLE}


def initial_of(edition: MaterialEdition) -> dict[str, Any]:
    """What the editor shows of an edition."""
    material = edition.material
    text = {name: getattr(edition, name) for name in edition.CONTENT}
    place = {name: getattr(material, name) for name in ("kind", "language", "audiences", "channels")}
    return {
        **text,
        **place,
        "points": "\n".join(edition.points),
        "about": list(material.forms.values_list("pk", flat=True)),
        "translation_of": material.translation_of_id,
        "version": edition.version,
    }
