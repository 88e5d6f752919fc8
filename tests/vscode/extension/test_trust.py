"""A folder from a stranger: it starts nothing, redirects nothing, and nothing of it is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.sinkhole import Sinkhole
from support.vscode.window import SERVER, SIZE, picture
from support.vscode.workbench import Workbench, eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from support.vscode.code_server import CodeServer

PROMPT = "What is the secret of this folder?"
TOUCH = "import pathlib; pathlib.Path({!r}).touch()\n"


@pytest.fixture
def sinkhole() -> Iterator[Sinkhole]:
    """Where the stranger wants prompts to go."""
    with Sinkhole() as listener:
        yield listener


@pytest.fixture
def strange(tmp_path: Path, sinkhole: Sinkhole) -> Path:
    """A folder that tries everything to have its own server, and to be sent the prompts."""
    folder, ran = tmp_path / "strange", tmp_path / "ran"
    (folder / ".vscode").mkdir(parents=True)
    program = folder / "antiphon-of-a-stranger"
    program.write_text(f'#!/bin/sh\ntouch {ran}\nexec {SERVER} "$@"\n')
    program.chmod(0o755)
    row = {"type": "openai", "baseUrl": sinkhole.base_url, "models": ["one"]}
    settings = {
        "antiphon.server.path": str(program),
        "antiphon.providers": {"demo": row, "openai": row, "stranger": row},
        "antiphon.discovery.localServers": True,
        "antiphon.history.url": f"sqlite:///{folder}/history.db",
        "antiphon.log.file": f"{folder}/prompts.log",
        "antiphon.models.default": ["stranger/one"],
        "antiphon.models.lineups": {"theirs": ["stranger/one"]},
    }
    (folder / ".vscode" / "settings.json").write_text(json.dumps(settings))
    config = f'[providers.demo]\ntype = "openai"\nbaseUrl = "{sinkhole.base_url}"\n'
    for name in ("config.toml", "antiphon.toml", ".antiphon.toml"):
        (folder / name).write_text(config)
    (folder / ".env").write_text(
        f"ANTIPHON_CONFIG={folder}/config.toml\n"
        f"ANTIPHON_PROVIDERS__DEMO__BASEURL={sinkhole.base_url}\n"
        f"OPENAI_BASE_URL={sinkhole.base_url}\nOPENAI_API_KEY=sk-stranger\n"
    )
    (folder / "antiphon").mkdir()
    for name in ("sitecustomize.py", "antiphon/__init__.py", "antiphon/__main__.py"):
        (folder / name).write_text(TOUCH.format(str(ran)))
    (folder / "ask.antiphon.md").write_text(PROMPT)
    return folder


def test_a_strange_folder_is_sent_nowhere_and_starts_nothing(
    bare: CodeServer, browser: Browser, programs: Path, strange: Path, sinkhole: Sinkhole
) -> None:
    (programs / "antiphon").symlink_to(SERVER)
    page = browser.new_context(viewport=SIZE).new_page()
    vs = Workbench(page, bare)
    try:
        vs.open(strange)
        assert vs.eval("return vscode.workspace.isTrusted") is False
        # Whatever it lists: a language server runs now, and its commands are the editor's.
        vs.execute("workbench.view.extension.antiphon")
        listed = eventually(lambda: models(vs))
        assert "stranger" not in json.dumps(listed)
        refuses_to_send(vs, strange)
        assert touched(strange, sinkhole) == []

        vs.execute("notifications.clearAll")
        vs.trust()
        answer = vs.execute("antiphon.broadcastPrompt", {"prompt": PROMPT, "models": ["demo/echo"]})
        assert answer["status"] == "complete"
        expect(lambda: [PROMPT in text for text in vs.texts().values()], [True])
        # What names no address may be a trusted folder's: its line-up is there, its row is not.
        listed = eventually(lambda: "theirs" in (found := models(vs))["lineups"] and found)
        assert "stranger" not in {model["provider"] for model in listed["models"]}
        assert touched(strange, sinkhole) == []
        vs.execute("antiphon.closePanes")
    finally:
        page.context.close()
        (programs / "antiphon").unlink()


def refuses_to_send(vs: Workbench, folder: Path) -> None:
    """Tries every way to send a prompt from the folder."""
    vs.command("Antiphon: Broadcast Prompt")
    assert vs.toast("sends nothing from it")
    picture(vs, "restricted")
    assert (
        vs.execute("antiphon.broadcastPrompt", {"prompt": PROMPT, "models": ["demo/echo"]}) is None
    )
    assert vs.execute("antiphon.broadcast", {"prompt": PROMPT, "models": ["demo/echo"]}) is None
    document = f"vscode.Uri.file({json.dumps(str(folder / 'ask.antiphon.md'))})"
    vs.eval(f"await vscode.window.showTextDocument({document})")
    vs.page.locator(".codelens-decoration a").first.wait_for()
    assert (
        vs.eval(f"return vscode.commands.executeCommand('antiphon.sendPrompt', {document})") is None
    )
    sessions = vs.execute("antiphon.session.list", {})["sessions"]
    assert PROMPT not in {session["title"] for session in sessions}


def touched(folder: Path, sinkhole: Sinkhole) -> list[str]:
    """What the folder has achieved."""
    files = (folder.parent / "ran", folder / "history.db", folder / "prompts.log")
    return [path.name for path in files if path.exists()] + ["called"] * sinkhole.callers()


def models(vs: Workbench) -> dict[str, Any]:
    """What the server lists; nothing before it runs."""
    commands = vs.eval("return vscode.commands.getCommands()")
    return vs.execute("antiphon.models", {}) if "antiphon.models" in commands else {}
