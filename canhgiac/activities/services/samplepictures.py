"""Drawn pictures that stand for photos in the sample data: nobody is in them."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SIZE = (960, 640)
_WALLS = ("#f3ead7", "#e6efe9", "#ece7f2", "#f2e6e0")
_CLOTHES = ("#2e7b72", "#7a5c3a", "#3f5d8a", "#9c4a3c", "#5f6c6b", "#a8842c", "#4a6b3a")


def picture(seed: int) -> bytes:
    """A drawn hall with rows of heads before a board, as JPEG: the same for one seed, unlike for another."""
    chance = random.Random(seed)  # noqa: S311  # a drawing
    image = Image.new("RGB", SIZE, chance.choice(_WALLS))
    draw = ImageDraw.Draw(image)
    left = chance.randint(120, 320)
    draw.rectangle((0, 430, SIZE[0], SIZE[1]), fill="#c9b99a")
    draw.rectangle((left, 50, left + chance.randint(360, 500), 230), fill="#0a5c55")
    for line in range(3):
        draw.rectangle((left + 40, 85 + line * 42, left + chance.randint(180, 330), 99 + line * 42), fill="#e2f0ec")
    draw.rectangle((left - 70, 240, left - 20, 420), fill=chance.choice(_CLOTHES))
    draw.ellipse((left - 70, 190, left - 20, 240), fill="#d9b48f")
    for row in range(3):
        for seat in range(chance.randint(6, 10)):
            x, y = 30 + seat * 95 + row * 22 + chance.randint(-8, 8), 340 + row * 95
            draw.rounded_rectangle((x - 8, y + 34, x + 58, y + 120), 18, fill=chance.choice(_CLOTHES))
            draw.ellipse((x, y - 8, x + 48, y + 44), fill="#3a2f28")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
