"""Editions of forms and materials as one kind of thing: whose they are, who may do what, what their text is."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role, province, roles_of
from canhgiac.agencies.selectors.access import in_force, lineage
from canhgiac.kit import clock
from canhgiac.library.models import Edition, FormEdition, Material, MaterialEdition, ScamForm

AnyEdition = FormEdition | MaterialEdition
Work = ScamForm | Material

WRITERS = (Role.Kind.EDITOR, Role.Kind.COORDINATOR)
APPROVERS = (Role.Kind.APPROVER, Role.Kind.COORDINATOR)


INSIDERS = (Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.COORDINATOR, Role.Kind.AUDITOR)
"""Who sees texts that are not public yet."""


def sees_drafts(member: Member) -> bool:
    """Whether the member works on texts or audits them. One query."""
    return has_role(member, *INSIDERS)


def work_of(edition: AnyEdition) -> Work:
    """The form or material whose text the edition is."""
    return edition.form if isinstance(edition, FormEdition) else edition.material


def kind_of(edition: AnyEdition) -> str:
    """ "form" or "material", as jobs and addresses name it."""
    return "form" if isinstance(edition, FormEdition) else "material"


def editions_of(work: Work) -> QuerySet[Any]:
    """All editions of a form or material, the newest first."""
    rows: QuerySet[Any] = (
        FormEdition.objects.filter(form=work)
        if isinstance(work, ScamForm)
        else MaterialEdition.objects.filter(material=work)
    )
    return rows.order_by("-number")


def title_of(edition: AnyEdition) -> str:
    """What people call it."""
    return edition.name if isinstance(edition, FormEdition) else edition.title


def keeper_of(work: Work | None) -> Agency | None:
    """Whose people write and review it: a material's agency, for all else the standing office; None for nobody's."""
    if isinstance(work, Material) and work.agency is not None:
        return work.agency
    return province().office


def _within(keeper: Agency | None) -> Q:
    """Roles that reach the keeper: at it or above, always those at the top of the register."""
    top = Q(agency__parent__isnull=True)
    return top if keeper is None else top | Q(agency__in=lineage(keeper))


def may_write(member: Member, work: Work | None = None) -> bool:
    """Whether the member may write in it; None asks for a new one. Two queries."""
    return roles_of(member, *WRITERS).filter(_within(keeper_of(work))).exists()


def may_approve(member: Member, work: Work | None = None) -> bool:
    """Whether the member may publish, return and withdraw it, their own texts set aside. Two queries."""
    return roles_of(member, *APPROVERS).filter(_within(keeper_of(work))).exists()


def require_standing(member: Member, *kinds: Role.Kind) -> None:
    """Raises NotAllowed unless the member holds such a role at the standing office or above it.

    What recognition learns and what counts as official hold for the whole province: a commune's role does not reach it.
    """
    if not roles_of(member, *kinds).filter(_within(keeper_of(None))).exists():
        needed = ", ".join(str(Role.Kind(kind).label) for kind in kinds)
        raise NotAllowed(_("Việc này cần vai trò cấp tỉnh: %s.") % needed)


def wrote(member: Member, edition: Edition) -> bool:
    """Whether the member wrote in it, and so cannot be its second person."""
    return member.pk == edition.author_id or member.pk in edition.writers


def approvers_of(work: Work | None) -> QuerySet[Member]:
    """Active members who may publish it, by name; of None those who decide for the whole province. Two queries."""
    roles = Role.objects.filter(in_force(clock.today()), _within(keeper_of(work)), kind__in=APPROVERS)
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")


def writers_for(work: Work) -> QuerySet[Member]:
    """Active members who may write in it, by name. Two queries."""
    roles = Role.objects.filter(in_force(clock.today()), _within(keeper_of(work)), kind__in=WRITERS)
    return Member.objects.filter(is_active=True, pk__in=roles.values("member")).order_by("full_name", "pk")


def content_of(edition: AnyEdition) -> dict[str, Any]:
    """The text as JSON values: the fields of CONTENT, a form's citations, a material's files. One query."""
    found: dict[str, Any] = {name: getattr(edition, name) for name in edition.CONTENT}
    if isinstance(edition, FormEdition):
        found["laws"] = [list(cited) for cited in laws_of(edition)]
    else:
        files = edition.files.order_by("position", "pk").values_list("role", "sha256", "file_name", "caption")
        found["files"] = [list(file) for file in files]
    return found


def laws_of(edition: FormEdition) -> list[tuple[str, str]]:
    """Codes of the acts it cites, each with the article ("" for the act as a whole), in the order they were named."""
    links = edition.law_links.select_related("law").order_by("pk")
    return [(link.law.code, link.article) for link in links]


def content_sha256(content: dict[str, Any]) -> str:
    """The digest that names a text: the same words, the same digest."""
    told = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
