"""Zalo Official Account: messages to followers, ZNS templates by phone number, articles, and the webhook.

Where the wire's description comes from. From Zalo's public documentation (developers.zalo.me, as quoted by public
projects that follow it): the addresses, headers and bodies of ``v3.0/oa/message/cs``, ``/promotion`` and
``/transaction``, of ZNS ``message/template`` with ``tracking_id``, of ``v2.0/article/*`` with its token that
``verify`` turns into an id, of the article broadcast over ``v2.0/oa/message``; that an access token lives 25 hours and
a refresh token is used once; the table of OA error codes; the names and bodies of the webhook's events, its signature,
and its repeats over nearly two hours. From memory, to be tried against the live service before it is relied on: the ZNS
codes from -120 on, the elements of a promotion template, and the name of the ``appsecret_proof`` header.
"""

from .api import Tokens, TokenStore, ZaloSettings
from .articles import Article, article_broadcast, article_find, article_post, article_update, article_withdraw
from .messages import Button, ZaloMessage, ZnsTemplate, open_line
from .webhook import BadSignatureError

__all__ = [
    "Article",
    "BadSignatureError",
    "Button",
    "TokenStore",
    "Tokens",
    "ZaloMessage",
    "ZaloSettings",
    "ZnsTemplate",
    "article_broadcast",
    "article_find",
    "article_post",
    "article_update",
    "article_withdraw",
    "open_line",
]
