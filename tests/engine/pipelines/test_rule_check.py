"""Rules about how much two answers share: compared without holding up other requests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from antiphon.engine.pipelines.running import rule_check

if TYPE_CHECKING:
    import pytest

    from support.engine.harness import FakeCaller
    from support.engine.pipelines import PipelineHarness

ALIKE = """\
antiphon: pipeline/v1
name: alike
steps:
  - id: ask
    type: broadcast
    models: [script/a, script/b, script/c]
    prompt: Well?
    expect: [{similarity: {min: 0.5, max: 0.99}}]
"""


async def test_answers_are_compared_with_the_first_one_outside_of_the_event_loop(
    pipelines: PipelineHarness, answers, caller: FakeCaller, monkeypatch: pytest.MonkeyPatch
):
    threads: list[int] = []

    class NotingDiffer(rule_check.TextDiffer):
        def pieces(self, *arguments: Any, **options: Any) -> Any:
            threads.append(threading.get_ident())
            return super().pieces(*arguments, **options)

    monkeypatch.setattr(rule_check, "TextDiffer", NotingDiffer)
    answers.texts = {"a": "one two three four", "b": "one two three five", "c": "six"}
    [step] = (await pipelines.run(caller, ALIKE)).steps
    assert [(each.pane_id, each.ok) for each in step.expect or ()] == [
        (step.pane_ids[1], True),
        (step.pane_ids[2], False),
    ]
    assert len(threads) == 2
    assert threading.get_ident() not in threads
