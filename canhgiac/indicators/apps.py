from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "canhgiac.indicators"
    verbose_name = _("Dấu vết nghi vấn")
