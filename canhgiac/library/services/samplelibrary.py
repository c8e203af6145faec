"""The library of the invented province "tỉnh Vĩnh An" at work: approved, waiting, returned and withdrawn texts.

All goes through the services, as people would do it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from canhgiac.agencies.models import Agency, Area, Member, Province
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.library.models import Checklist, FormEdition, OfficialMessage, ScamForm, Situation

from .editions import edition_new, edition_publish, edition_return, edition_submit, edition_withdraw
from .examples import examples_add, examples_approve
from .forms import FormData, data_of, form_create, form_edit
from .official import OfficialData, official_add
from .samplematerials import sample_materials_load

PROVINCE_CODE = "99"
COORDINATOR, APPROVER = "dieuphoi@vinhan.example", "pheduyet@vinhan.example"
OFFICE = "Công an tỉnh Vĩnh An"
HOTLINE = "0900 000 156"
CALL_US = f"Gọi đường dây Cảnh Giác của tỉnh {HOTLINE} để hỏi lại trước khi làm theo."
APPROVED = ("F14", "N05", "F12", "N02")
"""Forms whose text the province made its own."""
WAITING, RETURNED, WITHDRAWN = "N08", "F07", "F20"
MESSAGES = (
    (
        "CA VINH AN",
        "SMS",
        (
            "CANH BAO: Ke xau gia nhan vien dien luc doa cat dien, bao cai ung dung la. Dien luc khong gui "
            "link cai dat. KHONG cai, KHONG doc ma OTP. Hoi lai: 0900 000 156."
        ),
    ),
    (
        "CA VINH AN",
        "SMS",
        (
            "Cong an tinh Vinh An: co doi tuong goi xung cong an yeu cau cap nhat VNeID qua Zalo. Cong an "
            "KHONG lam viec qua dien thoai. Nghi ngo goi 0900 000 156 hoac den cong an xa, phuong."
        ),
    ),
    (
        "UBND tỉnh Vĩnh An",
        "Zalo",
        (
            "Ủy ban nhân dân tỉnh Vĩnh An thông báo: việc cấp lại giấy tờ sau sắp xếp đơn vị hành chính không"
            " thu phí, không gửi đường link. Người dân đến bộ phận một cửa của xã, phường hoặc Cổng dịch vụ "
            "công quốc gia."
        ),
    ),
)
EXAMPLES = (
    "Chào chị, em bên điện lực Vĩnh An, nhà mình nợ cước tháng 10, chị kết bạn Zalo em gửi link đóng kẻo cắt điện.",
    "Dien luc thong bao: khach hang chua cap nhat dinh danh cong to, cai app tai dienluc-vinhan.test truoc 17h",
)
_CHECKED = {point: {"ok": True, "note": ""} for point in Checklist.values}


@transaction.atomic
def sample_library_load() -> int:
    """Loads the province's profile and its work on the library; returns how many editions were written.

    0 where they are there already. Raises Member.DoesNotExist without the sample province, ScamForm.DoesNotExist
    without the starter library.
    """
    coordinator, approver = Member.objects.get(email=COORDINATOR), Member.objects.get(email=APPROVER)
    if FormEdition.objects.filter(author=coordinator).exists():
        return 0
    _profile(approver)
    for code in APPROVED:
        _publish(_written(coordinator, code), approver)
    _submitted(coordinator, _written(coordinator, WAITING))
    _submitted(coordinator, _new_form(coordinator))
    returned = _submitted(coordinator, _written(coordinator, RETURNED))
    reason = "Ghi rõ tên ứng dụng nào bị giả thì phải có nguồn; tách câu dài ở phần Đang gặp thì làm."
    edition_return(
        by=approver, edition=returned, note=reason, checklist={"facts": {"ok": False, "note": "thiếu nguồn"}}
    )
    shown = ScamForm.objects.get(code=WITHDRAWN).editions.get(state="published")
    told = "Nội dung đã cũ, đang viết lại theo thông báo mới của cơ quan chức năng."
    edition_withdraw(by=approver, edition=shown, reason=told)
    _messages(coordinator, approver)
    sample_materials_load(writer=coordinator, approver=approver)
    audit_record(by=None, act="library.sample_library_load", subject=coordinator)
    return FormEdition.objects.filter(author=coordinator).count()


def _profile(approver: Member) -> None:
    """Who speaks, in a demonstration."""
    if Province.objects.filter(pk=1).exists():
        return
    Province.objects.create(
        pk=1,
        name="tỉnh Vĩnh An",
        area=Area.objects.get(code=PROVINCE_CODE, level=Area.Level.PROVINCE),
        office=Agency.objects.get(name=OFFICE),
        responsible=approver,
        address="Số 1, đường Hòa Bình, phường Đông Lâm, tỉnh Vĩnh An",
        domain="canhgiac.vinhan.test",
        hotline=HOTLINE,
        hotline_hours="7 giờ đến 22 giờ hằng ngày",
        is_demo=True,
    )


def _written(by: Member, code: str) -> FormEdition:
    """A draft with the province's own line in it."""
    edition = edition_new(by=by, of=ScamForm.objects.get(code=code))
    data = data_of(edition)
    ours = replace(data, during=(*data.during[:4], CALL_US))
    return form_edit(by=by, edition=edition, data=ours, version=edition.version)


def _submitted(by: Member, edition: FormEdition) -> FormEdition:
    return edition_submit(by=by, edition=edition, version=edition.version)


def _publish(edition: FormEdition, by: Member) -> None:
    author = edition.author
    assert author is not None
    edition_publish(
        by=by,
        edition=_submitted(author, edition),
        checklist=_CHECKED,
        review_by=clock.today() + dt.timedelta(days=182),
        note="Đã đối chiếu số đường dây của tỉnh.",
    )


def _new_form(by: Member) -> FormEdition:
    data = FormData(
        name="Giả cán bộ chợ thu phí quầy hàng bằng mã QR",
        short="Dán mã QR lạ lên quầy, xưng ban quản lý chợ thu phí",
        group="trade",
        is_new=True,
        situations=(Situation.QR_CODE.value, Situation.CALL_AUTHORITY.value),
        summary="Có người đeo thẻ đến từng quầy ở chợ, đưa mã QR để nộp phí vệ sinh, phí quầy. Tiền vào tài khoản cá "
        "nhân của họ, ban quản lý chợ không nhận được gì.",
        truth="Ban quản lý chợ thu phí có biên lai và thu vào tài khoản của đơn vị, không thu vào tài khoản cá nhân.",
        happens=(
            "Một người đeo thẻ, cầm sổ đến quầy lúc đông khách.",
            "Họ nói từ tháng này nộp phí bằng mã QR cho tiện, quét là xong.",
            "Màn hình hiện tên một cá nhân; họ bảo đó là kế toán của chợ.",
            "Hôm sau người thu phí thật đến, bạn phải nộp lần nữa.",
        ),
        sign_titles=("Tên người nhận là cá nhân", "Không có biên lai", "Giục lúc đông khách"),
        signs=(
            "Quét mã hiện tên một người, không phải tên ban quản lý chợ.",
            "Không viết biên lai, hẹn gửi sau.",
            "Đến lúc bạn bận, bảo quét nhanh kẻo bị phạt.",
        ),
        targets=("firms", "households"),
        before=("Hỏi ban quản lý chợ số tài khoản thu phí và ghi lại.", "Dán mã của mình trong quầy, kiểm mỗi sáng."),
        during=("Dừng lại, đọc tên người nhận trên màn hình.", "Gọi ban quản lý chợ trước khi nộp."),
        after=("Gọi ngân hàng, nhờ tra soát giao dịch.", "Báo công an xã, phường; giữ ảnh mã QR và giờ giao dịch."),
        dont=("Đừng quét mã do người lạ cầm đến.",),
        breaks=("khong_lam", "phai_bao"),
        laws=(("BLHS", "174"),),
    )
    return form_create(by=by, data=data, to_review=("Mức phí và cách thu của các chợ trong tỉnh cần hỏi lại.",))


def _messages(coordinator: Member, approver: Member) -> None:
    """What the province really sent, and messages that its people saw."""
    if not OfficialMessage.objects.filter(sender=MESSAGES[0][0]).exists():
        for days, (sender, channel, text) in enumerate(MESSAGES, start=1):
            sent = clock.today() - dt.timedelta(days=4 * days)
            official_add(by=coordinator, data=OfficialData(text=text, sender=sender, channel=channel, sent_on=sent))
    form = ScamForm.objects.get(code="N05")
    examples_add(by=coordinator, texts=EXAMPLES, form=form, register="spoken")
    mine = form.examples.filter(added_by=coordinator, state="proposed").order_by("pk")
    examples_approve(by=approver, examples=list(mine[:1]))
