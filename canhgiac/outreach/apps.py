from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "canhgiac.outreach"
    verbose_name = _("Cảnh báo")

    def ready(self) -> None:
        """Gives the audit log the names of this capability's acts, and search engines the pages of warnings."""
        from canhgiac.agencies.selectors.audit import acts_named  # noqa: PLC0415  # models must be loaded first
        from canhgiac.library.selectors.sitemap import pages_named  # noqa: PLC0415  # the same

        from .selectors.acts import ACT_NAMES  # noqa: PLC0415
        from .selectors.public import site_pages  # noqa: PLC0415

        acts_named(ACT_NAMES)
        pages_named(site_pages)
