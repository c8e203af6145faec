"""Choosing files to upload, and for which agency."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency

MOST_FILES = 20
ACCEPTED = ".docx,.pdf,.txt,.md,.html,.png,.jpg,.jpeg,.tif,.tiff"


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files; what is in them is judged by the service, one by one."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files, at least one and at most MOST_FILES."""
        files = [super(FilesField, self).clean(one, initial) for one in data or [None]]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("Mỗi lần tải lên nhiều nhất %(most)s tệp."), params={"most": MOST_FILES})
        return files


class DirectiveUpload(forms.Form):
    """The files of one or several documents and the agency that will run the plans."""

    documents = FilesField(
        label=_("Tệp văn bản"),
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Chọn ít nhất một tệp.")},
    )
    agency = forms.ModelChoiceField(label=_("Cơ quan theo dõi kế hoạch"), queryset=Agency.objects.none())

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        field.queryset = agencies  # type: ignore[attr-defined]  # a ModelChoiceField
        if first := agencies.first():
            field.initial = first.pk
