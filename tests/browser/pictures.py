"""Pictures that people send: a message captured on a phone."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload


def picture(name: str, image: Image.Image) -> FilePayload:
    """The image as a file to be chosen in a page."""
    held = BytesIO()
    image.save(held, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": held.getvalue()}


def screenshot(lines: list[str]) -> Image.Image:
    """A message on a phone as people capture it."""
    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 34)
    image = Image.new("RGB", (900, 120 + 56 * len(lines)), "#f0f0f2")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((30, 30, 870, 90 + 56 * len(lines)), 28, fill="white")
    for number, line in enumerate(lines):
        draw.text((60, 56 + 56 * number), line, font=font, fill="#111111")
    return image
