"""Every way reading can fail: a stable code and one Vietnamese sentence that says what to do next."""

from __future__ import annotations

from ..model import ReadError

MESSAGES = {
    "empty": "Tệp rỗng, không có nội dung để đọc.",
    "not-docx": "Chỉ kiểm được thể thức của tệp .docx; hãy mở tệp bằng Word hoặc LibreOffice và lưu lại thành .docx.",
    "no-text": "Không tìm thấy chữ nào trong tệp.",
    "too-large": "Tệp lớn hơn giới hạn {limit} MB; hãy chia nhỏ hoặc nén ảnh trong tệp rồi tải lại.",
    "too-many-pages": "Tệp có {pages} trang, vượt giới hạn {limit} trang; hãy chia nhỏ tệp rồi tải lại.",
    "image-too-large": "Ảnh quá lớn ({megapixels} triệu điểm ảnh, giới hạn {limit}); hãy giảm kích thước ảnh.",
    "binary": "Tệp không phải văn bản đọc được; hãy tải lên tệp .docx, .pdf, .txt, .md hoặc ảnh quét.",
    "encoding": "Không nhận ra bảng mã của tệp chữ này; hãy lưu lại bằng bảng mã UTF-8.",
    "legacy-doc": "Tệp Word kiểu cũ (.doc) chưa đọc được; hãy mở bằng Word và lưu lại thành .docx.",
    "rtf": "Tệp RTF chưa đọc được; hãy mở bằng Word và lưu lại thành .docx.",
    "spreadsheet": "Đây là bảng tính, không phải văn bản; hãy tải lên tệp .docx hoặc .pdf.",
    "presentation": "Đây là tệp trình chiếu, không phải văn bản; hãy tải lên tệp .docx hoặc .pdf.",
    "opendocument": "Tệp OpenDocument chưa đọc được; hãy lưu lại thành .docx hoặc .pdf.",
    "archive": "Đây là tệp nén; hãy giải nén rồi tải lên từng văn bản.",
    "mhtml": "Trang web lưu dạng MHT chưa đọc được; hãy lưu lại dạng .html hoặc .pdf.",
    "image-kind": "Loại ảnh này chưa đọc được; hãy lưu lại thành PNG, JPG hoặc TIFF.",
    "password": "Tệp có mật khẩu; hãy gỡ mật khẩu rồi tải lại.",
    "zip-bomb": "Tệp bung ra lớn bất thường nên không được mở, để bảo vệ hệ thống.",
    "too-complex": "Tệp có cấu trúc quá phức tạp nên không đọc được; hãy lưu lại bằng Word thành .docx hoặc .pdf.",
    "entities": "Tệp chứa khai báo XML không được phép nên không được mở, để bảo vệ hệ thống.",
    "damaged": "Tệp bị hỏng hoặc tải lên chưa trọn vẹn; hãy kiểm tra và tải lại.",
    "no-ocr": "Tệp là bản quét, không có chữ; máy chủ cần bộ nhận dạng chữ tiếng Việt (tesseract-ocr-vie).",
    "ocr-off": "Tệp là bản quét, không có chữ; hãy bật nhận dạng chữ để đọc.",
    "ocr-failed": "Nhận dạng chữ không thành công; hãy quét lại rõ hơn hoặc tải tệp có chữ.",
    "time-limit": "Đọc tệp quá lâu nên đã dừng; hãy chia nhỏ tệp rồi tải lại.",
}


def failure(code: str, **facts: object) -> ReadError:
    """Makes the error of ``code`` (a key of ``MESSAGES``), its sentence filled with ``facts``."""
    return ReadError(code, MESSAGES[code].format(**facts))
