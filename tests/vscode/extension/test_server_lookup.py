"""Which server is started, and what is said where there is none or it does not live."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error as PlaywrightError

from support.vscode.server_process import kill_language_servers, language_servers
from support.vscode.window import SERVER, picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

Put = Callable[[str, str], None]
SERVES = f'exec "{SERVER}" "$@"'
PYTHON = f'exec "{SERVER.with_name("python")}" "$@"'
UVX = f'[ "$1" = antiphon ] && shift && exec "{SERVER}" "$@"'


@pytest.fixture
def put(newcomer: Workbench, programs: Path, bare: CodeServer) -> Iterator[Put]:
    """Puts a shell script on PATH, which also notes that it ran. All are gone afterwards."""

    def write(name: str, script: str) -> None:
        program = programs / name
        program.write_text(f'#!/bin/sh\necho {name} >>"{programs}/ran"\n{script}\n')
        program.chmod(0o755)

    yield write
    for program in programs.iterdir():
        program.unlink()
    bare.change_machine_settings({})
    expect(lambda: newcomer.eval(PATH_JS), "")
    newcomer.execute("antiphon.restartServer")  # In vain, and nothing else is under way then.
    newcomer.eval("globalThis.running = undefined")
    newcomer.execute("notifications.clearAll")
    newcomer.execute("workbench.action.closeAllEditors")


def ran(programs: Path) -> list[str]:
    """The scripts that were run, once each."""
    note = programs / "ran"
    return list(dict.fromkeys(note.read_text().split())) if note.exists() else []


def restart(vs: Workbench) -> bool:
    """Starts the server anew; whether there is one now."""
    before = set(language_servers(vs.server))
    vs.execute("antiphon.restartServer")
    return bool(set(language_servers(vs.server)) - before)


@pytest.mark.usefixtures("put")
def test_where_there_is_no_server_a_message_leads_to_how_to_install_it(
    newcomer: Workbench,
) -> None:
    vs = newcomer
    assert not restart(vs)
    message = vs.toast("Antiphon's server is not installed")
    assert "uv tool install" in message.inner_text()
    assert "antiphon.server.path" in message.inner_text()
    message.get_by_role("button", name="How to Install").click()
    vs.page.get_by_role("button", name="Start the Server").wait_for()
    # The panel beside the steps is a document of its own, and late.
    eventually(lambda: any("antiphon serve" in text for text in frames(vs)))
    picture(vs, "walkthrough")


def test_uvx_is_run_after_a_yes_and_not_before(
    newcomer: Workbench, programs: Path, put: Put
) -> None:
    vs = newcomer
    put("uvx", UVX)
    vs.begin("antiphon.restartServer")
    question = vs.toast("Run it with uvx")
    assert ran(programs) == []
    picture(vs, "uvx")
    question.get_by_role("button", name="Run with uvx").click()
    vs.end()
    assert ran(programs) == ["uvx"]
    assert language_servers(vs.server)
    assert restart(vs)  # Without another question.


def test_a_python_that_has_the_server_comes_before_uvx(
    newcomer: Workbench, programs: Path, put: Put
) -> None:
    put("uvx", UVX)
    put("python3", PYTHON)
    assert restart(newcomer)
    assert ran(programs) == ["python3"]


def test_the_program_on_the_path_comes_before_a_python(
    newcomer: Workbench, programs: Path, put: Put
) -> None:
    for name, script in (("uvx", UVX), ("python3", PYTHON), ("antiphon", SERVES)):
        put(name, script)
    assert restart(newcomer)
    assert ran(programs) == ["antiphon"]


def test_the_setting_comes_first_and_is_said_where_it_names_no_program(
    newcomer: Workbench, programs: Path, put: Put, bare: CodeServer
) -> None:
    put("antiphon", SERVES)
    put("mine", SERVES)
    bare.change_machine_settings({"antiphon.server.path": str(programs / "mine")})
    expect(lambda: newcomer.eval(PATH_JS), str(programs / "mine"))
    assert restart(newcomer)
    assert "mine" in ran(programs)
    bare.change_machine_settings({"antiphon.server.path": "/nowhere/antiphon"})
    expect(lambda: newcomer.eval(PATH_JS), "/nowhere/antiphon")
    assert not restart(newcomer)
    assert newcomer.toast("names no program: /nowhere/antiphon")


def test_a_server_that_does_not_come_up_is_said_with_its_log(
    newcomer: Workbench, programs: Path, put: Put
) -> None:
    put("antiphon", "exit 1")
    assert not restart(newcomer)
    message = newcomer.toast(f"ended before it was ready: {programs / 'antiphon'}")
    message.get_by_role("button", name="Show Log").click()
    newcomer.page.get_by_role("combobox", name="Output", exact=False).first.wait_for()
    newcomer.execute("workbench.action.closePanel")


def test_a_server_that_keeps_dying_is_left_alone_until_it_is_started(
    newcomer: Workbench, bare: CodeServer, put: Put
) -> None:
    vs = newcomer
    put("antiphon", SERVES)
    assert restart(vs)
    deaths = 0
    while not (told := vs.toasts("is left alone now")).count():
        if answers(vs):  # Before it is ready its death would be a start that failed.
            kill_language_servers(bare)
            deaths += 1
    assert deaths >= 5
    message = told.first
    assert language_servers(bare) == []
    picture(vs, "server-dies")
    message.get_by_role("button", name="Restart Server").click()
    eventually(lambda: language_servers(bare))
    assert vs.execute("antiphon.broadcastPrompt", ASK)["status"] == "complete"
    vs.execute("antiphon.closePanes")


PATH_JS = "return vscode.workspace.getConfiguration('antiphon').get('server.path')"
ASK = {"prompt": "Alive?", "models": ["demo/echo"], "params": {"tokensPerSecond": 0}}


def answers(vs: Workbench) -> bool:
    """Whether the server answers; its commands are not the editor's before."""
    try:
        return bool(vs.execute("antiphon.health", {}))
    except RuntimeError:
        return False


def frames(vs: Workbench) -> list[str]:
    """What stands in the documents inside the window that are loaded."""
    found: list[str] = []
    for frame in vs.page.frames:
        # A document that is just being replaced has no text yet: whoever waits looks again.
        with contextlib.suppress(PlaywrightError):
            found.append(frame.evaluate("document.body?.innerText ?? ''"))
    return found
