"""What the tests of deploy/ look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# At import, since the test modules import from there.
sys.path.append(str(Path(__file__).parents[2]))
from scripts.images.compose import read_compose, read_env_file

if TYPE_CHECKING:
    from collections.abc import Callable

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    """compose.yaml with the variables of production.env.example."""
    variables = read_env_file(DEPLOY / "production.env.example")
    return read_compose(DEPLOY / "compose.yaml", variables)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder that make_secrets.sh makes."""
    return make_secrets(tmp_path / "secrets")


@pytest.fixture
def make_secrets_again() -> Callable[[Path], Path]:
    return make_secrets


def make_secrets(folder: Path) -> Path:
    subprocess.run(
        [DEPLOY / "make_secrets.sh", "models.test", "code.test"],
        env={"PATH": "/usr/bin:/bin", "SECRETS_FOLDER": str(folder)},
        check=True,
        capture_output=True,
    )
    return folder
