from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "canhgiac.reporting"
    verbose_name = _("Báo cáo định kỳ")

    def ready(self) -> None:
        """Gives the audit log the names of this capability's acts, and the ledger the figures that reports ask."""
        from canhgiac.agencies.selectors.audit import acts_named  # noqa: PLC0415  # models must be loaded first
        from canhgiac.plans.selectors.setups import figures_named  # noqa: PLC0415  # the same

        from .selectors.acts import ACT_NAMES  # noqa: PLC0415
        from .selectors.forms import figures_of_plan  # noqa: PLC0415

        acts_named(ACT_NAMES)
        figures_named(figures_of_plan)
