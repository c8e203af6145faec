from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "canhgiac.training"
    verbose_name = _("Tập huấn")

    def ready(self) -> None:
        """Gives the audit log the names of this capability's acts, search engines the public courses, trials of
        warnings the addresses that members proved."""
        from canhgiac.agencies.selectors.audit import acts_named  # noqa: PLC0415  # models must be loaded first
        from canhgiac.library.selectors.sitemap import pages_named  # noqa: PLC0415  # the same
        from canhgiac.outreach.selectors.trials import proven_named  # noqa: PLC0415

        from .selectors.acts import ACT_NAMES  # noqa: PLC0415
        from .selectors.courses import site_pages  # noqa: PLC0415
        from .selectors.drills import proven_addresses  # noqa: PLC0415

        acts_named(ACT_NAMES)
        pages_named(site_pages)
        proven_named(proven_addresses)
