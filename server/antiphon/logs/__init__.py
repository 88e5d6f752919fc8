"""The server's log: where it goes, how a line looks, and what never stands in one.

stdout belongs to the protocol. Prompts, answers and keys are never logged, at whatever level and by
whichever library: every record is made by `antiphon.logs.records`, which cleans it.
"""

from antiphon.logs.configure import configure_logging, path_of_log
from antiphon.logs.crashes import report_crashes
from antiphon.logs.records import LogRedaction

__all__ = ["LogRedaction", "configure_logging", "path_of_log", "report_crashes"]
