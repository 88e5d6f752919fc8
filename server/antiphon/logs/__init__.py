"""Writes the server's log: its destinations, its line formats, and its redaction.

stdout belongs to the protocol. Prompts, answers and keys are never logged, at whatever level and by
whichever library: `antiphon.logs.records` makes every record and redacts it.
"""

from antiphon.logs.configure import configure_logging, locate_log
from antiphon.logs.crashes import report_crashes
from antiphon.logs.records import LogRedaction

__all__ = ["LogRedaction", "configure_logging", "locate_log", "report_crashes"]
