"""Writes runs of a pipeline as a JUnit report, which CI systems read.

The elements are those of https://github.com/testmoapp/junitxml, which most readers accept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.commands.pipelines.results import StepResult
    from antiphon.model.commands.pipelines.runs import PipelineRunResult

_NOT_IN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no characters for: https://www.w3.org/TR/xml/#charsets."""


def write_junit(name: str, runs: Sequence[PipelineRunResult]) -> str:
    """Returns the report: a suite a run, a case for each step and rule."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites name={_attribute(name)}>"]
    for number, run in enumerate(runs, 1):
        cases = [case for step in run.steps for case in _cases(name, step)]
        failures = sum("<failure" in case for case in cases)
        skipped = sum("<skipped" in case for case in cases)
        suite = f"{name} {number}" if len(runs) > 1 else name
        seconds = sum(step.latency.total_ms for step in run.steps) / 1000
        lines.append(
            f'  <testsuite name={_attribute(suite)} tests="{len(cases)}" failures="{failures}" '
            f'errors="0" skipped="{skipped}" time="{seconds:.3f}">'
        )
        lines += [f"    {case}" for case in cases]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _cases(name: str, step: StepResult) -> Iterator[str]:
    problem = ""
    if step.status in {"skipped", "cancelled"}:
        problem = f"<skipped message={_attribute(_reason(step))}/>"
    elif step.status != "complete":
        problem = f"<failure message={_attribute(_reason(step))} type={_attribute(step.status)}/>"
    yield _case(name, step.id, step.latency.total_ms, problem)
    for number, each in enumerate(step.expect or (), 1):
        text = f"expected {each.rule}, got {each.got!r}"
        broken = "" if each.ok else f'<failure message={_attribute(text)} type="expect"/>'
        yield _case(name, f"{step.id}: rule {number}", 0, broken)


def _case(name: str, title: str, total_ms: int, problem: str) -> str:
    head = f"<testcase classname={_attribute(name)} name={_attribute(title)}"
    head += f' time="{total_ms / 1000:.3f}"'
    return f"{head}>{problem}</testcase>" if problem else f"{head}/>"


def _reason(step: StepResult) -> str:
    return step.failure.message if step.failure is not None else step.status


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("?", clean_line(text)))
