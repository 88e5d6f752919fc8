"""The published JSON Schema of a pipeline's text agrees with what is read."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from antiphon.engine.pipelines.source.text import read_text
from antiphon.engine.source_text.yaml_nodes import to_plain
from antiphon.engine.source_text.yaml_reader import read_yaml

SCHEMA = Path(__file__).parents[3] / "clients" / "protocol" / "pipeline.schema.json"
HEAD = "antiphon: pipeline/v1\nname: x\nsteps:\n"
ASK = "  - {id: ask, type: broadcast, models: [demo/a, {model: demo/b, title: B}], prompt: Well?}\n"

VALID = [
    HEAD + ASK,
    "budget: 0.05\ninputs: {file: which one, tone: {enum: [dry], default: dry}}\n" + HEAD + ASK,
    HEAD + ASK + "  - {id: sum, type: summarize, of: ask}\n",
    HEAD + ASK + "  - {id: s, type: send, from: ask.1, to: [ask.2], mode: ask, prompt: Why?}\n",
    HEAD
    + ASK
    + "  - {id: d, type: compare, left: ask.1, right: ask.2, expect: [{similarity: {min: 0.1}}]}\n",
    HEAD + ASK + "  - {id: c, type: consensus, of: ask}\nexpect: [{pane: ask.1, matches: x}]\n",
]
INVALID = [
    HEAD,
    HEAD + ASK.replace("prompt", "promt"),
    HEAD + "  - {id: sum, type: sumarize, of: ask}\n",
    HEAD.replace("v1", "v2") + ASK,
    HEAD + ASK + "  - {id: sum, type: summarize, of: []}\n",
    "steps: [{}]\n",
]


@pytest.fixture(scope="module")
def validator():
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("text", VALID)
def test_a_text_that_is_read_fits_the_schema(text: str, validator):
    assert not read_text(text).problems
    assert validator.is_valid(to_plain(read_yaml(text)))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", INVALID)
def test_a_text_that_is_refused_does_not_fit_it(text: str, validator):
    assert read_text(text).problems
    assert not validator.is_valid(to_plain(read_yaml(text)))  # type: ignore[arg-type]
