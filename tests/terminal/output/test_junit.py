"""The JUnit report of a pipeline's runs."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.commands.pipelines.runs import PipelineRunResult
from antiphon.model.commands.prompts import ExpectResult
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Latency
from antiphon_terminal.output.junit import write_junit


def test_steps_and_rules_are_cases_of_a_suite_for_each_run():
    rule = ExpectResult(pane_id="", rule={"contains": '<x> & "y"'}, ok=False, got="\x00\x1b[31mno")
    steps = [
        StepResult(
            id="ask", type="broadcast", status="complete", latency=Latency(total_ms=1500),
            expect=[rule, rule.model_copy(update={"ok": True})],
        ),
        StepResult(id="sum", type="summarize", status="failed", failure=Failure.of("quota")),
        StepResult(id="end", type="merge", status="skipped"),
    ]  # fmt: skip
    run = PipelineRunResult(session_id="s", run_id="r", status="partial", steps=steps)
    root = ET.fromstring(write_junit("a & b", [run, run]))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["a & b 1", "a & b 2"]
    suite = suites[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("5", "2", "1")
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == ["ask", "ask: rule 1", "ask: rule 2", "sum", "end"]
    assert cases["ask"].get("time") == "1.500"
    failure = cases["ask: rule 1"].find("failure")
    assert failure is not None
    assert '<x> & "y"' in failure.get("message", "")
    assert cases["ask: rule 2"].find("failure") is None
    assert cases["end"].find("skipped") is not None
