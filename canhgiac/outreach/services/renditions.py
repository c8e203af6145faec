"""Renditions written: made by the generator, edited by people, made again, added in another language."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.library.models import Language
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.generator import generated
from canhgiac.outreach.selectors.renditions import digest_of, is_edited, source_of
from canhgiac.outreach.selectors.scope import WRITING

from .refusals import WarningRefused

TITLE_LENGTH, TEXT_LENGTH = 300, 12_000
SPEAKABLE = frozenset({Language.VI, Language.EN})
"""Languages that the machine's voice can read; others need a recording."""


def renditions_refresh(warning: Alert) -> list[Rendition]:
    """Makes every Vietnamese rendition that is missing or that nobody edited; edited ones stay as they are.

    Inside the caller's transaction, after the warning was saved.
    """
    source = source_of(warning)
    held = {row.kind: row for row in warning.renditions.select_for_update().filter(language=Language.VI)}
    made = []
    for kind in Rendition.Kind.values:
        row = held.get(kind)
        if row is not None and is_edited(row):
            continue
        draft = generated(kind, source)
        row = row or Rendition(warning=warning, kind=kind, language=Language.VI)
        row.title, row.text = draft.title[:TITLE_LENGTH], draft.text
        row.made_from, row.made_sha256 = warning.version, digest_of(row.title, row.text)
        _unspoken(row)
        made.append(row)
    Rendition.objects.bulk_create([row for row in made if row.pk is None])
    fields = ["title", "text", "made_from", "made_sha256", "audio_sha256", "audio_seconds", "audio_is_own"]
    Rendition.objects.bulk_update([row for row in made if row.pk is not None], fields)
    if any(row.kind == Rendition.Kind.LOUDSPEAKER for row in made):
        work.enqueue("outreach.rendition_speak", warning_id=warning.pk)
    return made


@transaction.atomic
def rendition_edit(*, by: Member, rendition: Rendition, title: str, text: str, version: int) -> Rendition:
    """Replaces the words of one rendition of a text that is still open. COORDINATOR or EDITOR.

    The warning's version stays: the source did not move. Raises NotAllowed, WarningRefused.
    """
    row, warning = _held(by, rendition, version)
    row.title = " ".join(storable(title).split())[:TITLE_LENGTH]
    row.text = storable(text).strip().replace("\r\n", "\n")
    if len(row.text) > TEXT_LENGTH:
        raise WarningRefused(_("Dài quá %(most)d ký tự. Rút gọn lại.") % {"most": TEXT_LENGTH}, "text")
    if not row.text and row.language == Language.VI:
        raise WarningRefused(_("Bản này đang trống. Ghi lời, hoặc lấy lại lời máy soạn."), "text")
    row.made_from = warning.version
    _keep(row, warning, by)
    audit_record(by=by, act="outreach.rendition_edit", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def rendition_remake(*, by: Member, rendition: Rendition, version: int) -> Rendition:
    """Takes the generator's words again in place of edited ones. Raises NotAllowed, WarningRefused."""
    row, warning = _held(by, rendition, version)
    if row.language != Language.VI:
        raise WarningRefused(_("Máy chỉ soạn được tiếng Việt."))
    draft = generated(row.kind, source_of(warning))
    row.title, row.text = draft.title[:TITLE_LENGTH], draft.text
    row.made_from, row.made_sha256 = warning.version, digest_of(row.title, row.text)
    _keep(row, warning, by)
    audit_record(by=by, act="outreach.rendition_remake", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def rendition_add_language(
    *, by: Member, warning: Alert, language: str, kinds: Sequence[str], version: int
) -> list[Rendition]:
    """Opens empty renditions in another language for a translator; an empty one is never sent.

    COORDINATOR or EDITOR. Raises NotAllowed, WarningRefused.
    """
    require_role(by, *WRITING)
    row = Alert.objects.select_for_update().get(pk=warning.pk)
    _require_open(row)
    if row.version != version:
        raise WarningRefused(_("Người khác vừa sửa bản này. Xem bản mới rồi làm tiếp."), version=row.version)
    if language not in Language.values or language == Language.VI:
        raise WarningRefused(_("Chọn một ngôn ngữ khác tiếng Việt."), "language")
    wanted = [kind for kind in Rendition.Kind.values if kind in kinds]
    if not wanted:
        raise WarningRefused(_("Chọn ít nhất một kênh."), "kinds")
    rows = [
        Rendition(warning=row, kind=kind, language=language, made_from=row.version, made_sha256=digest_of("", ""))
        for kind in wanted
    ]
    Rendition.objects.bulk_create(rows, ignore_conflicts=True)
    audit_record(by=by, act="outreach.rendition_add_language", subject=row, facts={"language": language})
    return list(row.renditions.filter(language=language))


@transaction.atomic
def rendition_drop_language(*, by: Member, warning: Alert, language: str) -> None:
    """Takes the renditions of another language away. Raises NotAllowed, WarningRefused."""
    require_role(by, *WRITING)
    row = Alert.objects.select_for_update().get(pk=warning.pk)
    _require_open(row)
    if language == Language.VI:
        raise WarningRefused(_("Bản tiếng Việt luôn phải có."))
    try:
        row.renditions.filter(language=language).delete()
    except ProtectedError:
        said = _("Một đợt gửi đã lập có dùng bản này nên không bỏ được. Xóa hết lời của bản thì bản ấy không gửi.")
        raise WarningRefused(said) from None
    audit_record(by=by, act="outreach.rendition_drop_language", subject=row, facts={"language": language})


def _held(by: Member, rendition: Rendition, version: int) -> tuple[Rendition, Alert]:
    """Both rows locked, the warning first, as every writer does."""
    require_role(by, *WRITING)
    warning = Alert.objects.select_for_update().get(pk=rendition.warning_id)
    _require_open(warning)
    row = Rendition.objects.select_for_update().get(pk=rendition.pk)
    if row.version != version:
        raise WarningRefused(_("Người khác vừa sửa bản này. Xem bản mới rồi làm tiếp."), version=row.version)
    return row, warning


def _require_open(warning: Alert) -> None:
    if warning.state not in {Alert.State.DRAFT, Alert.State.RETURNED}:
        said = _("Không sửa được lúc này: cảnh báo đang ở trạng thái “%s”.")
        raise WarningRefused(said % warning.get_state_display())


def _keep(row: Rendition, warning: Alert, by: Member) -> None:
    row.edited_by, row.edited_at, row.version = by, clock.now(), row.version + 1
    _unspoken(row)
    row.save()
    if by.pk not in warning.writers:
        warning.writers = [*warning.writers, by.pk]
        warning.save(update_fields=["writers"])
    if row.kind == Rendition.Kind.LOUDSPEAKER and row.language in SPEAKABLE:
        work.enqueue("outreach.rendition_speak", warning_id=warning.pk)


def _unspoken(row: Rendition) -> None:
    """Audio of other words is no audio; a recording of a person's own voice has to be made again too."""
    row.audio_sha256, row.audio_seconds, row.audio_is_own = "", None, False
