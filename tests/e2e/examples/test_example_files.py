"""Every command of `examples/README.md` runs, on the demo's models and one server for all."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import Struct

from support.e2e.installation import Installation
from support.e2e.transports import TRANSPORTS
from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.raw_client import RawClient

EXAMPLES = Path(__file__).parents[3] / "examples"
NOBODY = "http://127.0.0.1:9/v1"
AT_ONCE = {"tokensPerSecond": 0}
"""A prompt's run may set this; the steps of a pipeline ask the one model that is as fast."""
FAST = "demo/flood"
BROKEN_ON_THE_DEMO = {"triage-a-bug-report.antiphon.md": ["schema"]}


class Command(Struct, frozen=True):
    """A command of the page, as the terminal reads it."""

    verb: str
    path: str
    inputs: dict[str, str]
    models: list[str]

    @property
    def name(self) -> str:
        return Path(self.path).name


def read_command(line: str) -> Command:
    words = shlex.split(line)
    start = words.index("run") if words[1] == "pipeline" else words.index("ask")
    options = list(zip(words[start + 2 :: 2], words[start + 3 :: 2], strict=True))
    given = [value.split("=", 1) for option, value in options if option == "--input"]
    models = [value for option, value in options if option == "-m"]
    assert {option for option, _ in options} <= {"--input", "-m"}
    return Command(words[1], words[start + 1], dict(given), models)


def commands() -> list[Command]:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    return [read_command(line) for line in re.findall(r"^antiphon .*$", page, re.MULTILINE)]


PROMPTS = [each for each in commands() if each.verb == "ask"]
PIPELINES = [each for each in commands() if each.verb == "pipeline"]


@pytest.fixture(scope="module", params=TRANSPORTS)
def installation(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Installation:
    """A checkout in which something has changed, and something is staged."""
    made = Installation(tmp_path_factory.mktemp("examples"), NOBODY, request.param)
    made.config.write_text("")
    made.config.chmod(0o600)
    folder = GitFolder(made.workspace, **{"CHANGELOG.md": "# Changelog\n\n- The first line.\n"})
    shutil.copytree(EXAMPLES, made.workspace / "examples")
    folder.write(**{"a.txt": "two\n"})
    folder.git("add", "a.txt")
    folder.write(**{"a.txt": "three\n"})
    return made


@pytest.fixture(scope="module")
def client(installation: Installation) -> Iterator[RawClient]:
    with installation.raw_client() as client:
        yield client


def ask(client: RawClient, command: str, argument: dict[str, Any]) -> Any:
    reply = client.run(command, argument)
    assert "error" not in reply, reply["error"]
    return reply["result"]


def find_broken(result: dict[str, Any]) -> list[str]:
    """The kinds of the rules that answers do not keep."""
    rules: list[dict[str, Any]] = result.get("expect", [])
    return [kind for each in rules if not each["ok"] for kind in each["rule"]]


def run_prompt(client: RawClient, workspace: Path, command: Command) -> dict[str, Any]:
    uri = (workspace / command.path).as_uri()
    argument = {"uri": uri, "inputs": command.inputs, "models": command.models}
    return ask(client, "antiphon.prompt.run", {**argument, "params": AT_ONCE})


def run_pipeline(
    client: RawClient, workspace: Path, command: Command, **more: str
) -> dict[str, Any]:
    path = workspace / command.path
    models: dict[str, list[str]] = {}
    for each in command.models:
        models.setdefault(each.split("=")[0], []).append(FAST)
    text = path.read_text(encoding="utf-8")
    argument = {"pipeline": text, "uri": path.as_uri(), "inputs": command.inputs, "models": models}
    return ask(client, "antiphon.pipeline.run", {**argument, **more})


def test_there_are_ten_prompts_and_five_pipelines_and_the_page_has_a_command_for_each() -> None:
    prompts = {path.name for path in (EXAMPLES / "prompts").iterdir()}
    pipelines = {path.name for path in (EXAMPLES / "pipelines").iterdir()}
    assert (len(prompts), len(pipelines)) == (10, 5)
    assert {each.name for each in PROMPTS} == prompts
    assert {each.name for each in PIPELINES} == pipelines


@pytest.mark.parametrize("command", PROMPTS, ids=lambda each: each.name)
def test_a_prompt_runs(command: Command, client: RawClient, installation: Installation) -> None:
    uri = (installation.workspace / command.path).as_uri()
    file = ask(client, "antiphon.prompt.read", {"uri": uri})
    problems = [each for each in file["problems"] if each["severity"] != "hint"]
    assert {each["kind"] for each in problems} <= {"authentication"}  # here are no keys
    assert file["name"]
    assert file["description"]
    result = run_prompt(client, installation.workspace, command)
    assert [each["status"] for each in result["results"]] == ["complete"] * len(command.models)
    broken = find_broken(result)
    assert broken == BROKEN_ON_THE_DEMO.get(command.name, [])


@pytest.mark.parametrize("command", PIPELINES, ids=lambda each: each.name)
def test_a_pipeline_runs_and_replays_what_it_recorded(
    command: Command, client: RawClient, installation: Installation
) -> None:
    text = (installation.workspace / command.path).read_text(encoding="utf-8")
    problems = ask(client, "antiphon.pipeline.check", {"text": text})["problems"]
    # Here are no keys, which is a warning.
    assert {each["message"].partition("_API_KEY")[2] for each in problems} <= {" is not set."}
    tape = f"tape-{command.name}"
    recorded = run_pipeline(client, installation.workspace, command, record=tape)
    assert {step["id"]: step["status"] for step in recorded["steps"]} == {
        step["id"]: "complete" for step in recorded["steps"]
    }
    assert [each for step in recorded["steps"] for each in find_broken(step)] == []
    replayed = run_pipeline(client, installation.workspace, command, replay=tape)
    runs = {"left": recorded["runId"], "right": replayed["runId"]}
    drift = ask(client, "antiphon.pipeline.drift", runs)
    assert {pane["similarity"] for step in drift["steps"] for pane in step["panes"]} == {1.0}
