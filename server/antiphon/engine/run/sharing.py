"""Holds what the runs of all clients of one server share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.ports.observer import Observer, Observers
from antiphon.engine.run.write_queue import WriteQueue
from antiphon.engine.scheduling.host_limits import HostLimits
from antiphon.engine.scheduling.time_slices import TimeSlices

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock, History
    from antiphon.engine.ports.shared_limits import SharedLimits


class RunSharing(Struct, frozen=True):
    """One queue to the history, one event loop, the limits of hosts, one observer."""

    write_queue: WriteQueue
    turns: TimeSlices
    hosts: HostLimits
    observer: Observer

    @classmethod
    def create(
        cls,
        history: History,
        clock: Clock,
        observer: Observer | None = None,
        limits: SharedLimits | None = None,
    ) -> RunSharing:
        """Returns what services of runs share that store in `history`."""
        hosts = HostLimits(time.monotonic, limits)
        return cls(WriteQueue(history, clock), TimeSlices(clock), hosts, observer or Observers())
