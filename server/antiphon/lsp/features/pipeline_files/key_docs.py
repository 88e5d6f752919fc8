"""Explains the keys of a pipeline and the types of its steps."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

KEY_DOCS: Final = MappingProxyType(
    {
        "antiphon": "The format of this file: `pipeline/v1`.",
        "name": "What the library calls this pipeline.",
        "description": "What it is for, in one line.",
        "inputs": "What a run needs values for, used as `{{name}}`.",
        "budget": "US dollars that one run may cost.",
        "steps": "What is done, each step as soon as those that it needs have ended.",
        "expect": "Rules that answers have to keep; a broken one fails a run in CI.",
        "id": "What references call this step: `id`, or `id.2` for its second pane.",
        "type": "What this step does.",
        "models": "Models of new panes: ids, `@preset`, or `{model, title, params}`.",
        "lineup": "A line-up of the settings whose models are asked.",
        "prompt": "What is asked.",
        "system": "The system prompt.",
        "params": "Parameters for every model of the step: `temperature`, `maxTokens` …",
        "context": "Files of the first open folder, `path:from-to`, `@diff` or `@staged`.",
        "panes": "References to the panes in which this step goes on.",
        "from": "References to the answers that are sent.",
        "to": "References to the panes that they are sent to.",
        "mode": "`ask` asks for an answer at once, `context` only adds to the conversation.",
        "role": "`user` sends answers as the user's words, `preserve` keeps their role.",
        "note": "A note that is kept with what is sent.",
        "of": "References to the panes whose answers are read.",
        "format": "`executive`, `technical` or `bullets`.",
        "combine": "`false` for one summary of each answer.",
        "model": "The model that writes.",
        "instructions": "Further instructions for the model that writes.",
        "left": "A reference to one pane.",
        "right": "A reference to one pane.",
        "granularity": "`word`, `line` or `char`.",
        "recorded": "The models that answered when this was recorded.",
        "broadcast": "Asks several models one prompt, each in a new pane.",
        "ask": "Goes on in panes of earlier steps.",
        "send": "Sends answers to other panes.",
        "summarize": "Sums up the last answers of panes in a new one.",
        "merge": "Makes one answer of several.",
        "compare": "Compares the answers of two panes.",
        "consensus": "Finds what several answers agree on.",
    }
)
