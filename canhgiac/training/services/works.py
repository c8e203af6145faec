"""Entries: a poster, a picture, a video; taken by what the bytes are, without what they tell of their maker."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.pictures import JPEG, PictureRefused, is_picture, picture_read
from canhgiac.kit.sniff import media_type
from canhgiac.kit.text import storable
from canhgiac.training.models import Conflict, Contest, Contestant, Work

from .contests import HOLDING, contest_held
from .refusals import TrainingRefused

VIDEO_MOST = 50 * 2**20
PICTURE_MOST = 15 * 2**20
WORKS_MOST = 3
"""Of one person in one contest."""
VIDEOS = ("video/mp4", "video/webm")
NUMBERS = 90_000
_WEBM = b"\x1a\x45\xdf\xa3"


@transaction.atomic
def work_receive(*, contestant: Contestant, title: str, data: bytes, note: str = "") -> Work:
    """Keeps an entry under a random number. Pictures are drawn anew, so that no place or device is in them.

    The same file sent twice by the same person is one entry. Raises TrainingRefused: closed, too large, neither
    picture nor video, somebody else's file, too many.
    """
    contest = Contest.objects.select_for_update(no_key=True).get(pk=contestant.contest_id)
    takes = contest.kind == Contest.Kind.ENTRIES and contest.state == Contest.State.OPEN
    if not takes or contestant.withdrawn_at is not None or clock.now() > contest.joins_until:
        raise TrainingRefused(_("Cuộc thi này hiện không nhận bài."))
    words = " ".join(storable(title).split())[:120]
    if not words:
        raise TrainingRefused(_("Đặt tên bài."), "title")
    kept, kind = _content(data)
    sha256 = FileStore(settings.FILES_ROOT).put(kept)
    standing = Work.objects.filter(contest=contest).exclude(state=Work.State.WITHDRAWN)
    known = standing.filter(sha256=sha256).first()
    if known is not None:
        if known.contestant_id == contestant.pk:
            return known
        raise TrainingRefused(_("Tệp này đã có người gửi. Báo ban tổ chức nếu đó là bài của bạn."), "file")
    if standing.filter(contestant=contestant).count() >= WORKS_MOST:
        raise TrainingRefused(_("Mỗi người gửi nhiều nhất %d bài. Rút bài cũ trước.") % WORKS_MOST, "file")
    facts = {"title": words, "note": storable(note).strip()[:2000], "sha256": sha256, "media_type": kind}
    row = _numbered(Work(contest=contest, contestant=contestant, size=len(kept), **facts))
    _same_unit(row)
    audit_record(by=None, act="training.work_receive", subject=row, facts={"contest": contest.pk})
    return row


def _content(data: bytes) -> tuple[bytes, str]:
    """The bytes as they are kept, and their type."""
    try:
        if is_picture(data):
            if len(data) > PICTURE_MOST:
                raise TrainingRefused(_("Ảnh quá 15 MB. Thu nhỏ rồi gửi lại."), "file")
            return picture_read(data).data, JPEG
    except PictureRefused as refusal:
        raise TrainingRefused(str(refusal), "file") from refusal
    kind = "video/webm" if data.startswith(_WEBM) and b"webm" in data[:64] else media_type(data)
    if kind not in VIDEOS:
        raise TrainingRefused(_("Chỉ nhận ảnh (JPEG, PNG, WebP) hoặc video (MP4, WebM)."), "file")
    if len(data) > VIDEO_MOST:
        raise TrainingRefused(_("Video quá 50 MB. Nén hoặc cắt ngắn rồi gửi lại."), "file")
    return data, kind


def _numbered(row: Work) -> Work:
    """Saves it under a number of five digits that tells nothing."""
    for _try in range(50):
        row.number = 10_000 + secrets.randbelow(NUMBERS)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                return row
        except IntegrityError:
            continue
    raise TrainingRefused(_("Chưa nhận được bài. Thử lại."), "file")


def _same_unit(row: Work) -> None:
    """Judges of the contestant's own unit have to do with the work."""
    agency = row.contestant.learner.agency_id
    if agency is not None:
        judges = row.contest.judges.filter(member__agency=agency)
        told = _("Cùng đơn vị với người dự thi")
        found = [Conflict(judge=one, work=row, is_found=True, reason=told) for one in judges]
        Conflict.objects.bulk_create(found, ignore_conflicts=True)


@transaction.atomic
def work_withdraw(*, work: Work) -> Work:
    """The person takes their entry back, while entries are taken. Raises TrainingRefused later."""
    row = Work.objects.select_for_update(of=("self",)).select_related("contest").get(pk=work.pk)
    if row.contest.state != Contest.State.OPEN or clock.now() > row.contest.joins_until:
        raise TrainingRefused(_("Đã hết hạn gửi bài, không rút được nữa."))
    if row.state == Work.State.RECEIVED:
        row.state = Work.State.WITHDRAWN
        row.save(update_fields=["state"])
    return row


@transaction.atomic
def work_refuse(*, by: Member, work: Work, because: str) -> Work:
    """Not within the rules: it is not judged and stays listed with the reason. Raises NotAllowed, TrainingRefused."""
    row = Work.objects.select_for_update(of=("self",)).select_related("contest").get(pk=work.pk)
    contest_held(by, row.contest, *HOLDING)
    if not because.strip():
        raise TrainingRefused(_("Ghi vì sao bài không hợp lệ."), "because")
    if row.state == Work.State.RECEIVED:
        row.state, row.refused_because = Work.State.REFUSED, because.strip()[:300]
        row.save(update_fields=["state", "refused_because"])
        audit_record(by=by, act="training.work_refuse", subject=row)
    return row
