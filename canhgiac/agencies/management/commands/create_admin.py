"""``canhgiac create_admin EMAIL NAME``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from canhgiac.agencies import services


class Command(BaseCommand):
    """Makes the first administrator of a new server."""

    help = "Lập quản trị viên đầu tiên và in đường dẫn đặt mật khẩu (dùng một lần, trong 3 ngày)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who it is."""
        parser.add_argument("email")
        parser.add_argument("name", help="họ và tên")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:  # Django's signature
        """Prints the link by which the administrator sets a password."""
        try:
            validate_email(email)
            member = services.admin_create(email=email, full_name=name)
        except ValidationError as error:
            raise CommandError(f"“{email}” không phải địa chỉ thư.") from error
        except services.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        key = default_token_generator.make_token(member)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(member), "key": key})
        self.stdout.write(f"Quản trị viên: {member.email}\nĐặt mật khẩu tại: {urljoin(settings.BASE_URL, path)}")
