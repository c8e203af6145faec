"""The page of a provider: every setting and secret goes in, comes back as it may, and reaches the wire's adapter."""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import re
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client, override_settings
from django.urls import reverse

from canhgiac.agencies.models import AuditEntry
from canhgiac.channels.contract import Outcome, Recipient
from canhgiac.channels.email import EmailContent, dkim_name, new_pem
from canhgiac.channels.email.tests.servers import certificate
from canhgiac.channels.smpp import SmsContent
from canhgiac.kit import clock
from canhgiac.outreach.models import Provider, Way
from canhgiac.outreach.services.lines import line_open, zalo_settings
from canhgiac.outreach.services.mailinbound import rooms_now
from canhgiac.outreach.services.providers import provider_secret
from canhgiac.outreach.tests.sending import centre
from simulators import smtp
from simulators.mailbox import Letter, Mailbox
from tests.factories import outreach
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db(transaction=True)
COMMON = {"rate": "50", "window": "200", "connections": "2", "cost": "0", "is_active": "on"}


def authority(days: int = 30) -> str:
    """A certificate in PEM that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Goc Vinh An")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - dt.timedelta(days=90))
        .not_valid_after(clock.now() + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


FORMS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "smpp": (
        {
            "sender": "CA VINH AN",
            "set_host": "smsc.test",
            "set_port": "3550",
            "set_system_id": "vinhan",
            "set_bind": "split",
            "set_tls": "on",
            "set_ref_base": "hex_to_dec",
            "set_zone": "UTC",
            "set_refusals": "0x40A, 1030",
            "set_timeout": "5",
            "key_password": "bi-mat-1",
        },
        {
            "host": "smsc.test",
            "port": 3550,
            "system_id": "vinhan",
            "bind": "split",
            "tls": True,
            "ref_base": "hex_to_dec",
            "zone": "UTC",
            "refusals": [0x406, 0x40A],
            "timeout": 5,
        },
    ),
    "smtp": (
        {
            "sender": "canhbao@thu.vinhan.test",
            "set_host": "thu.vinhan.test",
            "set_port": "587",
            "set_user": "canhbao",
            "set_starttls": "on",
            "set_bounce": "hoi-am@thu.vinhan.test",
            "set_mailboxes": "huy@thu.vinhan.test\r\nhoi@thu.vinhan.test",
            "set_helo": "gui.vinhan.test",
            "key_password": "bi-mat-1",
        },
        {
            "host": "thu.vinhan.test",
            "port": 587,
            "user": "canhbao",
            "starttls": True,
            "tls": False,
            "bounce": "hoi-am@thu.vinhan.test",
            "helo": "gui.vinhan.test",
            "mailboxes": ["huy@thu.vinhan.test", "hoi@thu.vinhan.test"],
        },
    ),
    "zalo": (
        {"sender": "301", "set_app_id": "429", "set_proxy": "http://10.0.0.1:3128", "key_secret": "bi-mat-1"},
        {"app_id": "429", "proxy": "http://10.0.0.1:3128"},
    ),
    "zns": (
        {
            "sender": "301",
            "set_app_id": "429",
            "set_template_id": "7",
            "set_proxy": "http://10.0.0.1:3128",
            "key_secret": "bi-mat-1",
        },
        {"app_id": "429", "template_id": "7", "proxy": "http://10.0.0.1:3128"},
    ),
    "messenger": (
        {"sender": "100", "set_proxy": "http://10.0.0.1:3128", "key_token": "bi-mat-1", "key_app_secret": "bi-mat-2"},
        {"proxy": "http://10.0.0.1:3128"},
    ),
    "push": (
        {"set_subject": "mailto:an@vinhan.test", "key_key": "bi-mat-1"},
        {"subject": "mailto:an@vinhan.test"},
    ),
}


@pytest.fixture
def keeper(client: Client, cast: Cast) -> Client:
    """The browser of who keeps providers."""
    client.force_login(cast.coordinator)
    return client


def body(answer: Any) -> str:
    told: str = html.unescape(answer.content.decode())
    return told


def values(shown: Any) -> dict[str, str]:
    """What a browser would send back from the form as it is shown."""
    form, told = shown.context["form"], {}
    for field in form:
        value = field.field.prepare_value(field.value()) if hasattr(field.field, "prepare_value") else field.value()
        if value is None or value is False or value == "":
            continue
        told[field.html_name] = "on" if value is True else str(value)
    return told


def made(keeper: Client, wire: str, **more: str) -> Provider:
    told = {"name": f"Nhà {wire}", **COMMON, **FORMS[wire][0], **more}
    answer = keeper.post(reverse("provider_create", args=[wire]), told)
    assert answer.status_code == 302, body(answer)
    return Provider.objects.get(name=told["name"])


@pytest.mark.parametrize("wire", FORMS)
def test_what_is_typed_is_kept_and_comes_back_but_for_the_secrets(keeper: Client, wire: str) -> None:
    row = made(keeper, wire)
    assert row.settings == FORMS[wire][1]
    shown = keeper.get(reverse("provider_edit", args=[row.pk]))
    answer = keeper.post(reverse("provider_edit", args=[row.pk]), values(shown))
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert (row.settings, row.version) == (FORMS[wire][1], 2), "an unchanged form changes nothing"
    entry = AuditEntry.objects.filter(act="outreach.provider_save").latest("seq")
    assert entry.facts["changed"] == []
    pages = body(shown) + body(keeper.get(reverse("provider_detail", args=[row.pk])))
    assert f"đã có, ngày {clock.today():%d/%m/%Y}" in pages
    assert "bi-mat" not in pages + str([one.facts for one in AuditEntry.objects.all()])
    assert "bi-mat-1" in provider_secret(row).values()


def test_the_audit_names_what_changed_and_not_to_what(keeper: Client) -> None:
    row = made(keeper, "smtp")
    edit = reverse("provider_edit", args=[row.pk])
    change = {"set_helo": "khac.vinhan.test", "key_password": "bi-mat-3", "set_ca": authority()}
    assert keeper.post(edit, values(keeper.get(edit)) | change).status_code == 302
    entry = AuditEntry.objects.filter(act="outreach.provider_save").latest("seq")
    assert entry.facts["changed"] == ["ca", "helo", "password"]
    assert "CN=Goc Vinh An, dùng đến hết" in body(keeper.get(reverse("provider_detail", args=[row.pk])))


def test_a_secret_is_taken_out_or_typed_anew(keeper: Client, cast: Cast) -> None:
    row = made(keeper, "messenger")
    edit = reverse("provider_edit", args=[row.pk])
    assert keeper.post(edit, values(keeper.get(edit)) | {"drop_token": "on"}).status_code == 302
    row.refresh_from_db()
    assert (provider_secret(row), list(row.secret_days)) == ({"app_secret": "bi-mat-2"}, ["app_secret"])
    shown = keeper.get(edit)
    assert "drop_token" not in body(shown)
    assert "drop_app_secret" in body(shown)
    with override_settings(SECRET_KEY="another"):
        keeper.force_login(cast.coordinator)  # whose session the old key had signed
        shown = keeper.get(edit)
        assert "nhập lại" in body(shown)
        keeper.post(edit, values(shown) | {"key_token": "t", "key_app_secret": "s"})
        row.refresh_from_db()
        assert provider_secret(row) == {"token": "t", "app_secret": "s"}


@pytest.mark.parametrize(
    ("wire", "change", "field", "says"),
    [
        ("smpp", {"set_ca": "không phải"}, "set_ca", "Không đọc được chứng thư"),
        ("smpp", {"set_ca": new_pem("ed25519").decode()}, "set_ca", "Đây là khóa riêng"),
        ("smpp", {"set_ca": authority(days=-1)}, "set_ca", "Chứng thư đã hết hạn"),
        ("smpp", {"set_refusals": "0x500"}, "set_refusals", "không phải mã từ 0x400"),
        ("smpp", {"set_refusals": "bận"}, "set_refusals", "không phải mã từ 0x400"),
        ("smpp", {"set_host": "https://smsc.test"}, "set_host", "Chỉ ghi tên máy"),
        ("smpp", {"set_port": "70000"}, "set_port", "65535"),
        ("smpp", {"set_timeout": "0"}, "set_timeout", "Ít nhất là 1"),
        ("smpp", {"set_zone": "Asia/Nowhere"}, "set_zone", ""),
        ("smtp", {"set_mailboxes": "huy thu.vinhan.test"}, "set_mailboxes", "“huy” không phải địa chỉ thư"),
        ("smtp", {"set_bounce": "hoi âm@thu"}, "set_bounce", "Ghi một địa chỉ thư"),
        ("smtp", {"set_bounce": ""}, "set_bounce", "cửa nhận thư mới mở"),
        ("smtp", {"set_helo": "a b"}, "set_helo", "Chỉ ghi tên máy"),
        ("smtp", {"set_tls": "on"}, "set_tls", "Chỉ chọn một"),
        ("smtp", {"set_starttls": ""}, "set_user", "dạng rõ"),
        ("zalo", {"set_proxy": "10.0.0.1:3128"}, "set_proxy", "Ghi như http://"),
        ("zns", {"set_proxy": "http://10.0.0.1"}, "set_proxy", "Ghi như http://"),
        ("messenger", {"set_proxy": "http://an:mk@10.0.0.1:3128"}, "set_proxy", "Không ghi tên và mật khẩu"),
    ],
)
def test_what_cannot_work_is_said_at_its_field(
    keeper: Client, wire: str, change: dict[str, str], field: str, says: str
) -> None:
    told = {"name": "Thử", **COMMON, **FORMS[wire][0], **change}
    answer = keeper.post(reverse("provider_create", args=[wire]), {key: one for key, one in told.items() if one})
    assert answer.status_code == 422
    errors = " ".join(map(str, answer.context["form"].errors[field]))
    assert says in errors
    assert not Provider.objects.exists()
    form = answer.context["form"]
    rare = {one.name for one in form.rare_fields}
    assert form.is_rare_open or field not in rare, "an error behind a closed fold is not seen"


def test_mailboxes_and_the_way_out_reach_the_adapters(keeper: Client) -> None:
    made(keeper, "smtp")
    assert [room.mailboxes for room in rooms_now()] == [{"huy@thu.vinhan.test", "hoi@thu.vinhan.test"}]
    zalo = made(keeper, "zalo")
    assert zalo_settings(zalo, provider_secret(zalo)).proxy == "http://10.0.0.1:3128"


@pytest.mark.parametrize(("zone", "hours"), [("", 0), ("UTC", 7), ("Asia/Singapore", -1)])
def test_the_time_of_a_receipt_is_read_by_the_clock_that_the_page_names(keeper: Client, zone: str, hours: int) -> None:
    """The simulator writes Vietnamese time; by another clock the same digits are another moment."""
    heard: list[Any] = []
    with centre() as smsc:
        given = {"set_host": "127.0.0.1", "set_port": str(smsc.port), "set_bind": "transceiver", "set_tls": ""}
        row = made(keeper, "smpp", **given, set_zone=zone, set_ref_base="")

        async def keep(events: Any) -> None:
            heard.extend(events)

        async def whole() -> None:
            line = await line_open(row, provider_secret(row), keep)
            try:
                await line.send(SmsContent(text="Canh bao", sender="CA VINH AN"), [Recipient(1, "+84900000111")])
                async with asyncio.timeout(60):
                    while not heard:
                        await asyncio.sleep(0.02)
            finally:
                await line.close()

        asyncio.run(whole())
    assert abs(heard[0].at - clock.now() - dt.timedelta(hours=hours)) < dt.timedelta(minutes=10)


def test_the_certificate_that_the_page_took_is_the_one_trusted(keeper: Client, tmp_path: Path) -> None:
    served, file = certificate(tmp_path)
    row = made(keeper, "smtp", set_host="127.0.0.1", set_user="", set_ca=file.read_text())
    assert mailed(row, certificate=served)
    row.settings["ca"] = authority()
    row.save()
    with pytest.raises(AssertionError, match="smtp:tls"):
        mailed(row, certificate=served)


@pytest.mark.parametrize("given", [{"zone": "Asia/Nowhere"}, {"tls": True, "ca": "/khong/co.pem"}])
def test_older_rows_that_cannot_work_are_refused_in_the_one_way(given: dict[str, Any]) -> None:
    row = outreach.provider(settings={"host": "127.0.0.1", "port": 1, "system_id": "a", **given})
    with pytest.raises(ValueError, match=r"Nowhere|certificate"):
        asyncio.run(line_open(row, {}, ignore))


def test_a_path_that_an_older_version_took_may_stay(keeper: Client) -> None:
    settings = {"host": "smsc.test", "port": 3550, "system_id": "a", "tls": True, "ca": "/etc/nha-mang.pem"}
    row = outreach.provider(settings=settings | {"bind": "split", "zone": "Asia/Tokyo"})
    edit = reverse("provider_edit", args=[row.pk])
    assert keeper.post(edit, values(keeper.get(edit))).status_code == 302
    row.refresh_from_db()
    assert (row.settings["ca"], row.settings["zone"]) == ("/etc/nha-mang.pem", "Asia/Tokyo")


async def ignore(_events: Any) -> None:
    """A line that is only opened hears nothing."""


class Heard(Mailbox):
    """The simulator's mailbox, with every mail as it came over the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[bytes] = []

    def add(self, sender: str, recipients: list[str], raw: bytes) -> Letter:
        """Keeps both."""
        self.raw.append(raw)
        return super().add(sender, recipients, raw)


def mailed(row: Provider, **served: Any) -> bytes:
    """One mail over the line of this provider through the simulator, as its server got it."""
    box = Heard()
    controller, port = smtp.serve(box, "127.0.0.1", 0, **served)
    row.refresh_from_db()
    row.settings = {**row.settings, "port": port}
    content = EmailContent(sender=row.sender, subject="Cảnh báo", text="Có người giả danh điện lực.\n")

    async def whole() -> None:
        line = await line_open(row, provider_secret(row), ignore)
        try:
            [result] = await line.send(content, [Recipient(1, "an@vinhan.test")])
            assert result.outcome is Outcome.TAKEN, result.code
        finally:
            await line.close()

    try:
        asyncio.run(whole())
    finally:
        controller.stop()
    return box.raw[0]


DOMAIN = "thu.vinhan.test"


def mail_provider() -> Provider:
    return outreach.provider(Way.EMAIL, sender=f"canhbao@{DOMAIN}", settings={"host": "127.0.0.1", "port": 1})


@pytest.mark.parametrize("kind", ["rsa", "ed25519", "own"])
def test_a_mail_holds_by_the_record_that_the_page_shows(keeper: Client, kind: str) -> None:
    row = mail_provider()
    keys, name = reverse("provider_dkim", args=[row.pk]), dkim_name(DOMAIN, "k2026")
    pem = new_pem("ed25519").decode() if kind == "own" else ""
    assert f'value="{DOMAIN}"' in body(keeper.get(keys)), "the sender's domain is offered"
    assert keeper.post(keys, {"domain": DOMAIN, "selector": "K2026", "kind": kind, "pem": pem}).status_code == 302
    shown = body(keeper.get(keys))
    records = dict([re.findall(r'readonly value="([^"]+)"', shown)])
    assert b"DKIM-Signature" not in mailed(row), "nothing is signed before the record stands"
    keeper.post(reverse("provider_dkim_sign", args=[row.pk]), {"key": name, "signs": "on"})
    raw = mailed(row)
    assert dkim.verify(raw, dnsfunc=lambda asked, timeout=5: records[asked.decode().rstrip(".")].encode())
    assert not dkim.verify(raw.replace(b"From: canhbao", b"From: kegian"), dnsfunc=lambda asked, timeout=5: b"")
    row.refresh_from_db()
    sealed = provider_secret(row)["dkim_keys"][name]
    everywhere = shown + body(keeper.get(reverse("provider_detail", args=[row.pk]))) + str(row.settings)
    everywhere += str([one.facts for one in AuditEntry.objects.all()])
    assert "đã có, ngày" in shown
    assert "PRIVATE" not in everywhere.replace(f'placeholder="{"-" * 5}BEGIN PRIVATE KEY{"-" * 5}"', "")
    assert not any(line in everywhere for line in sealed.splitlines()[1:-1])
    acts = list(
        AuditEntry.objects.filter(act__startswith="outreach.dkim").order_by("seq").values_list("act", flat=True)
    )
    assert acts == ["outreach.dkim_add", "outreach.dkim_sign"]


def test_a_new_key_signs_beside_the_old_and_the_old_goes(keeper: Client) -> None:
    row = mail_provider()
    keys, sign = reverse("provider_dkim", args=[row.pk]), reverse("provider_dkim_sign", args=[row.pk])
    for selector in ("cu", "moi"):
        keeper.post(keys, {"domain": DOMAIN, "selector": selector, "kind": "ed25519"})
        keeper.post(sign, {"key": dkim_name(DOMAIN, selector), "signs": "on"})
    assert mailed(row).count(b"DKIM-Signature:") == 2
    keeper.post(sign, {"key": dkim_name(DOMAIN, "cu")})
    assert b" s=moi;" in mailed(row)
    keeper.post(reverse("provider_dkim_remove", args=[row.pk]), {"key": dkim_name(DOMAIN, "cu")})
    row.refresh_from_db()
    assert list(provider_secret(row)["dkim_keys"]) == [dkim_name(DOMAIN, "moi")]
    assert mailed(row).count(b"DKIM-Signature:") == 1
    gone = keeper.post(sign, {"key": dkim_name(DOMAIN, "cu"), "signs": "on"}, follow=True)
    assert "Khóa này không còn" in body(gone)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"domain": "thu"}, "domain"),
        ({"domain": "thư.vinhan.test"}, "domain"),
        ({"domain": "thu.vinhan.test; l=0"}, "domain"),
        ({"selector": "k 1"}, "selector"),
        ({"selector": "co-roi"}, "selector"),
        ({"kind": "own"}, "pem"),
        ({"kind": "own", "pem": "bi-mat-dan-nham"}, "pem"),
        ({"pem": "bi-mat-dan-nham"}, "kind"),
        ({"kind": "dsa"}, "kind"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_at_its_field(keeper: Client, change: dict[str, str], field: str) -> None:
    row = mail_provider()
    keys, told = reverse("provider_dkim", args=[row.pk]), {"domain": DOMAIN, "selector": "co-roi", "kind": "ed25519"}
    keeper.post(keys, told)
    answer = keeper.post(keys, told | ({} if "selector" in change else {"selector": "k2"}) | change)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "bi-mat-dan-nham" not in body(answer)


def test_keys_are_for_those_who_keep_providers_and_for_mail(client: Client, cast: Cast, keeper: Client) -> None:
    row, sms = mail_provider(), outreach.provider()
    assert keeper.get(reverse("provider_dkim", args=[sms.pk])).status_code == 404
    client.force_login(cast.auditor)
    assert client.get(reverse("provider_dkim", args=[row.pk])).status_code == 403
    assert client.post(reverse("provider_dkim_remove", args=[row.pk]), {"key": "x"}).status_code == 403


def test_a_key_in_a_file_of_an_older_row_still_signs(keeper: Client, tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    file.write_bytes(new_pem("ed25519"))
    row = mail_provider()
    row.settings["dkim"] = [{"domain": DOMAIN, "selector": "cu", "file": str(file)}]
    row.save()
    assert b" s=cu;" in mailed(row)
    assert str(file) in body(keeper.get(reverse("provider_dkim", args=[row.pk])))
    file.unlink()
    with pytest.raises(ValueError, match="Không có khóa DKIM"):
        asyncio.run(line_open(row, {}, ignore))


@pytest.mark.parametrize("page", ["broadcast_list", "provider_list", "loudspeaker_list", "rules_edit"])
def test_the_tabs_of_sending_lead_to_each_other_and_say_where_one_is(keeper: Client, page: str) -> None:
    shown = body(keeper.get(reverse(page)))
    tabs = re.search(r'<nav class="cg-tabs.*?</nav>', shown, re.DOTALL)
    assert tabs
    links = re.findall(r'<a href="([^"]+)"( aria-current="true")?>', tabs[0])
    named = ("broadcast_list", "provider_list", "loudspeaker_list", "rules_edit")
    assert links == [(reverse(one), ' aria-current="true"' if one == page else "") for one in named]


def test_the_tabs_lead_nobody_where_they_may_not_go(client: Client, cast: Cast) -> None:
    for kind, member in cast.everyone.items():
        client.force_login(member)
        shown = client.get(reverse("provider_list"))
        tabs = re.search(r'<nav class="cg-tabs.*?</nav>', body(shown), re.DOTALL)
        for there in re.findall(r'href="([^"]+)"', tabs[0] if tabs else ""):
            assert client.get(there).status_code == 200, (kind, there)
