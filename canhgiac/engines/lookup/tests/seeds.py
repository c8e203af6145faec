"""Texts that property tests and the fuzzer start from: invented numbers, hosts that end in .test."""

from __future__ import annotations

from canhgiac.engines.recognition.vietqr import VietQr, write_vietqr

SEEDS: dict[str, tuple[str, ...]] = {
    "phone": (
        *("0900 000 123", "+84 (0)900.000.123", "tel:0900000123", "84900000123", "900000123", "0084 900 000 123"),
        *(
            "1900 1234",
            "vn:18001234",
            "069 2345 678",
            "113",
            "028 3912 3456",
            "+44 20 7946 0958",
            "0900 00*",
            "1900 12xx",
        ),
        *("+84190012", "vn:1900 12*", "+8490000*", "+39 06 1234 5678", "+54 9 11 2345 6789", "+52 1 55 1234 5678"),
    ),
    "account": (
        *("0123456789", "VCB 0123456789", "970436:0123456789", "?:0123456789", "STK 0123.456.789 - MB - NGUYEN VAN A"),
        *("970432:TENCHON01", "999999:12345", "MoMo 0900000123", "971025:0900000123", "0123456789 Co-opBank"),
        write_vietqr(VietQr("970436", "0123456789")),
    ),
    "wallet": ("ví MoMo 0900 000 123", "momo:+84900000123", "ZaloPay 0900000123", "?:+84900000123", "9pay ten.chon"),
    "link": (
        *("https://evil.test/a/b?x=1#y", "hxxp://evil[.]test", "www.evil.test", "m.facebook.com/profile.php?id=1000"),
        *("t.me/+AbC", "t.me/s/kenh", "http://user@evil.test:80/%2e%41%zz", "http://0x7f.1/", "[::1]/x", "bücher.test"),
        *("sites.google.com/view/ten/trang", "bit.ly/AbC", "foo.github.io/x", "ＥＶＩＬ．test", "evil.test/đường dẫn"),
        *(
            "www.www.test",
            "faß.test",
            "xn--bcher-kva.test",
            "m.twitter.com/Ten",
            "play.google.com/store/apps/details?id=a.b",
        ),
    ),
    "app": ("com.Vidu.App", "https://play.google.com/store/apps/details?id=vn.vidu", "id123456789", "a" * 64),
    "social": (
        *(
            "facebook.com/Ten.Ai",
            "fb.com/people/Ten/1000123",
            "zalo.me/0900000123",
            "Zalo 0900 000 123",
            "tele @ten_ai",
        ),
        *("tiktok:ten.ai", "youtube.com/channel/UCabc", "x:ten", "facebook:zalo", "Viber +44 20 7946 0958", "zalo:tên"),
    ),
}
"""Kind to texts."""
