"""What becomes of a doubted verdict: an editor looks, the message becomes an example or the verdict stays."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.library.models import Doubt, ExampleMessage, ScamForm
from canhgiac.library.selectors.editions import require_standing

from .examples import WRITERS, ExampleRefused, examples_add

ANSWER_LENGTH = 500


@transaction.atomic
def doubt_learn(*, by: Member, doubt: Doubt, form: ScamForm | None, answer: str = "") -> Doubt:
    """Proposes the doubted message as an example of ``form``, or as genuine for None.

    Raises NotAllowed; ExampleRefused when it was decided already or the person did not leave the text with us.
    """
    row = _open(by, doubt)
    if not row.text:
        raise ExampleRefused(_("Người gửi không cho giữ nội dung tin, nên không lấy làm tin mẫu được."))
    examples_add(by=by, texts=[row.text], form=form, register="feedback", source=ExampleMessage.Source.DOUBT)
    return _decide(row, by, Doubt.State.LEARNED, answer, "library.doubt_learn")


@transaction.atomic
def doubt_keep(*, by: Member, doubt: Doubt, answer: str = "") -> Doubt:
    """Says that the verdict stays. Raises NotAllowed, ExampleRefused when it was decided already."""
    return _decide(_open(by, doubt), by, Doubt.State.KEPT, answer, "library.doubt_keep")


def _open(by: Member, doubt: Doubt) -> Doubt:
    require_standing(by, *WRITERS)
    row = Doubt.objects.select_for_update().get(pk=doubt.pk)
    if row.state != Doubt.State.OPEN:
        raise ExampleRefused(_("Phản hồi này đã được xem xét."))
    return row


def _decide(row: Doubt, by: Member, state: Doubt.State, answer: str, act: str) -> Doubt:
    row.state, row.decided_by, row.decided_at = state, by, clock.now()
    row.answer = answer.strip()[:ANSWER_LENGTH]
    row.save()
    audit_record(by=by, act=act, subject=row, facts={"given": row.given_state, "thinks": row.thinks})
    return row
