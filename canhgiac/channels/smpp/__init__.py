"""SMS over SMPP 3.4: ``open_line(SmppSettings(…), on_events)``, then ``line.send(SmsContent(…), batch)``."""

from .line import SmppLine, open_line
from .settings import SmppSettings, Tally
from .text import SmsContent

__all__ = ["SmppLine", "SmppSettings", "SmsContent", "Tally", "open_line"]
