"""Makes ULIDs (https://github.com/ulid/spec), sortable by time, and splits the ids of models."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
"""By ten bits: two characters a step halve the cost of an id."""
_SHIFTS: Final = range(120, -1, -10)
_RANDOM_BITS: Final = 80


class UlidFactory:
    """Makes ULIDs that strictly increase within one process, also within one millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> str:
        """Returns a new ULID: 26 characters of Crockford's base 32, milliseconds first."""
        fresh = (time.time_ns() // 1_000_000) << _RANDOM_BITS | int.from_bytes(os.urandom(10))
        with self._lock:
            self._last = fresh if fresh > self._last else self._last + 1
            value = self._last
        return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])


new_id: Final = UlidFactory()
"""Returns a new ULID: the factory of this process."""


def is_id(text: str) -> bool:
    """Checks whether `text` has the form of a ULID in capitals, as Antiphon writes them."""
    return len(text) == 26 and text[0] <= "7" and all(character in _ALPHABET for character in text)


def split_model_id(model_id: str) -> tuple[str, str]:
    """Returns `("openai", "gpt-5")` for `openai/gpt-5`.

    The model's name may hold further slashes.
    """
    provider, _, name = model_id.partition("/")
    return provider, name
