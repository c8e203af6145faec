"""Evidence: kept by hash, once, flagged where it was seen before, taken out again."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from canhgiac.activities.models import Activity, Evidence
from canhgiac.activities.selectors.activities import ActivityFilter, activities_for, filtered
from canhgiac.activities.selectors.evidence import repeats
from canhgiac.activities.services.evidence import MAX_PIECES, evidence_add, evidence_remove, store
from canhgiac.activities.services.pictures import EvidenceRefused
from canhgiac.activities.services.record import activity_withdraw
from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from tests.factories import activities as make
from tests.factories.activities import photo
from tests.factories.agencies import Cast

State = Activity.State
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def add(
    by: Member, activity: Activity, data: bytes, name: str = "IMG_01.jpg", *, keep_original: bool = False
) -> Evidence:
    return evidence_add(by=by, activity=activity, data=data, file_name=name, keep_original=keep_original)


def again(data: bytes) -> bytes:
    """The same photo saved once more, smaller."""
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).resize((450, 300)).save(out, "JPEG", quality=50)
    return out.getvalue()


def test_a_photo_is_kept_without_its_original_unless_on_purpose(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    piece = add(cast.officer, row, photo(1), "../../Ảnh hội nghị.PNG")
    assert (piece.kind, piece.file_name, piece.content_type) == ("photo", "Ảnh hội nghị.jpg", "image/jpeg")
    assert piece.original_sha256 == ""
    assert store().get(piece.sha256)[:3] == store().get(piece.thumb_sha256)[:3] == b"\xff\xd8\xff"
    assert not store().path(piece.source_sha256).exists()
    kept = add(cast.officer, row, photo(2), keep_original=True)
    assert store().get(kept.original_sha256) == photo(2)


def test_a_file_is_named_by_what_it_is(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    piece = add(cast.officer, row, b"%PDF-1.7 bien ban", "bien-ban.html")
    assert (piece.kind, piece.file_name, piece.content_type) == ("file", "bien-ban.pdf", "application/pdf")
    assert store().get(piece.sha256) == b"%PDF-1.7 bien ban"


def test_the_same_upload_again_is_one(cast: Cast) -> None:
    row, uid = make.activity(by=cast.officer), uuid.uuid4()
    first = evidence_add(by=cast.officer, activity=row, data=photo(1), file_name="a.jpg", uid=uid)
    assert evidence_add(by=cast.officer, activity=row, data=photo(1), file_name="a.jpg", uid=uid) == first
    assert add(cast.officer, row, photo(1), "b.jpg") == first
    assert row.evidence.count() == 1
    other = make.activity(by=cast.officer)
    with pytest.raises(EvidenceRefused, match="hoạt động khác"):
        evidence_add(by=cast.officer, activity=other, data=photo(1), file_name="a.jpg", uid=uid)


def test_evidence_of_another_activity_is_flagged_even_saved_again(cast: Cast) -> None:
    first, exact, near, fresh = (make.activity(by=cast.officer) for _ in range(4))
    origin = add(cast.officer, first, photo(1))
    assert origin.same_as is None
    assert add(cast.officer, exact, photo(1)).same_as == origin
    assert add(cast.officer, near, again(photo(1))).same_as == origin
    assert add(cast.officer, fresh, photo(2)).same_as is None
    assert add(cast.officer, fresh, again(photo(2))).same_as is None  # its own copy proves nothing against it
    flagged = filtered(activities_for(cast.officer), ActivityFilter(repeated=True))
    assert set(flagged) == {first, exact, near}
    told = repeats([first.pk, exact.pk, fresh.pk])
    assert {piece.activity for piece in told[first.pk]} == {exact, near}
    assert told[exact.pk] == [origin]
    assert fresh.pk not in told


def test_files_are_flagged_by_their_bytes(cast: Cast) -> None:
    one, two = make.activity(by=cast.officer), make.activity(by=cast.commune_officer)
    paper = add(cast.officer, one, b"%PDF-1.4 cong van")
    assert add(cast.commune_officer, two, b"%PDF-1.4 cong van", "khac.pdf").same_as == paper


def test_an_activity_taken_back_flags_nothing(cast: Cast) -> None:
    one, two = make.activity(by=cast.officer), make.activity(by=cast.officer)
    add(cast.officer, one, photo(1))
    add(cast.officer, two, photo(1))
    activity_withdraw(by=cast.officer, activity=one)
    assert not filtered(activities_for(cast.officer), ActivityFilter(repeated=True)).exists()
    assert repeats([two.pk]) == {}
    assert add(cast.officer, make.activity(by=cast.officer), photo(1)).same_as is not None  # that of ``two``


def test_taking_evidence_out_of_an_accepted_activity_asks_for_review_again(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    piece = add(cast.officer, row, photo(1))
    Activity.objects.update(state=State.ACCEPTED)
    evidence_remove(by=cast.officer, evidence=piece)
    row.refresh_from_db()
    assert (row.state, row.version, row.evidence.count()) == (State.SUBMITTED, 2, 0)


def test_only_its_own_people_touch_the_evidence(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    piece = add(cast.officer, row, photo(1))
    for who in (cast.commune_officer, cast.auditor, cast.outsider):
        with pytest.raises(NotAllowed):
            add(who, row, photo(2))
        with pytest.raises(NotAllowed):
            evidence_remove(by=who, evidence=piece)


def test_refused_evidence_leaves_nothing(cast: Cast, settings: Settings) -> None:
    row = make.activity(by=cast.officer)
    for data in (b"", b"<html>", photo(1)[:900]):
        with pytest.raises(EvidenceRefused):
            add(cast.officer, row, data)
    settings.UPLOAD_MAX_BYTES = 2**20
    with pytest.raises(EvidenceRefused, match="quá 1 MB"):
        add(cast.officer, row, b"%PDF-" + b"x" * 2**20)
    for number in range(MAX_PIECES):
        add(cast.officer, row, b"%%PDF-%d" % number)
    with pytest.raises(EvidenceRefused, match="nhiều nhất"):
        add(cast.officer, row, b"%PDF-more")
    activity_withdraw(by=cast.officer, activity=row)
    with pytest.raises(EvidenceRefused, match="đã rút"):
        add(cast.officer, row, b"%PDF-more")
    assert row.evidence.count() == MAX_PIECES


def test_looking_for_repeats_costs_the_same_for_one_and_for_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [make.activity(by=cast.officer) for _ in range(4)]
    for row in rows:
        add(cast.officer, row, photo(1))
    for ids in ([rows[0].pk], [row.pk for row in rows]):
        with django_assert_num_queries(2):
            assert repeats(ids)
