"""Notices, leaflets and cards made as files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from canhgiac.agencies.selectors import province
from canhgiac.library.models import Language
from canhgiac.library.selectors.glyphs import letters_missing
from canhgiac.library.selectors.renderings import texts_of
from canhgiac.library.services.renderings import SHAPES, SettingRefused, compiled, json_of
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.prints import LAYOUTS, print_page


def warning_print(warning: Alert, name: str, *, picture: bool, language: str = Language.VI) -> bytes:
    """The PDF, or the picture of its first page. Some queries and about a second.

    Raises KeyError for an unknown layout, SettingRefused where the words do not fit, have letters that the face lacks,
    or are not there in this language.
    """
    layout, kind = LAYOUTS[name]
    rendition = warning.renditions.filter(kind=kind, language=language).first()
    if rendition is None or not rendition.text.strip():
        raise SettingRefused(_("Chưa có lời cho bản này."))
    page = print_page(warning, rendition, layout, province())
    if missing := letters_missing(texts_of(page)):
        raise SettingRefused(_("Phông chữ in chưa có các chữ: %s.") % " ".join(missing[:20]))
    shape = SHAPES[layout]
    made, _dropped = compiled(shape.template, json_of(page), dpi=shape.dpi if picture else None)
    return made[0]
