"""The province's sketches of texts: one way for everything that is compared, whoever writes it down."""

from __future__ import annotations

import hashlib
from functools import cache

from django.conf import settings

from canhgiac.engines.recognition.sketching import sketch_of


@cache
def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), person=b"cg-text-sketch", digest_size=32).digest()


def text_sketch(text: str) -> bytes:
    """The text's sketch under the server's key, which is not in the database; ``b""`` where it says too little.

    For ``tips.models.Observation.sketch``. When the server's secret changes, older texts are alike to no newer one.
    """
    return sketch_of(text, key=_key(settings.SECRET_KEY))
