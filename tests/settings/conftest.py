"""What the tests of the settings share: loading from given sources, and none of this machine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.settings.sources.load import LoadedSettings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., LoadedSettings]:
    """`load(toml="…", environ={…}, options={…}, workspace={…})`."""

    def load(
        toml: str | bytes | None = None,
        environ: Mapping[str, str] | None = None,
        options: Any = None,
        workspace: Any = None,
    ) -> LoadedSettings:
        path = tmp_path / "config.toml"
        if toml is not None:
            path.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
            path.chmod(0o600)
        return load_settings(
            config_path=path,
            environ=environ or {},
            initialization_options=options,
            workspace=workspace,
        )

    return load
