"""Who learns, as others may see them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.training.models import Learner, TrainingClass

HOLDERS = (Role.Kind.TRAINER, Role.Kind.COORDINATOR)
"""Roles that, at a class's agency or above it, see the people of the class by name."""

UNCLAIMED = "."
"""How the token of a name on a roster begins until its person comes: no link can be made of it."""


def masked_name(name: str) -> str:
    """The name as those see it who do not hold the class: the given name and initials.

    >>> masked_name("Nguyễn Thị Lan")
    'N. T. Lan'
    """
    words = name.split()
    if not words:
        return _("Người học đã xóa tên")
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]])


def holds_class(member: Member, training_class: TrainingClass) -> bool:
    """Whether the member teaches this class or answers for it: its trainer, its maker, a holder at its agency."""
    if member.pk in (training_class.trainer_id, training_class.made_by_id) and member.is_active:
        return True
    lineage = [int(step) for step in training_class.agency.path.split("/") if step]
    return roles_of(member, *HOLDERS).filter(agency__in=lineage).exists()


def learner_of_token(token: str) -> Learner | None:
    """The person whose own link ends in ``token``; None for an unknown or erased one."""
    if not token or token.startswith(UNCLAIMED):
        return None
    return Learner.objects.select_related("agency", "member").filter(token=token, erased_at=None).first()
