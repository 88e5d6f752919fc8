"""No handler, whoever added it, gets a secret or an exception's text to see."""

from __future__ import annotations

import json
import logging
import warnings
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.log_context import log_context
from antiphon.logs import configure_logging
from antiphon.logs.records import QUIET, use_clean_records
from antiphon.settings.schema.schema import LogSettings

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.logs import LogRedaction

SECRET = "tenant:bluebird-77/very-secret"


@pytest.fixture
def foreign() -> StringIO:
    """What a handler shows that some library added to a logger of its own."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(message)s %(args)s"))
    logger = logging.getLogger("a_library")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield out
    logger.removeHandler(handler)


def test_a_foreign_handler_sees_clean_words_only(
    discretion: LogRedaction, foreign: StringIO
) -> None:
    use_clean_records(discretion)
    logger = logging.getLogger("a_library")
    logger.handlers[0].setFormatter(None)
    logger.debug("with %s", SECRET)
    problem = ValueError("somebody's prompt")
    logger.error("it broke: %s", SECRET, exc_info=problem, stack_info=True)
    said = foreign.getvalue()
    assert "with [key]" in said
    assert "ValueError" in said
    assert "bluebird" not in said
    assert "somebody's prompt" not in said.replace('ValueError("somebody\'s prompt")', "")


def test_a_record_that_cannot_be_written_is_not_printed(
    discretion: LogRedaction, foreign: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    use_clean_records(discretion)
    logging.getLogger("a_library").info("%d", SECRET)
    assert "bluebird" not in "".join(capsys.readouterr())


def test_asyncios_report_of_a_lost_exception_leaves_its_text_out(discretion: LogRedaction) -> None:
    use_clean_records(discretion)
    words = "never retrieved\nfuture: <exception=X('a prompt')>"
    logger = logging.getLogger("asyncio")
    record = logger.makeRecord("asyncio", logging.ERROR, "f", 1, words, (), None)
    assert record.getMessage() == "never retrieved"


# Nothing of pygls is heard at all: `antiphon.lsp.features.pygls_server` cuts it off.
@pytest.mark.parametrize("name", sorted(QUIET - {"pygls"}))
def test_talkative_libraries_are_heard_from_warning_on(
    name: str, discretion: LogRedaction, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    configure_logging(LogSettings(level="debug", file=str(path)), discretion)
    logger = logging.getLogger(f"{name}.below")
    logger.setLevel(logging.DEBUG)  # as some set it for themselves
    logger.info("a body")
    logger.warning("a warning")
    logger.setLevel(logging.NOTSET)
    assert "a body" not in path.read_text()
    assert "a warning" in path.read_text()


def test_json_lines_have_ids_and_figures(discretion: LogRedaction, tmp_path: Path) -> None:
    path = tmp_path / "log"
    configure_logging(LogSettings(file=str(path), format="json"), discretion)
    with log_context(session="01S", run="01R"), log_context(pane="01P"):
        logging.getLogger("antiphon.x").info("took %s", SECRET, extra={"figures": {"ms": 1.5}})
    line = json.loads(path.read_text())
    assert line.items() >= {
        "level": "info", "logger": "antiphon.x", "message": "took [key]",
        "session": "01S", "run": "01R", "pane": "01P", "ms": 1.5,
    }.items()  # fmt: skip


def test_an_id_or_a_figure_takes_no_place_of_the_line_itself(
    discretion: LogRedaction, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    configure_logging(LogSettings(file=str(path), format="json"), discretion)
    with log_context(message="01M"):
        logging.getLogger("antiphon.x").info("words", extra={"figures": {"level": "high"}})
    line = json.loads(path.read_text())
    assert (line["message"], line["level"]) == ("words", "info")


def test_lines_for_people_have_ids_and_drive_no_terminal(
    discretion: LogRedaction, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    configure_logging(LogSettings(file=str(path)), discretion)
    with log_context(pane="01KAPXYZ123456"):
        logging.getLogger("antiphon.x").error("red \x1b[31m\u202e and\nmore")
    said = path.read_text()
    assert "ERROR antiphon.x [pane 123456] red <U+001B>[31m<U+202E> and\n  more\n" in said


def test_warnings_of_python_go_into_the_log(discretion: LogRedaction, tmp_path: Path) -> None:
    path = tmp_path / "log"
    configure_logging(LogSettings(file=str(path)), discretion)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"old {SECRET}", stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "old [key]" in path.read_text()
