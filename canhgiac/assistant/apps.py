from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantConfig(AppConfig):
    name = "canhgiac.assistant"
    verbose_name = _("Trợ lý")

    def ready(self) -> None:
        """Gives the audit log the names of this capability's acts."""
        from canhgiac.agencies.selectors.audit import acts_named  # noqa: PLC0415  # models must be loaded first

        from .selectors.acts import ACT_NAMES  # noqa: PLC0415

        acts_named(ACT_NAMES)
