"""Names that scams borrow, with the addresses that are truly theirs.

Facts gathered from the owners' public pages; an address missing here is a fault to be reported, not a sign of fraud:
what stands here only says "the name is used outside the addresses we know of".
"""

from __future__ import annotations

from dataclasses import dataclass

from .words import listed


@dataclass(frozen=True, slots=True)
class Brand:
    """A name people trust. ``words`` are spellings found in host names, without marks; ``hosts`` the owner's own."""

    name: str
    kind: str
    words: tuple[str, ...]
    hosts: tuple[str, ...]


def _brands(kind: str, lines: str) -> list[Brand]:
    """One brand a line: name | words | hosts."""
    found = []
    for line in lines.strip().splitlines():
        name, words, hosts = (part.strip() for part in line.split("|"))
        found.append(Brand(name, kind, tuple(words.split()), tuple(hosts.split())))
    return found


BANKS = _brands(
    "bank",
    """
    Vietcombank | vietcombank vcb vcbdigibank digibank | vietcombank.com.vn vcbcc.vn vcbs.com.vn
    BIDV | bidv smartbanking | bidv.com.vn bsc.com.vn
    VietinBank | vietinbank ipay | vietinbank.vn
    Agribank | agribank | agribank.com.vn
    Techcombank | techcombank tcb | techcombank.com techcombank.com.vn
    MB | mbbank mbb | mbbank.com.vn mb.com.vn
    ACB | acb acbbank | acb.com.vn acbs.com.vn
    VPBank | vpbank vpb | vpbank.com.vn
    TPBank | tpbank tpb | tpb.vn tpb.com.vn
    Sacombank | sacombank | sacombank.com.vn sacombank.com
    HDBank | hdbank | hdbank.com.vn hdbank.vn
    SHB | shb shbbank | shb.com.vn
    VIB | vib vibbank | vib.com.vn
    OCB | ocb ocbbank | ocb.com.vn
    MSB | msb msbbank | msb.com.vn
    SeABank | seabank | seabank.com.vn
    Eximbank | eximbank | eximbank.com.vn
    LPBank | lpbank lienvietpostbank | lpbank.com.vn
    Nam A Bank | namabank | namabank.com.vn
    PVcomBank | pvcombank | pvcombank.com.vn
    ABBank | abbank | abbank.vn
    BAC A BANK | bacabank | baca-bank.vn
    Kienlongbank | kienlongbank | kienlongbank.com
    VietABank | vietabank | vietabank.com.vn
    NCB | ncbbank | ncb-bank.vn
    BaoViet Bank | baovietbank | baovietbank.vn
    Saigonbank | saigonbank | saigonbank.com.vn
    Vietbank | vietbank | vietbank.com.vn
    BVBank | bvbank vietcapitalbank | bvbank.net.vn
    Vikki Bank | vikkibank dongabank | vikkibank.vn
    Cake | cakebank | cake.vn
    Timo | timobank | timo.vn
    HSBC | hsbc | hsbc.com.vn hsbc.com
    Shinhan Bank | shinhan | shinhan.com.vn
    Woori Bank | wooribank | wooribank.com.vn
    Standard Chartered | standardchartered | sc.com
    UOB | uobbank | uob.com.vn
    Citibank | citibank | citibank.com.vn citi.com
    Ngân hàng Nhà nước | nganhangnhanuoc sbv | sbv.gov.vn
    CIC | cic cicb | cic.gov.vn cic.org.vn
    Napas | napas | napas.com.vn
    """,
)
WALLETS = _brands(
    "wallet",
    """
    MoMo | momo vimomo | momo.vn
    ZaloPay | zalopay | zalopay.vn
    VNPAY | vnpay | vnpay.vn vnpayment.vn
    Viettel Money | viettelmoney viettelpay vtmoney | viettelmoney.vn vtmoney.vn viettelpay.vn
    VNPT Money | vnptmoney vnptpay | vnptmoney.vn vnptpay.vn
    MobiFone Money | mobifonemoney | mobifonemoney.vn
    Home Credit | homecredit | homecredit.vn
    FE Credit | fecredit | fecredit.com.vn
    Mcredit | mcredit | mcredit.com.vn
    HD Saison | hdsaison | hdsaison.com.vn
    Mirae Asset | miraeasset | miraeasset.com.vn masvn.com
    Shinhan Finance | shinhanfinance | shinhanfinance.com.vn
    """,
)
STATE = _brands(
    "state",
    """
    Dịch vụ công | dichvucong dvc dichvucongquocgia | gov.vn
    VNeID | vneid vneld | vneid.gov.vn gov.vn
    Bộ Công an | bocongan congan bca conganvietnam | gov.vn
    Cảnh sát giao thông | csgt phatnguoi cucgplx gplx | csgt.vn gov.vn
    Thuế | thuedientu tongcucthue etax gdt thuevietnam hoanthue | gov.vn
    Bảo hiểm xã hội | baohiemxahoi bhxh vssid bhxhvn | baohiemxahoi.gov.vn gov.vn
    Chính phủ | chinhphu vgov govvn tgov | chinhphu.vn gov.vn
    Tòa án, Viện kiểm sát | toaan vienkiemsat vks | gov.vn
    Bộ Y tế | boyte sotietkiem | gov.vn
    EVN | evn evnhcmc evnhanoi evnspc evncpc evnnpc dienluc tiendien | evn.com.vn evnhcmc.vn evnhanoi.vn evnspc.vn \
cpc.vn npc.com.vn evn.vn
    VTV | vtv vtvcab | vtv.vn vtvcab.vn
    Không gian mạng (Cục An toàn thông tin) | khonggianmang tinnhiemmang | khonggianmang.vn tinnhiemmang.vn
    Mặt trận Tổ quốc | mattran mattranvietnam | mattran.org.vn
    Đường sắt Việt Nam | duongsat duongsatvietnam | dsvn.vn vr.com.vn
    Vietlott | vietlott | vietlott.vn
    """,
)
TELECOMS = _brands(
    "telecom",
    """
    Viettel | viettel myviettel | viettel.vn viettel.com.vn vietteltelecom.vn myvt.page.link viettelstore.vn tv360.vn
    VinaPhone, VNPT | vinaphone vnpt myvnpt | vnpt.vn vnpt.com.vn vinaphone.com.vn mytv.com.vn
    MobiFone | mobifone mymobifone | mobifone.vn mobifone.com.vn
    Vietnamobile | vietnamobile | vietnamobile.com.vn
    FPT | fpttelecom fptplay fptshop | fpt.vn fpt.com fpt.com.vn fptshop.com.vn fptplay.vn fpt.edu.vn
    """,
)
TRADE = _brands(
    "trade",
    """
    Shopee | shopee shopeevn | shopee.vn shopee.com shp.ee shopeepay.vn shopeefood.vn
    Lazada | lazada | lazada.vn lazada.com
    Tiki | tiki tikivn | tiki.vn
    TikTok | tiktok tiktokshop | tiktok.com
    Sendo | sendo | sendo.vn
    Giao Hàng Tiết Kiệm | ghtk giaohangtietkiem | ghtk.vn giaohangtietkiem.vn ghtk.me
    Giao Hàng Nhanh | ghn giaohangnhanh | ghn.vn
    Viettel Post | viettelpost | viettelpost.com.vn viettelpost.vn
    VNPost, EMS | vnpost bưuđiện buudien | vnpost.vn ems.com.vn
    J&T Express | jtexpress | jtexpress.vn
    SPX | spxexpress spx | spx.vn spx.shopee.vn
    Ninja Van | ninjavan | ninjavan.co
    Grab | grab | grab.com
    be, Xanh SM | xanhsm | xanhsm.com be.com.vn
    Điện Máy Xanh | dienmayxanh | dienmayxanh.com
    Thế Giới Di Động | thegioididong | thegioididong.com
    Vietnam Airlines | vietnamairlines vna | vietnamairlines.com
    Vietjet | vietjet vietjetair | vietjetair.com
    Bamboo Airways | bambooairways | bambooairways.com
    VinFast, Vingroup | vinfast vingroup vinhomes | vinfast.vn vinfastauto.com vingroup.net vinhomes.vn
    Petrolimex | petrolimex | petrolimex.com.vn
    Prudential | prudential | prudential.com.vn
    Manulife | manulife | manulife.com.vn
    Honda | honda hondavietnam | honda.com.vn
    CGV | cgvcinemas | cgv.vn
    AEON | aeonvietnam aeonmall | aeon.com.vn aeonmall-vietnam.com
    PNJ | pnjsilver pnj | pnj.com.vn
    Bách Hóa Xanh | bachhoaxanh | bachhoaxanh.com
    Hasaki | hasaki | hasaki.vn
    Bảo Việt | baoviet baovietnhantho | baoviet.com.vn baovietnhantho.com.vn
    PVI | baohiempvi | pvi.com.vn
    FWD | fwdvietnam | fwd.com.vn
    AIA | aiavietnam | aia.com.vn
    Dai-ichi Life | daiichilife | dai-ichi-life.com.vn
    Booking.com | bookingcom | booking.com
    Agoda | agoda | agoda.com
    Traveloka | traveloka | traveloka.com
    Garena | garena | garena.vn garena.com
    """,
)
WORLD = _brands(
    "world",
    """
    Facebook | facebook fb messenger meta | facebook.com fb.com fb.me messenger.com m.me meta.com fb.watch
    Zalo | zalo chatzalo | zalo.me zalo.vn zaloapp.com zalo.cloud
    Telegram | telegram | telegram.org t.me telegram.me
    Google | google gmail googleplay | google.com google.com.vn g.co gmail.com forms.gle youtube.com youtu.be
    Apple | apple icloud appleid | apple.com icloud.com
    Microsoft | microsoft outlook office365 | microsoft.com office.com live.com outlook.com
    Netflix | netflix | netflix.com
    Spotify | spotify | spotify.com
    PayPal | paypal | paypal.com
    WhatsApp | whatsapp | whatsapp.com wa.me
    Binance | binance | binance.com
    Amazon | amazon | amazon.com
    """,
)
BRANDS: tuple[Brand, ...] = (*BANKS, *WALLETS, *STATE, *TELECOMS, *TRADE, *WORLD)

OFFICIAL_HOSTS = frozenset(host for brand in BRANDS for host in brand.hosts) - {"t.me", "telegram.me", "zalo.me"}
"""Hosts whose owner we know. Chat addresses are left out: anybody writes there."""
RESERVED_ENDINGS = ("gov.vn", "edu.vn")
"""Endings given only after proof of being a state body or a school (Ministry rules on .vn names)."""

CHAT_HOSTS = frozenset(["t.me", "telegram.me", "zalo.me", "m.me", "wa.me", "chat.zalo.me", "line.me", "discord.gg"])
DEEP_LINKS = frozenset(["go.link", "onelink.me", "page.link", "app.link", "smart.link", "adj.st"])
"""Services that open an application; the name left of theirs is the application's, registered with them."""
SHORTENERS = frozenset(
    listed(
        "bit.ly tinyurl.com goo.gl ow.ly is.gd cutt.ly rb.gy t.co shorturl.at s.id by.com.vn bitly.com.vn "
        "tiny.cc rebrand.ly lnkd.in v.gd qr.co l.ead.me soo.gd shorten.asia me2.do bom.so urlvn.net linktr.ee "
        "byvn.net ln.run t.ly bitly.com.vn tinyurl.one u.to da.gd clck.ru short.gy link1s.com megaurl.in "
        "1link.vn"
    )
)
CHEAP_ENDINGS = frozenset(
    listed(
        "top xyz cc icu vip club online site shop store live fun buzz cyou cfd sbs click link work rest "
        "monster quest test example invalid bond lol mom autos homes hair skin beauty life world today space "
        "website tech press host ltd group win bet casino poker loan credit money cash gq ml cf ga tk ws pw "
        "su ru cn hk asia mobi pro info one wiki bar ink red blue pink kim zip mov app dev page web.app "
        "pages.dev workers.dev vercel.app netlify.app github.io weebly.com wixsite.com blogspot.com "
        "firebaseapp.com duckdns.org ngrok.io glitch.me r2.dev"
    )
)
"""Endings that cost almost nothing or nothing at all: common among throw-away hosts, not proof of anything."""
