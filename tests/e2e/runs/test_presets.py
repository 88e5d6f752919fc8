"""Presets from the user's settings, over the wire: in line-ups, in every command, in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

MODELS: dict[str, Any] = {
    "default": ["@brief"],
    "lineups": {"both": ["@brief", {"model": "fault/ok", "title": "Warm"}]},
    "presets": {
        "brief": {"model": "fault/ok", "system": "Be brief.", "params": {"maxTokens": 40}},
        "deep": {"model": "fault/ok", "title": "Deep", "params": {"temperature": 0.5}},
    },
}


def bodies(server: FaultServer) -> list[dict[str, Any]]:
    return [each["body"] for each in server.requests()]


def test_one_model_by_two_presets_is_two_panes_whose_requests_differ(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(models=MODELS) as client:
        result = client.run(
            "antiphon.broadcast", {"prompt": "Why?", "models": ["@brief", "@deep"]}
        )["result"]
    assert [(pane["model"], pane["title"]) for pane in result["panes"]] == [
        ("fault/ok", "brief"),
        ("fault/ok", "Deep"),
    ]
    brief, deep = sorted(bodies(fault_server), key=lambda body: "temperature" in body)
    assert brief["messages"][0] == {"role": "system", "content": "Be brief."}
    assert [message["role"] for message in deep["messages"]] == ["user"]
    assert deep["temperature"] == 0.5


def test_the_list_of_models_has_presets_beside_lineups(installation: Installation) -> None:
    with installation.raw_client(models=MODELS) as client:
        listed = client.run("antiphon.models", {})["result"]
    assert listed["presets"] == MODELS["presets"]
    assert listed["lineups"] == MODELS["lineups"]
    assert listed["default"] == ["@brief"]


def test_presets_answer_by_default_and_wherever_a_model_may_be_named(
    installation: Installation,
) -> None:
    with installation.raw_client(models=MODELS) as client:
        first = client.run("antiphon.broadcast", {"prompt": "Why?"})["result"]
        assert [pane["title"] for pane in first["panes"]] == ["brief"]
        [pane], [answer] = first["panes"], first["results"]
        lineup = {"prompt": "x", "models": MODELS["lineups"]["both"]}
        estimate = client.run("antiphon.estimate", lineup)["result"]
        assert [each["model"] for each in estimate["panes"]] == ["fault/ok", "fault/ok"]
        summary = {"paneIds": [pane["id"]], "format": "bullets", "model": "@deep"}
        merge = {"paneIds": [pane["id"]], "model": "@deep"}
        sending = {
            "from": {"messageIds": [answer["messageId"]]},
            "to": {"models": ["@deep"]},
            "mode": "ask",
        }
        again = {"messageId": answer["messageId"], "model": "@deep"}
        for command, argument, title in (
            ("summarize", summary, "summary"),
            ("merge", merge, "merge"),
            ("sendTo", sending, "Deep"),
            ("regenerate", again, "Deep#2"),
        ):
            [made] = client.run(f"antiphon.{command}", argument)["result"]["panes"]
            assert (made["model"], made["title"]) == ("fault/ok", title)


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("broadcast", {"prompt": "x", "models": ["fault/ok", "@breif"]}),
        ("estimate", {"prompt": "x", "models": [{"model": "@breif"}]}),
    ],
)
def test_an_unknown_preset_sends_nothing_and_names_the_nearest(
    command: str,
    argument: dict[str, Any],
    installation: Installation,
    fault_server: FaultServer,
) -> None:
    with installation.raw_client(models=MODELS) as client:
        error = client.run(f"antiphon.{command}", argument)["error"]
    assert error["data"]["kind"] == "model_not_found"
    assert "@brief" in error["data"]["hint"]
    assert fault_server.requests() == []
