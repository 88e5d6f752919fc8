"""Logs which source gave each setting that is not the default."""

from __future__ import annotations

import logging
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.settings.sources.load import LoadedSettings
    from antiphon.settings.sources.precedence import EffectiveValue

_log = logging.getLogger(__name__)


class OriginsLog:
    """Logs the settings once, and then what changes."""

    def __init__(self) -> None:
        self._logged: Mapping[str, EffectiveValue] = {}
        self._level = logging.NOTSET

    def log(self, loaded: LoadedSettings) -> None:
        """Logs every setting with its source that differs from what was logged before.

        All of them again if the level was lowered meanwhile.
        """
        level = _log.getEffectiveLevel()
        before: Mapping[str, EffectiveValue] = {} if level < self._level else self._logged
        self._level, self._logged = level, loaded.effective
        if level > logging.INFO:
            return
        given = {name: it for name, it in loaded.effective.items() if it.source != "default"}
        changed = {name: it for name, it in given.items() if before.get(name) != it}
        dropped = [
            name for name, it in before.items() if it.source != "default" and name not in given
        ]
        if not before or changed or dropped:
            counts = Counter(it.source for it in given.values())
            words = ", ".join(f"{count} from {source}" for source, count in counts.items())
            _log.info("settings: %s, %d problems", words or "all defaults", len(loaded.problems))
        if level > logging.DEBUG:
            return
        for name, it in changed.items():
            _log.debug("setting %s%s: from %s%s", name, _shown(it), it.source, _over(it))
        for name in dropped:
            _log.debug("setting %s: the default again", name)


def _shown(it: EffectiveValue) -> str:
    """Returns a number or a switch as text.

    Strings are left out, because they may be addresses with a password, or prompts.
    """
    plain = isinstance(it.value, bool | int | float | Decimal) and not it.secret
    return f" = {it.value}" if plain else ""


def _over(it: EffectiveValue) -> str:
    place = f" ({it.place})" if it.place and it.place != it.source else ""
    below = it.over
    return place + (f", over {below.source}" if below is not None else "")
