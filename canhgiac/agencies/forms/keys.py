"""Forms of security keys: those of allauth, whose field of the name has no label of its own."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy


class KeyAddForm(AddWebAuthnForm):
    """Adds a key; without a name it is numbered."""

    name = forms.CharField(label=gettext_lazy("Tên khóa"), required=False)


class KeyEditForm(EditWebAuthnForm):
    """Renames a key."""

    name = forms.CharField(label=gettext_lazy("Tên khóa"))
