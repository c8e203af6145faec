from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "canhgiac.training"
    verbose_name = _("Tập huấn")

    def ready(self) -> None:
        """Gives the audit log the names of this capability's acts, and search engines the public courses."""
        from canhgiac.agencies.selectors.audit import acts_named  # noqa: PLC0415  # models must be loaded first
        from canhgiac.library.selectors.sitemap import pages_named  # noqa: PLC0415  # the same

        from .selectors.acts import ACT_NAMES  # noqa: PLC0415
        from .selectors.courses import site_pages  # noqa: PLC0415

        acts_named(ACT_NAMES)
        pages_named(site_pages)
