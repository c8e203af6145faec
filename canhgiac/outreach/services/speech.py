"""Loudspeaker scripts spoken by the machine or recorded by a person."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.channels.speech.audio import script_recorded
from canhgiac.channels.speech.mp3 import duration
from canhgiac.channels.speech.pcm import AudioError
from canhgiac.channels.speech.script import script_read
from canhgiac.channels.speech.voice import Accent, VoiceError, open_voice
from canhgiac.kit.files import FileStore
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.scope import WRITING

from .refusals import WarningRefused
from .renditions import SPEAKABLE

MOST_BYTES, LONGEST = 20 * 1024 * 1024, 15 * 60
"""Of a recording handed in: bytes, and seconds that a commune's loudspeakers can be asked for."""


def warning_speak(*, warning_id: int) -> int:
    """Has the machine read the scripts that nobody recorded and that are not read yet; how many were.

    About a second of CPU a minute of sound, outside any transaction; words that moved on meanwhile are left for the
    next call. Raises VoiceError that a later try may mend; one that cannot be mended leaves the script silent.
    """
    made = 0
    rows = Rendition.objects.filter(
        warning=warning_id, kind=Rendition.Kind.LOUDSPEAKER, language__in=SPEAKABLE, audio_sha256=""
    ).exclude(text="")
    for row in rows:
        try:
            voice = open_voice(settings.VOICE)
            script = script_read(row.text, row.language)
            recording = script_recorded(script, voice, Accent(settings.VOICE_ACCENT), title=row.title)
        except AudioError:
            continue
        except VoiceError as error:
            if error.permanent:
                continue
            raise
        sha256 = FileStore(settings.FILES_ROOT).put(recording.mp3)
        made += Rendition.objects.filter(pk=row.pk, version=row.version, text=row.text, audio_sha256="").update(
            audio_sha256=sha256, audio_seconds=recording.seconds
        )
    return made


@transaction.atomic
def rendition_record(*, by: Member, rendition: Rendition, data: bytes, version: int) -> Rendition:
    """Puts a person's own recording in the place of the machine's voice. COORDINATOR or EDITOR.

    Possible until the warning is handed in: the second person hears what will be heard. Raises NotAllowed,
    WarningRefused.
    """
    require_role(by, *WRITING)
    warning = Alert.objects.select_for_update().get(pk=rendition.warning_id)
    row = Rendition.objects.select_for_update().get(pk=rendition.pk)
    if warning.state not in {Alert.State.DRAFT, Alert.State.RETURNED}:
        said = _("Không sửa được lúc này: cảnh báo đang ở trạng thái “%s”.")
        raise WarningRefused(said % warning.get_state_display())
    if row.version != version:
        raise WarningRefused(_("Người khác vừa sửa bản này. Xem bản mới rồi làm tiếp."), version=row.version)
    if len(data) > MOST_BYTES:
        raise WarningRefused(_("Tệp quá lớn, nhiều nhất 20 MB."), "file")
    try:
        seconds = duration(data)
    except AudioError as error:
        raise WarningRefused(_("Tệp này không phải MP3."), "file") from error
    if not 1 <= seconds <= LONGEST:
        raise WarningRefused(_("Bản ghi dài từ 1 giây đến 15 phút."), "file")
    row.audio_sha256 = FileStore(settings.FILES_ROOT).put(data)
    row.audio_seconds, row.audio_is_own, row.version = seconds, True, row.version + 1
    row.save()
    if by.pk not in warning.writers:
        warning.writers = [*warning.writers, by.pk]
        warning.save(update_fields=["writers"])
    audit_record(by=by, act="outreach.rendition_record", subject=row, facts={"seconds": round(seconds, 1)})
    return row
