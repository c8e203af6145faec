"""Our own documents keep every rule; with one rule broken at a time the checker names that rule and no other."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from canhgiac.engines.officialdoc.checking import RULES, Report, check
from canhgiac.engines.officialdoc.tests.document_samples import letter, report
from canhgiac.engines.officialdoc.writing import to_docx

_BODY, _STYLES, _HEADER = "word/document.xml", "word/styles.xml", "word/header1.xml"
_RULE = r"<w:p><w:pPr><w:pBdr><w:top (?:(?!</w:p>).)*</w:p>"


def changed(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The DOCX with one part rewritten; the part must really change."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                text = change(content.decode())
                assert text != content.decode(), "the change finds nothing to change"
                content = text.encode()
            new.writestr(name, content)
    return out.getvalue()


def broken(data: bytes) -> set[str]:
    return {result.rule.code for result in check(data).broken}


def words(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def pattern(old: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=1, flags=re.DOTALL)


def sized(quoted: str, half_points: int) -> Callable[[str], str]:
    """The run that holds these words in another size."""
    return pattern(
        rf'<w:sz w:val="\d+"/><w:szCs w:val="\d+"/></w:rPr>(<w:t xml:space="preserve">{quoted})',
        rf'<w:sz w:val="{half_points}"/></w:rPr>\1',
    )


BREAKS: list[tuple[str, str, Callable[[str], str]]] = [
    ("paper", _BODY, words('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"')),
    ("margins", _BODY, words('w:left="1701"', 'w:left="1134"')),
    ("margins", _BODY, words('w:top="1134"', 'w:top="567"')),
    ("font", _STYLES, lambda text: text.replace("Times New Roman", "Arial")),
    ("font", _BODY, pattern(r"<w:r>(<w:t[^>]*>Còn 12)", r'<w:r><w:rPr><w:rFonts w:ascii="Calibri"/></w:rPr>\1')),
    ("encoding", _BODY, pattern(r"<w:r>(<w:t[^>]*>Còn 12)", r'<w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr>\1')),
    ("encoding", _BODY, pattern(r"<w:r>(<w:t[^>]*>Còn 12)", r'<w:r><w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr>\1')),
    ("colour", _BODY, pattern(r"<w:r>(<w:t[^>]*>Còn 12)", r'<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr>\1')),
    ("page-number", _HEADER, words('<w:pStyle w:val="Header"/>', '<w:pStyle w:val="Header"/><w:jc w:val="right"/>')),
    ("page-number", _HEADER, words(" PAGE ", " DATE ")),
    ("page-number", _BODY, words("<w:titlePg/>", "")),
    ("page-number", _STYLES, pattern(r'(w:styleId="Header".*?<w:rPr>)', r'\1<w:sz w:val="20"/>')),
    ("country", _BODY, sized("CỘNG HÒA", 22)),
    ("country", _BODY, words("CỘNG HÒA XÃ HỘI", "CỘNG HÒA XÃ HỘi")),
    ("motto", _BODY, words("Độc lập - Tự do - Hạnh phúc", "Độc lập-Tự do-Hạnh phúc")),
    ("motto", _BODY, pattern(rf"(Hạnh phúc</w:t></w:r></w:p>){_RULE}", r"\1")),
    ("issuer", _BODY, words(">CÔNG AN TỈNH<", ">Công an tỉnh<")),
    ("issuer", _BODY, pattern(rf"(>CÔNG AN TỈNH</w:t></w:r></w:p>){_RULE}", r"\1")),
    ("number", _BODY, words("Số: 07/BC-CAT", "Số: 7/BC-CAT")),
    ("number", _BODY, words("Số: 07/BC-CAT", "Số: 07/BC - CAT")),
    ("number", _BODY, words("Số: 07/BC-CAT", "Số: 07/KH-CAT")),
    ("date", _BODY, words("ngày 05 tháng 02", "ngày 5 tháng 02")),
    ("date", _BODY, words("ngày 05 tháng 02", "ngày 05 tháng 2")),
    ("date", _BODY, words("Vĩnh An, ngày", "Vĩnh An ngày")),
    ("type", _BODY, sized("BÁO CÁO", 32)),
    ("subject", _BODY, pattern(rf"(không gian mạng</w:t></w:r></w:p>){_RULE}", r"\1")),
    ("to", _BODY, words("Kính gửi: ", "Kính gửi ")),
    ("basis", _BODY, words("tháng 12 năm 2025;", "tháng 12 năm 2025,")),
    ("basis", _STYLES, pattern(r'(w:styleId="Cancu".*?)<w:i/>', r"\1")),
    ("body-size", _BODY, pattern(r"<w:r>(<w:t[^>]*>Còn 12)", r'<w:r><w:rPr><w:sz w:val="24"/></w:rPr>\1')),
    ("body-look", _BODY, words("II. KẾT QUẢ TUYÊN TRUYỀN", "II. Kết quả tuyên truyền")),
    ("body-align", _STYLES, words('<w:jc w:val="both"/>', '<w:jc w:val="left"/>')),
    ("indent", _STYLES, words('w:firstLine="720"', 'w:firstLine="0"')),
    ("space", _STYLES, words('w:after="120" w:line="276"', 'w:after="0" w:line="276"')),
    ("lines", _STYLES, words('w:line="276" w:lineRule="auto"', 'w:line="480" w:lineRule="auto"')),
    ("lines", _STYLES, words('w:line="276" w:lineRule="auto"', 'w:line="240" w:lineRule="exact"')),
    ("order", _BODY, words("III. KHÓ KHĂN", "IV. KHÓ KHĂN")),
    ("signature", _BODY, words("KT. GIÁM ĐỐC", "K/T GIÁM ĐỐC")),
    ("recipients", _BODY, words("- Lưu: VT, PA05.", "- Lưu: VP.")),
    ("recipients", _BODY, words("- Các sở, ban, ngành;", "- Các sở, ban, ngành")),
    ("annex", _BODY, words(">Phụ lục II<", ">Phụ lục 2<")),
]


@pytest.mark.parametrize("made", [report, letter])
def test_our_own_documents_keep_every_rule(made: Callable[[], object]) -> None:
    result = check(to_docx(made()))  # type: ignore[arg-type]

    assert [(r.rule.code, r.findings) for r in result.results if r.state != "ok"] == []
    assert len(result.results) >= 20


@pytest.mark.parametrize(("code", "part", "change"), BREAKS, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(BREAKS)])
def test_one_broken_rule_is_named_and_no_other(code: str, part: str, change: Callable[[str], str]) -> None:
    assert broken(changed(to_docx(report()), part, change)) == {code}


def test_every_rule_is_broken_once() -> None:
    assert {rule.code for rule in RULES} == {code for code, *_ in BREAKS}


def test_a_finding_says_where_what_and_what_is_asked() -> None:
    data = changed(to_docx(report()), _BODY, words("III. KHÓ KHĂN", "IV. KHÓ KHĂN"))
    (result,) = check(data).broken
    (finding,) = result.findings

    assert (finding.found, finding.asked) == ("đề mục IV", "tiếp theo phải là III")
    assert finding.where.startswith("IV. KHÓ KHĂN")
    assert finding.paragraph > 10


def test_points_follow_the_vietnamese_alphabet() -> None:
    def points(*letters: str) -> Report:
        text = "".join(f"<w:p><w:r><w:t>{each}) việc</w:t></w:r></w:p>" for each in letters)
        return check(changed(to_docx(report()), _BODY, pattern(r"(<w:p>(?:(?!<w:p>).)*Còn 12)", rf"{text}\1")))

    def order(found: Report) -> str:
        return next(r.state for r in found.results if r.rule.code == "order")

    assert order(points("a", "b", "c", "d", "đ", "e")) == "ok"
    assert order(points("a", "b", "c", "d", "e")) == "broken"
    assert order(points("a", "b", "c", "d", "đ", "e", "f")) == "broken"


def test_what_the_clerk_fills_in_later_is_not_called_a_fault() -> None:
    data = changed(to_docx(report()), _BODY, words("Số: 07/BC-CAT", "Số:        /BC-CAT"))
    data = changed(data, _BODY, words("ngày 05 tháng 02 năm 2026", "ngày      tháng      năm"))
    data = changed(data, _BODY, words("Trần Văn Mẫu", ""))
    result = check(data)

    assert result.is_ok
    assert {r.rule.code for r in result.results if r.state == "unsure"} == {"number", "date", "signature"}
    assert result.as_json()["counts"] == {"ok": 22, "broken": 0, "unsure": 3}
