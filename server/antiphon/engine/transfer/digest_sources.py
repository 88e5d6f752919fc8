"""Fits the answers for a summary or a merge into the model's context window.

If they do not fit, every source keeps its beginning. Short ones are kept whole, and the long ones
are cut to an equal share of what the model can read, at the end of a line if one is near.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.planning.tokens import approximate_tokens
from antiphon.model.commands.transfer import Coverage, LeftOut
from antiphon.model.conversation.session import Source
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane
    from antiphon.model.values.model_info import ModelInfo

_LONGEST_ANSWER: Final = 8_192
"""Tokens that are kept free for the answer, if the model can write that many."""
_ANSWER_DIVISOR: Final = 4
"""A quarter of the window, at most, is kept free for the answer."""
_OVERHEAD: Final = 500
"""Tokens that are kept free for instructions and labels."""
_PER_SOURCE: Final = 30
_FILLED_SHARE: Final = 0.9
"""The share of the window that is filled, because token counts are estimates."""
_LINE_END_WITHIN: Final = 400
"""The end of a line is searched in so many characters before a cut."""


class DigestSource(Struct, frozen=True):
    """One source: a pane, its last answer, and how much of it is sent."""

    pane: Pane
    message: Message
    text: str

    @property
    def source(self) -> Source:
        """The source as the new pane stores it."""
        return Source(
            pane_id=self.pane.id,
            message_id=self.message.id,
            model=self.message.model or self.pane.model,
            status=self.message.status,
        )

    @property
    def is_cut(self) -> bool:
        """Whether the end of the answer is left out."""
        return len(self.text) < len(self.message.content)

    @property
    def extent(self) -> str:
        """How much of the answer is sent: `its first 12,000 of 40,000 characters`."""
        return f"its first {len(self.text):,} of {len(self.message.content):,} characters"


def fit_to_context_window(
    found: Sequence[tuple[Pane, Message]], info: ModelInfo, max_tokens: int | None, beside: int = 0
) -> list[DigestSource]:
    """Returns the sources, cut so that the model can read them all and still answer.

    `beside` is how many more tokens the prompt has: the question and the user's instructions. A
    model whose window is unknown is sent everything. Raises `AntiphonError` (`context_length`) if a
    source would be left without any text.
    """
    texts = [message.content for _, message in found]
    if info.context_window is not None:
        budget = _token_budget(info.context_window, info.max_output_tokens, max_tokens)
        texts = _cut_to_budget(texts, budget - beside)
    if any(message.content and not text for (_, message), text in zip(found, texts, strict=True)):
        raise error(
            "context_length",
            f"{info.id} can read {info.context_window:,} tokens. Not even the beginnings of these "
            "answers fit beside the question.",
            hint="Name fewer panes, or a model that can read more.",
            field="$.paneIds",
        )
    return [
        DigestSource(pane, message, text)
        for (pane, message), text in zip(found, texts, strict=True)
    ]


def describe_coverage(used: Sequence[DigestSource], left_out: Sequence[LeftOut]) -> Coverage:
    """Returns how many sources were used, and what was left out or cut."""
    return Coverage(
        used=len(used),
        of=len(used) + len(left_out),
        left_out=list(left_out),
        cut=[
            LeftOut(
                pane_id=each.pane.id, title=each.pane.title, reason=f"only {each.extent} were sent"
            )
            for each in used
            if each.is_cut
        ],
    )


def _token_budget(window: int, longest: int | None, max_tokens: int | None) -> int:
    answer = max_tokens or min(longest or _LONGEST_ANSWER, _LONGEST_ANSWER)
    answer = min(answer, window // _ANSWER_DIVISOR)
    return max(0, int((window - answer) * _FILLED_SHARE) - _OVERHEAD)


def _cut_to_budget(texts: Sequence[str], budget: int) -> list[str]:
    budget = max(0, budget)
    sizes = [approximate_tokens(text) + _PER_SOURCE for text in texts]
    if sum(sizes) <= budget:
        return list(texts)
    share = _equal_share(sizes, budget)
    return [
        text if size <= share else _cut_text(text, int(share) - _PER_SOURCE)
        for text, size in zip(texts, sizes, strict=True)
    ]


def _equal_share(sizes: Sequence[int], budget: int) -> float:
    """Returns the size to which long sources are cut so that all together fit `budget`."""
    left, rest = budget, len(sizes)
    for size in sorted(sizes):
        if size * rest > left:
            break
        left -= size
        rest -= 1
    return left / rest


def _cut_text(text: str, tokens: int) -> str:
    # By tokens, not by characters: a beginning may have more of them than its share of the letters.
    ends = range(len(text) + 1)
    end = max(0, bisect_right(ends, tokens, key=lambda at: approximate_tokens(text[:at])) - 1)
    line_end = text.rfind("\n", max(0, end - _LINE_END_WITHIN), end)
    return text[: line_end + 1] if line_end >= 0 else text[:end]
