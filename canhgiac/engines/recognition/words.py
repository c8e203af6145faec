"""Words as people type them on phones: short forms and what they stand for, in letters without marks."""

from __future__ import annotations

from pathlib import Path

CUES = Path(__file__).parent / "cues.txt"
"""The phrases of each cue, one a line."""


def listed(text: str) -> tuple[str, ...]:
    """The words of a list written with spaces."""
    return tuple(text.split())


def _pairs(lines: str) -> dict[str, str]:
    """One meaning a line: "khong: ko k hok"."""
    found = {}
    for line in lines.strip().splitlines():
        meaning, _, forms = line.strip().partition(":")
        found.update(dict.fromkeys(forms.split(), meaning))
    return found


SHORT_FORMS = _pairs(
    """
    khong: ko hok hong hem khg kg khong0 hk khum kox khongg kp
    duoc: dc dk duocc dcs duok duoz dx
    roi: rui roy ruj
    voi: vs vz
    vay: zay vayy
    gi: ji
    qua: wa wua quaa
    quen: wen
    biet: bik bit bjt biec
    minh: mk mik mjnh mih
    ban: bn pan
    nguoi: ng ngta nguoj ngui
    nhieu: nhiu nhju nhieuu
    nhung: nhug nhg
    trong: trog trg tr0ng
    tien: tn tjen tieen xien
    tai khoan: tk tkhoan acc stk
    chuyen khoan: ck chk
    ngan hang: nh nhang
    dien thoai: dt sdt dthoai
    lien he: lh ib inb inbox
    tin nhan: tnhan
    dang ky: dki dky dkyz
    khach hang: khhang
    quy khach: qk qkh
    so tien: stien
    giao dich: gd gdich
    thong tin: ttin
    cong ty: cty cti
    viec lam: vlam
    viec: vc viecc
    lam: lm
    anh: anhh
    yeu: iu yew
    cung: cug
    nhe: nha nhaaa nhee nhaa
    oke: ok okie okela oki okk uki
    bao nhieu: bnhiu bn bnhieu
    hom nay: hnay hqua
    ngay mai: nmai
    phai: fai
    giup: jup gium
    hinh: hjnh
    het: hetz
    nhan: nhann
    website: web wed
    facebook: fb face fbook
    zalo: zl zalu jalo
    telegram: tele telegam
    viettel: viettelz
    ma xac thuc: otpp
    chung minh: cmnd cmt
    can cuoc: cccd
    bao hiem xa hoi: bhxh
    vien kiem sat: vks vksnd
    """
)
"""Short form to full words; a form that has several meanings keeps the one most used in messages about money."""
