"""Watches a whole run of the tests for keys that escape: `ANTIPHON_TEST_CANARY=1 pytest`.

Every process that a test starts has a canary in its environment, logs at debug, and is listened to
(`tap/sitecustomize.py`); the providers that tests ask have another for their key. After each test
everything is searched that it left in its folder, that its processes wrote to their streams, that
its screens showed and that the fault server was sent; after the last one, what is left of all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

# Before the tests' modules are imported: some ask at once whether anybody watches.
os.environ["CANARY_TAP"] = tempfile.mkdtemp(prefix="canary-")

from support.canaries.canary import BYSTANDER, USED
from support.canaries.leak_search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

SITE: Final = Path(__file__).with_name("tap")
TAP: Final = Path(os.environ["CANARY_TAP"])
SEARCH: Final = Search(TAP)


def pytest_configure() -> None:
    """Plants the canaries by names that no environment of a test's own making leaves out."""
    path = [str(SITE), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(path)
    os.environ["CANARY_TOKEN"] = USED
    os.environ["CANARY_SECRET"] = BYSTANDER


def pytest_unconfigure() -> None:
    """Leaves nothing."""
    shutil.rmtree(TAP, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much was searched: a watch that hears nothing finds nothing either."""
    told = ", ".join(f"{count:,} {what}" for what, count in SEARCH.searched.items())
    terminalreporter.write_line(f"searched for canaries: {told}")


@pytest.fixture(scope="session", autouse=True)
def _no_key_is_left_at_the_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield  # to everything that lives as long as the run
    found = SEARCH.taps() + SEARCH.folder(tmp_path_factory.getbasetemp())
    if found:
        pytest.fail("\n".join(["A key escaped by the end of the run:", *found]), pytrace=False)


@pytest.fixture(autouse=True)
def _no_key_escapes(request: pytest.FixtureRequest) -> Iterator[None]:
    asked = "tmp_path" in request.fixturenames
    folder: Path | None = request.getfixturevalue("tmp_path") if asked else None
    yield  # to all other fixtures, which end before this one goes on
    found = SEARCH.taps() + ([] if folder is None else SEARCH.folder(folder))
    if found:
        pytest.fail(
            "\n".join([f"A key escaped from {request.node.nodeid}:", *found]), pytrace=False
        )
