"""Log files are private from their first byte, bounded, and shared by all servers."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon.logs import configure_logging, locate_log
from antiphon.logs.files import SharedFile, open_private
from antiphon.settings.schema.schema import LogSettings

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.logs import LogRedaction

WRITER = """
import logging, sys
from pathlib import Path
from antiphon.logs.files import SharedFile
handler = SharedFile(Path(sys.argv[1]), max_bytes=4000, max_files=50)
logger = logging.getLogger("w")
logger.addHandler(handler)
logger.propagate = False
for number in range(300):
    logger.error("%s-%03d", sys.argv[2], number)
"""


def written(handler: SharedFile, *messages: str) -> None:
    for message in messages:
        handler.emit(logging.LogRecord("n", logging.INFO, "f", 1, message, (), None))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_files_and_folders_are_private_whatever_the_umask_says(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "log"
    before = os.umask(0)
    try:
        os.close(open_private(path))
    finally:
        os.umask(before)
    assert [mode(each) for each in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_that_others_could_read_is_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("old\n")
    path.chmod(0o644)
    os.close(open_private(path))
    assert mode(path) == 0o600
    assert path.read_text() == "old\n"


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("")
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "."):
        with pytest.raises(OSError, match=r".+"):
            open_private(tmp_path / name)
    assert target.read_text() == ""


def test_a_full_file_is_put_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    handler = SharedFile(path, max_bytes=10, max_files=2)
    written(handler, *(f"line {number}" for number in range(5)))
    handler.close()
    assert [each.read_text() for each in sorted(tmp_path.iterdir())] == [
        "line 4\n", "line 3\n", "line 2\n",
    ]  # fmt: skip


def test_a_file_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    handler = SharedFile(path, max_bytes=1000, max_files=1)
    written(handler, "one")
    path.unlink()
    written(handler, "two")
    handler.close()
    assert path.read_text() == "two\n"


def test_no_line_is_lost_or_mixed_while_several_processes_write_and_rotate(tmp_path: Path) -> None:
    path = tmp_path / "log"
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = [line for file in tmp_path.iterdir() for line in file.read_text().splitlines()]
    assert sorted(lines) == [f"{name}-{number:03d}" for name in "abc" for number in range(300)]
    assert all(file.stat().st_size <= 4100 for file in tmp_path.iterdir())


def test_a_disk_that_cannot_be_written_does_not_end_the_server(tmp_path: Path) -> None:
    handler = SharedFile(tmp_path / "file" / "log", max_bytes=10, max_files=1)
    (tmp_path / "file").write_text("")
    raising = logging.raiseExceptions
    logging.raiseExceptions = False
    written(handler, "one")
    logging.raiseExceptions = raising


def test_without_a_setting_the_log_goes_to_stderr_and_to_the_shared_file(
    discretion: LogRedaction,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert configure_logging(LogSettings(), discretion) is None
    path = locate_log(LogSettings())
    assert path is not None
    assert not path.exists()
    logging.getLogger("antiphon").warning("hello")
    assert "WARNING antiphon hello" in capsys.readouterr().err
    assert json.loads(path.read_text())["message"] == "hello"


def test_a_file_that_cannot_be_written_is_told_and_stderr_takes_its_place(
    discretion: LogRedaction, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    settings = LogSettings(file=str(tmp_path / "file" / "log"))
    problem = configure_logging(settings, discretion)
    assert problem is not None
    assert problem.startswith("antiphon.log.file: ")
    logging.getLogger("antiphon").warning("hello")
    assert "hello" in capsys.readouterr().err


def test_a_hyphen_is_stderr_alone(discretion: LogRedaction) -> None:
    settings = LogSettings(file="-")
    assert configure_logging(settings, discretion) is None
    assert locate_log(settings) is None
    assert len(logging.getLogger().handlers) == 1
