"""How a story is told: who gave, who was only asked to, what came of it. What tells a loss from a question about one.

Vietnamese verbs have no tense: "nó biểu em nạp" is asked for, "em nạp theo" is done, "em định nạp" is neither yet. What
stands before the giver's own verb says which.
"""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from canhgiac.engines.recognition.words import listed

_GIVERS = frozenset(
    listed(
        "toi em minh tui con chau tao tau bac ba ong co chu chi anh di me ma bo cha ngoai noi vo chong khach nha cu cau mo o da han i we she he"
    )
)
_GIVES = frozenset(
    listed(
        "chuyen gui tra dong nop nap dua bo dien nhap doc quet mua chi ung coc dat dang bam cai tai chup bat mo ky do nuong gop ban vay rut dam "
        "khai cung cap thanh lam nghe giao xuong gan cap ghi xuat paid sent gave transferred clicked typed entered installed bought invested"
    )
)
_WITHIN = frozenset(
    listed(
        "da vua lo moi cu lien cung voi ngay nen trot toan het dai dot thiet that tha tin nham ben lai thay di ra vo vao som bao nhieu lan cung hoang so qua cuong len ham tuong run lo"
    )
)
_ASKS = frozenset(
    listed(
        "bao keu bieu bat nho ru yeu cau doi moi xin de du giuc ep huong dan muon hen phai dinh tinh can nen khong chua neu se sap chuan bi hua dui goi cho day khuyen xui hay co cam "
        "should must want wants ask asks asked told if to"
    )
)
_SIGNS = (
    ("!learned", re.compile(r" (?:moi (?:biet|hay|ta hoa|tinh|thay|lo|nhan ra|phat hien|vo le)|hoa ra|te ra|thi ra|ai (?:de|ngo|dat)|loi ra|tinh ra|den (?:luc|khi)(?: \S+){0,4} (?:moi|thi)|chu (?:that|thiet)|that ra) ")),
    ("!more", re.compile(r" (?:(?:doi|keu|bat|bao|bieu|xin|yeu cau)(?: \S+){0,3} (?:them|nua|tiep|tip)|(?:lai|cu|van)(?: \S+){0,2} (?:doi|keu|bat|doa|goi|hen|bao|giuc)) ")),
    ("!notcome", re.compile(r" (?:(?:cho|doi|canh)(?: \S+){0,3} (?:hoai|mai|thang|tuan|ngay|luon|toi gio)|im (?:luon|ru|lim|re|bat)|khong (?:rep|tra loi|bat may|nghe may|ve|vao|vo|toi|giao|thay|con|ton tai|den)|seen|treo|tich thu|trat|sai mat khau|bien|cup|tat may|lan mat) ")),
    ("!intends", re.compile(r" (?:dinh|tinh|sap|chuan bi|mai(?! man| mai)|hen|chieu nay phai|co nen|nen khong|de coi|phan van|luong lu|ngai|run qua|dang tren duong|khat|chua|suyt) ")),
    ("!wonders", re.compile(r" (?:hay (?:that|thiet|gia|lua|dom|doc|hu)|(?:that|thiet|lua|gia|bay|dom|ao|on|tin|thuc|hu|dung|duoc|nen|uy tin|sao|lua dao) (?:\S+ )?(?:khong|ha|a|ta|nhi|vay|hen|hay sao|troi))(?: (?:troi|ta|vay|nhi|a|ad|ha|em|chau|ban|moi nguoi))* $")),
    ("!now", re.compile(r" (?:gio|bay gio|chu|hien|hien gio|nay|sau do|xong|mot lat sau|may bua sau|sang nay|hom sau|hom nay)(?: \S+){0,3} (?:no|ho|ong|ba|may|tien|tai khoan|sim|nick|so|vao|khong|van|lai|thay|bi|doi|keu|mat|het|tui|con|co|cu|chu|vao) ")),
)  # fmt: skip
_BEGINS = frozenset(listed("nen ma vi tai xong vay the thi"))
_ADVERBS = 4
"""Words that may stand between the giver and the verb."""


def story(line: str, clauses: Sequence[Sequence[str]]) -> list[str]:
    """Signs of a story: "!gave" (somebody of ours did give), "!asked" (was asked to), "!bare-gave" (a clause begins
    with giving and names a sum), and those of what came after or is intended.

    ``line``: the words between single spaces; ``clauses``: the words of each piece between commas.
    """
    found = {name for name, pattern in _SIGNS if pattern.search(line)}
    for clause in clauses:
        for words in _parted(clause):
            found.update(_givings(words))
    return sorted(found)


def _parted(clause: Sequence[str]) -> Iterator[list[str]]:
    """A clause at the words that begin another: "… nên em gửi", "… mà tôi trả"."""
    part: list[str] = []
    for word in clause:
        if word in _BEGINS and not (word == "nen" and part and part[-1] in {"co", "khong"}):
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _givings(words: Sequence[str]) -> Iterator[str]:
    """Of each verb of giving with its giver before it: done or only asked for."""
    for at, word in enumerate(words):
        if word not in _GIVES:
            continue
        start = at - 1
        while start >= 0 and at - start <= _ADVERBS and words[start] in _WITHIN:
            start -= 1
        if start < 0:
            if any(one[0].isdigit() for one in words[at:]):
                yield "!bare-gave"
            continue
        if words[start] in _ASKS:
            yield "!asked"
            continue
        if words[start] not in _GIVERS:
            continue
        while start >= 0 and words[start] in _GIVERS:
            start -= 1
        yield "!asked" if start >= 0 and words[start] in _ASKS else "!gave"
