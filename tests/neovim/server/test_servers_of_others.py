"""A server that Neovim shares with other clients, and one elsewhere: used, and healed from."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from support.neovim.editor import SERVER
from support.network.service import write_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place

TOKEN = "the-token-of-ada"
TOKEN_OF_BEN = "the-token-of-ben"
ANTIPHON = (sys.executable, "-m", "antiphon")


def status(place: Place) -> dict[str, Any]:
    found = subprocess.run(
        [*ANTIPHON, "server", "status", "--json"],
        env=place.environment(),
        stdout=subprocess.PIPE,
        check=False,
    )
    return json.loads(found.stdout)


@contextmanager
def serving(place: Place, address: str) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """A network server for `ada` and `ben`, on the history of the place."""
    tokens = place.folder / "tokens.toml"
    write_tokens(tokens, [("ada", TOKEN), ("ben", TOKEN_OF_BEN)])
    process = subprocess.Popen(
        [*ANTIPHON, "serve", "--ws", address, "--tokens", str(tokens)],
        env=place.environment(),
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["listening"], process
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def test_two_neovims_share_a_server_and_both_heal_when_it_is_killed(
    place: Place, gated: FaultServer, start: Callable[..., Editor]
) -> None:
    place.options = {"cmd": [*SERVER, "--idle-seconds=3"], "server": {"shared": True}}
    first, second = start(), start()
    first.do("Antiphon ask gate/gate-3-6 -- Count.")
    gated.wait_held()
    first.expect(lambda: first.panes()[0]["text"].endswith("t2 "), True)
    second.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    second.finished()
    server = status(place)
    assert len(server["clients"]) == 2
    os.kill(server["pid"], signal.SIGKILL)
    assert first.expect_states("interrupted")[0]["text"].count("t0 t1 t2 ") == 1
    for editor in (first, second):
        editor.expect(lambda each=editor: len(each.events("AntiphonRestart")), 1)
        pane = editor.panes()[0]
        editor.expect(lambda each=editor, uri=pane["uri"]: each.document(uri), pane["text"])
    assert status(place)["pid"] != server["pid"]


def test_a_server_elsewhere_is_asked_and_connected_to_again(
    place: Place, start: Callable[..., Editor], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    with serving(place, "127.0.0.1:0") as (address, process):
        options = {"address": address, "token_file": str(tmp_path / "token")}
        place.options = {"server": options, "restart": {"limit": 0}}
        editor = start()
        editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
        pane = editor.finished()[0]
        assert pane["state"] == "complete"
        process.kill()
        editor.expect(lambda: editor.lua("return _G.told"), bool)
    with serving(place, address.removeprefix("ws://")):
        editor.do("Antiphon restart")
        editor.expect(lambda: len(editor.events("AntiphonRestart")), 1)
        assert editor.document(pane["uri"]) == pane["text"]
        editor.do("Antiphon reply -- And again?")
        assert editor.finished(2)[0]["state"] == "complete"


def test_a_refused_token_is_named(place: Place, start: Callable[..., Editor]) -> None:
    with serving(place, "127.0.0.1:0") as (address, _):
        place.options = {"server": {"address": address}, "env": {"ANTIPHON_TOKEN": "wrong"}}
        editor = start()
        editor.do("Antiphon ask demo/terse -- Hello.")
        editor.expect(
            lambda: editor.lua("return _G.told"),
            lambda told: any("refuses the token" in each for each in told),
        )
        assert editor.events("AntiphonStart") == []


def test_a_session_is_shared_with_a_user_and_with_nobody_again(
    place: Place, start: Callable[..., Editor]
) -> None:
    with serving(place, "127.0.0.1:0") as (address, _):
        place.options = {"server": {"address": address}, "env": {"ANTIPHON_TOKEN": TOKEN}}
        editor = start()
        editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- For Ben.")
        editor.finished()
        editor.do("Antiphon sessions share ben")
        editor.expect(lambda: editor.lua("return _G.told"), told_that("is shared with ben"))
        assert readable_by_ben(place, address) == ["For Ben."]
        editor.do("Antiphon sessions share nobody")
        editor.expect(lambda: editor.lua("return _G.told"), told_that("is shared with nobody"))
        assert readable_by_ben(place, address) == []


def told_that(words: str) -> Callable[[list[str]], bool]:
    return lambda told: any(words in each for each in told)


def readable_by_ben(place: Place, address: str) -> list[str]:
    """Returns the titles of the sessions that `antiphon sessions` lists for Ben."""
    found = subprocess.run(
        [*ANTIPHON, "sessions", "--json", "--server", address],
        env={**place.environment(), "ANTIPHON_TOKEN": TOKEN_OF_BEN},
        stdout=subprocess.PIPE,
        check=True,
    )
    return [session["title"] for session in json.loads(found.stdout)["sessions"]]
