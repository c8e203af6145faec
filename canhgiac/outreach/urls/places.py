"""Addresses of the places where a warning stands, and of the doors by which platforms tell us things."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from canhgiac.outreach.views import postings, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("phat-canh-bao/<int:warning_id>/noi-dang/", postings.posting_list, name="posting_list"),
    path("phat-canh-bao/<int:warning_id>/noi-dang/dang/", postings.postings_make, name="postings_make"),
    path("phat-canh-bao/noi-dang/<int:posting_id>/thu-lai/", postings.posting_retry, name="posting_retry"),
    path("phat-canh-bao/noi-dang/<int:posting_id>/go/", postings.posting_take_down, name="posting_take_down"),
    path("phat-canh-bao/noi-dang/<int:posting_id>/da-go/", postings.posting_settle, name="posting_settle"),
    path("v1/webhooks/zalo/", webhooks.webhook_zalo, name="webhook_zalo"),
    path("v1/webhooks/facebook/", webhooks.webhook_facebook, name="webhook_facebook"),
]
