"""The judge as an installation has it: learned from the starter messages."""

from __future__ import annotations

import hashlib

from canhgiac.kit.text import fold
from canhgiac.library.models import ExampleMessage, RecognitionBuild, ScamForm
from canhgiac.library.selectors.recognition import judge_forget
from canhgiac.library.services.recognition import build_ensure
from canhgiac.library.services.starter import starter_messages
from tests.factories.kept import kept


def examples() -> None:
    """The starter messages in the tables, with their forms by code; does nothing when they are there."""
    if ExampleMessage.objects.exists():
        return
    messages = list(starter_messages())
    codes = sorted({message.form for message in messages if message.form})
    ScamForm.objects.bulk_create(
        [ScamForm(code=code, slug=code.casefold()) for code in codes], ignore_conflicts=True, unique_fields=["code"]
    )
    forms = {form.code: form for form in ScamForm.objects.filter(code__in=codes)}
    ExampleMessage.objects.bulk_create(
        [
            ExampleMessage(
                form=forms[message.form] if message.form else None,
                register=message.register,
                text=message.text,
                folded=fold(message.text),
                sha256=hashlib.sha256(fold(message.text).encode()).hexdigest(),
                source=ExampleMessage.Source.STARTER,
                state=ExampleMessage.State.IN_USE,
            )
            for message in messages
        ],
        ignore_conflicts=True,
    )


def recognition_ready() -> RecognitionBuild:
    """A current build of what is in the tables."""
    build = kept(f"recognition {_digest()}", _build, but=["agencies_auditentry"])
    judge_forget()
    return build


def _digest() -> str:
    """Changes with what there is to learn from."""
    texts = ExampleMessage.objects.order_by("pk").values_list("folded", "form__code", "state")
    return hashlib.sha256(repr(list(texts)).encode()).hexdigest()


def _build() -> RecognitionBuild:
    examples()
    build = build_ensure()
    assert build is not None
    return build
