"""Setting a crooked scan level, by the angle at which its rows of text stand out most."""

from __future__ import annotations

from itertools import pairwise

from PIL import Image

_WIDTH = 700
_COARSE = [k * 0.25 for k in range(-12, 13)]
_FINE = [k * 0.05 for k in range(-4, 5)]
_LEAST = 0.12
"""Degrees that tesseract and the layout take without harm."""


def levelled(picture: Image.Image) -> Image.Image:
    """The grey picture turned by up to three degrees so that its lines are level; the same object where they are."""
    small = picture.resize((_WIDTH, max(1, round(picture.height * _WIDTH / picture.width))), Image.Resampling.BOX)
    ink = small.point([255 - value for value in range(256)])
    coarse = max(_COARSE, key=lambda angle: (_contrast(ink, angle), -abs(angle)))
    angle = max((coarse + step for step in _FINE), key=lambda angle: (_contrast(ink, angle), -abs(angle)))
    if abs(angle) < _LEAST:
        return picture
    return picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)


def _contrast(ink: Image.Image, angle: float) -> int:
    """How sharply rows of ink and white alternate at ``angle``."""
    turned = ink.rotate(angle, Image.Resampling.BILINEAR, fillcolor=0)
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return sum((a - b) ** 2 for a, b in pairwise(rows))
