"""What the tests of the providers share: a clock that is moved by hand."""

from __future__ import annotations

import anyio.lowlevel
import pytest

# pytest's importlib mode leaves the folder out of the path; `demo_audience` stands in it.


class VirtualTime:
    """A clock, and a `sleep` that moves it at once and remembers how long it was asked for."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []
        self.lateness = 0.0
        """How much too late every sleeper wakes up."""

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds + self.lateness
        await anyio.lowlevel.checkpoint()


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives the laws of `fault_laws` every fault of the column's dialect."""
    if metafunc.cls is not None and "fault" in metafunc.fixturenames:
        from support.providers.fault_matrix import faults

        metafunc.parametrize("fault", faults(metafunc.cls.dialect))
