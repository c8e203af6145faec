"""The picture of a result to share: set as the library's card is, a score and the province on it and no name."""

from __future__ import annotations

from functools import lru_cache

from canhgiac.agencies.selectors import province
from canhgiac.library.models import Layout
from canhgiac.library.services.renderings import SHAPES, compiled, json_of
from canhgiac.training.selectors.quiz import picture_page

PICTURES = 64
"""Kept by each process: setting one takes a second, and there are only as many as there are scores."""


def result_picture(*, right: int, count: int) -> bytes:
    """A PNG of 1200 × 630 pixels. One query. Raises ``library.services.renderings.SettingRefused``."""
    return _set(json_of(picture_page(right, count, province())))


@lru_cache(maxsize=PICTURES)
def _set(page: str) -> bytes:
    shape = SHAPES[Layout.SOCIAL_CARD]
    made, _dropped = compiled(shape.template, page, dpi=shape.dpi)
    return made[0]
