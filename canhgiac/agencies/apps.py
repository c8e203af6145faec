from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "canhgiac.agencies"
    verbose_name = _("Cơ quan, địa bàn, thành viên")
