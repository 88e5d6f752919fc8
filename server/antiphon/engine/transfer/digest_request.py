"""Defines the instructions for summaries and merges of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from antiphon.model.commands.transfer import MergeParams, SummarizeParams

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.transfer.digest_sources import DigestSource
    from antiphon.model.commands.transfer import Coverage, DigestEstimateParams

FORMATS: Final[Mapping[str, str]] = {
    "executive": "Write an executive summary of {what} above, for someone who has to decide and "
    "has little time. Begin with the conclusion. Then say what speaks for it, what is disputed, "
    "and what to do next. Use at most 200 words.",
    "technical": "Write a technical summary of {what} above, for someone who will work with it. "
    "Keep every fact, figure, name, command and piece of code that matters; say where the answers "
    "differ and which of them says what. Use headings.",
    "bullets": "Sum up {what} above as a list of at most ten points, the most important first. One "
    "sentence a point. Where answers contradict each other, say so in a point of its own.",
}
MERGE: Final = (
    "Write one answer to the question that is better than each of {what} above. Keep what is right "
    "and best put in any of them, leave repetition out, and put it into a good order. Where they "
    "contradict each other, decide, and say why in half a sentence; where it cannot be decided, "
    "say that. Give the answer alone, without speaking of the answers it was made of."
)


class DigestRequest(Struct, frozen=True):
    """A summary or a merge that is requested."""

    pane_type: Literal["summary", "merge"]
    instruction: str
    """The prompt, in which `{what}` is replaced by a phrase for the answers."""
    separately: bool
    params: SummarizeParams | MergeParams


def summary_request(params: SummarizeParams) -> DigestRequest:
    """Returns the request for a summary, or for one of each answer."""
    return DigestRequest("summary", FORMATS[params.format], params.combine is False, params)


def merge_request(params: MergeParams) -> DigestRequest:
    """Returns the request for a merge."""
    return DigestRequest("merge", MERGE, separately=False, params=params)


def to_request(params: DigestEstimateParams) -> DigestRequest:
    """Returns the request whose cost is asked for."""
    shared: dict[str, Any] = {
        "pane_ids": params.pane_ids,
        "session_id": params.session_id,
        "model": params.model,
        "instructions": params.instructions,
        "params": params.params,
    }
    if params.type == "merge":
        return merge_request(MergeParams(**shared))
    form = params.format or "bullets"
    return summary_request(SummarizeParams(**shared, format=form, combine=params.combine))


def build_instruction(
    request: DigestRequest, part: Sequence[DigestSource], coverage: Coverage
) -> str:
    """Builds the prompt of one new pane, with a note on what was left out."""
    what = "the answer" if len(part) == 1 else f"the {len(part)} answers"
    text = request.instruction.format(what=what)
    if request.params.instructions:
        text += f"\n\n{request.params.instructions.strip()}"
    if coverage.left_out and not request.separately:
        missing = "; ".join(f"{each.title}: {each.reason}" for each in coverage.left_out)
        text += f"\n\n(Used {coverage.used} of {coverage.of} answers. Left out: {missing}.)"
    return text
