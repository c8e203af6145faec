from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "canhgiac.activities"
    verbose_name = _("Hoạt động")

    def ready(self) -> None:
        """Gives the audit log the names of this capability's acts, and the ledger what its rules may name."""
        from canhgiac.agencies.selectors.audit import acts_named  # noqa: PLC0415  # models must be loaded first
        from canhgiac.plans.selectors.setups import rule_named  # noqa: PLC0415  # models must be loaded first

        from .models import Audience, Kind  # noqa: PLC0415  # the same
        from .selectors.acts import ACT_NAMES  # noqa: PLC0415

        acts_named(ACT_NAMES)
        rule_named(kinds={one.value: one.label for one in Kind}, audiences={one.value: one.label for one in Audience})
