"""Defines a problem of a user's document, with its place in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.failure import FailureKind

Severity = Literal["error", "warning", "information", "hint"]


class SourceProblem(Struct, frozen=True):
    """One problem, at the code points from `start` to `end` of the text."""

    message: str
    start: int
    end: int
    kind: FailureKind = "invalid_params"
    severity: Severity = "error"
    hint: str | None = None
    replacements: Sequence[str] = ()
    """What may be written instead of the text from `start` to `end`, the likeliest first."""
    missing_input: str | None = None
    """The input that nothing declares."""

    @property
    def is_error(self) -> bool:
        """Whether the document cannot be used before this is corrected."""
        return self.severity == "error"


class UnreadableSourceError(Exception):
    """A document that cannot be read at all, with the place of the first reason."""

    def __init__(self, message: str, start: int = 0, end: int | None = None) -> None:
        super().__init__(message)
        self.problem = SourceProblem(message, start, start + 1 if end is None else end)


def find_first_error(problems: Sequence[SourceProblem]) -> SourceProblem | None:
    """Returns the first error in the order of the text."""
    errors = [each for each in problems if each.is_error]
    return min(errors, key=lambda each: each.start) if errors else None


def to_wire_problem(problem: SourceProblem, lines: LineStarts) -> dict[str, Any]:
    """Returns a problem as pipelines and errors carry it: `{message, line, column}` from one."""
    line, character = lines.at(problem.start)
    return {"message": problem.message, "line": line + 1, "column": character + 1}


def find_lines(text: str, problems: Sequence[SourceProblem]) -> LineStarts:
    """Returns the line starts of `text` up to the last of the problems.

    A text that is too large to be read is not searched for lines either.
    """
    return LineStarts(text[: max((each.end for each in problems), default=0) + 1])


def refuse_with_problems(
    problems: Sequence[SourceProblem], lines: LineStarts, *, field: str
) -> AntiphonError:
    """Returns the error of a command whose document has errors, each with line and column."""
    errors = sorted((each for each in problems if each.is_error), key=lambda each: each.start)
    listed = [to_wire_problem(each, lines) for each in errors]
    first = listed[0]
    message = f"Line {first['line']}: {first['message']}"
    failure = Failure.of(errors[0].kind, message, hint=errors[0].hint)
    return AntiphonError(failure, field=field, details={"problems": listed})
