"""The mutation run's own modules, which are no part of what is installed."""

from __future__ import annotations

import sys
from pathlib import Path

# At import, since the test modules import from there.
sys.path.append(str(Path(__file__).parents[3]))
