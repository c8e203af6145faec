"""What the radar may know of a tip: a sketch, blind tokens, the form, the commune; masked words only with consent."""

from __future__ import annotations

from collections.abc import Sequence

from canhgiac.engines.lookup.keys import Key
from canhgiac.engines.recognition.sketching import covered
from canhgiac.tips.models import Observation, Tip
from canhgiac.tips.selectors.blind import key_tokens

MOST = 1000


def tip_observe(*, tip: Tip, story: str, sketch: bytes, keys: Sequence[Key]) -> Observation:
    """Writes the tip's observation, in the transaction that takes the tip in."""
    return Observation.objects.create(
        source=Observation.Source.TIP,
        at=tip.received_at,
        area_id=tip.area_id,
        form=(tip.form.code if tip.form else tip.form_guess)[:8],
        sketch=sketch,
        tokens=list(key_tokens(keys).values()),
        weight=1.0,
        words=covered(story)[:MOST] if tip.share_words else "",
        origin=f"tips.tip:{tip.pk}",
    )
