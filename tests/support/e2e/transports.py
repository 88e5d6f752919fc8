"""The transports over which the core of the end-to-end tests is run, and not only over stdio."""

from __future__ import annotations

import pytest

TRANSPORTS = ["stdio", "unix", "ws"]

over_every_transport = pytest.mark.parametrize("transport", TRANSPORTS, indirect=True)
"""For what must be the same whatever carries the protocol: `installation` uses the transport."""

over_sockets = pytest.mark.parametrize("transport", TRANSPORTS[1:], indirect=True)
"""For shorter forms of what is tested at length over stdio."""
