"""Files in the shape that other tools' files have in public repositories are read, and run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.installation import Installation
from support.e2e.transports import TRANSPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.raw_client import RawClient

FOREIGN = Path(__file__).parent / "foreign"
NOBODY = "http://127.0.0.1:9/v1"
FORMATS = {
    "query-review.prompt.md": "prompt.md",
    "SKILL.md": "skill.md",
    "person.prompt.yml": "prompt.yml",
    "llm-template.yaml": "llm",
    "promptfooconfig.yaml": "promptfoo",
}
INPUTS = {
    "query-review.prompt.md": {"targetBranch": "main"},
    "SKILL.md": {"arguments": "1.3"},
    "person.prompt.yml": {"office": "the town", "input": "Dear {{office}}, $x"},
    "llm-template.yaml": {"ingredients": "eggs", "country": "Peru", "input": "no salt"},
    "promptfooconfig.yaml": {"question": "Where is my parcel?"},
}
RUNS = {
    "query-review.prompt.md": {
        *("mode", "tools", "${selection}", "${workspaceFolder}", "](../docs/sql.md)"),
        *("#tool:search/codebase", "{{ table }}"),
    },
    "SKILL.md": {
        *("allowed-tools", "context", "agent", "hooks", "!git log --oneline -5"),
        *("!`touch ran-by-the-skill && git status --short`", "](references/checklist.md)"),
        *("${CLAUDE_SKILL_DIR}", "{% for change in changes %}", "{{ change.title }}"),
        *("{% endfor %}", "@CHANGELOG.md"),
    },
    "person.prompt.yml": {"{% if strict %}", "{% endif %}"},
    "llm-template.yaml": {
        *("fragments", "system_fragments", "attachments", "tools", "functions", "api_key"),
    },
    "promptfooconfig.yaml": {
        *("prompts", "{% if angry %}", "{% endif %}", "{{ env.SHOP_HOURS }}", "apiKey"),
        *("providers", "nunjucksFilters", "rules", "options", "javascript"),
    },
}
UNKNOWN = {
    "query-review.prompt.md": {"model", "tested_with"},
    "SKILL.md": {"license", "version", "model", "user-invocable", "metadata"},
    "person.prompt.yml": {"responseFormat", "jsonSchema", "testData", "evaluators"},
    "llm-template.yaml": {"model", "extract", "schema_object"},
    "promptfooconfig.yaml": {"prompts", "llm-rubric", "is-json", "scenarios", "tests"},
}
SAYS = {
    "query-review.prompt.md": "goes to\n`main`. The rules are in [our guide](../docs/sql.md)",
    "SKILL.md": 'scripts/check.py "1.3"`.\n3. Fill in the template:',
    "person.prompt.yml": "<letter>\nDear {{office}}, $x\n</letter>",
    "llm-template.yaml": "Suggest a dish from: eggs\n\nIt comes from Peru. Notes: no salt",
    "promptfooconfig.yaml": "{% if angry %}Calm down first.{% endif %} Where is my parcel? "
    "{{ env.SHOP_HOURS }}",
}


@pytest.fixture(scope="module", params=TRANSPORTS)
def installation(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Installation:
    made = Installation(tmp_path_factory.mktemp("foreign"), NOBODY, request.param)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture(scope="module")
def client(installation: Installation) -> Iterator[RawClient]:
    with installation.raw_client() as client:
        yield client


def ask(client: RawClient, command: str, argument: dict[str, Any]) -> Any:
    reply = client.run(command, argument)
    assert "error" not in reply, reply["error"]
    return reply["result"]


def read(client: RawClient, name: str) -> dict[str, Any]:
    text = (FOREIGN / name).read_text(encoding="utf-8")
    return ask(client, "antiphon.prompt.import", {"text": text, "format": FORMATS[name]})


@pytest.mark.parametrize("name", FORMATS)
def test_what_would_run_and_what_is_unknown_is_named_once_with_its_line(
    name: str, client: RawClient
) -> None:
    ignored: list[dict[str, Any]] = read(client, name)["ignored"]
    by_reason = {
        reason: {each["key"] for each in ignored if each["reason"] == reason}
        for reason in ("runs", "unknown")
    }
    assert by_reason == {"runs": RUNS[name], "unknown": UNKNOWN[name]}
    found = [(each["key"], each["line"]) for each in ignored]
    lines = (FOREIGN / name).read_text(encoding="utf-8").splitlines()
    elsewhere = [(key, line) for key, line in found if key not in lines[line - 1]]
    # An entry of these lists is named by the list, and by the line on which it begins.
    assert {key for key, _ in elsewhere} <= {"prompts", "providers"}
    assert len(found) == len({*found})


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_asked_letter_for_letter_and_runs_nothing(
    name: str, client: RawClient, installation: Installation
) -> None:
    argument = {
        "text": read(client, name)["text"],
        "inputs": INPUTS[name],
        "models": ["demo/echo"],
        "params": {"tokensPerSecond": 0},
    }
    result = ask(client, "antiphon.prompt.run", argument)
    assert [each["status"] for each in result["results"]] == ["complete"]
    assert all(each["ok"] for each in result.get("expect", []))
    opened = ask(client, "antiphon.session.open", {"sessionId": result["sessionId"]})
    assert SAYS[name] in opened["messages"][-1]["content"]
    assert list(installation.workspace.iterdir()) == []
