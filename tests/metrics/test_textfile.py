"""The file for node_exporter: whole at every moment, and never the end of a server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio

from antiphon.metrics.server_metrics import ServerMetrics
from antiphon.metrics.textfile import MetricsFile
from support.observing.figures import Figures

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_the_file_is_whole_whenever_it_is_read(tmp_path: Path) -> None:
    metrics = ServerMetrics()
    path = tmp_path / "antiphon.prom"
    file = MetricsFile(path, 0.001, metrics.format)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(file.keep_current)
        while not path.exists():
            await anyio.sleep(0)
        texts: set[str] = set()
        while len(texts) < 5:
            metrics.runs.runs.labels("complete").inc()
            text = path.read_text()
            Figures(text)
            assert text.endswith("\n")
            texts.add(text)
            await anyio.sleep(0)
        metrics.runs.runs.labels("failed").inc()
        tasks.cancel_scope.cancel()
    found = Figures(path.read_text())
    assert found.sum("antiphon_runs_total", status="failed") == 1
    assert [each.name for each in tmp_path.iterdir()] == ["antiphon.prom"]


async def test_a_file_that_cannot_be_written_is_logged_once_and_again_after_it_could(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = ServerMetrics()
    folder = tmp_path / "missing"
    file = MetricsFile(folder / "antiphon.prom", 1, metrics.format)
    with caplog.at_level(logging.WARNING):
        await file.write()
        await file.write()
        assert len(caplog.records) == 1
        assert "cannot be written: No such file or directory" in caplog.text
        folder.mkdir()
        await file.write()
        (folder / "antiphon.prom").unlink()
        folder.rmdir()
        await file.write()
        assert len(caplog.records) == 2
