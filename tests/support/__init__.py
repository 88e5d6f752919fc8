"""What the tests share: harnesses, servers that misbehave, emulated terminals, editors.

A room for each folder of tests; must not be imported by anything but tests and benchmarks.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

SUPPORT: Final = Path(__file__).parent
TESTS: Final = SUPPORT.parent
ROOT: Final = TESTS.parent


def with_support(environment: dict[str, str] | None = None) -> dict[str, str]:
    """Returns `environment`, or this process's, with this package on Python's path."""
    values = dict(os.environ if environment is None else environment)
    path = [str(TESTS), *filter(None, [values.get("PYTHONPATH")])]
    return values | {"PYTHONPATH": os.pathsep.join(path)}
