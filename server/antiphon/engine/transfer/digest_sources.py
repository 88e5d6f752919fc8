"""The answers that a summary or a merge is made of, and how much of them fits.

The rule for what does not fit: every source keeps its beginning. Short ones are kept whole, and the
long ones are cut to one and the same share of what the model can read, at the end of a line where
one is near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
"""Tokens that are kept free for the answer, where the model can write that many."""
_LEAST_SHARE: Final = 4
"""A quarter of the window, at most, is kept free for the answer."""
_OVERHEAD: Final = 500
"""Tokens for instructions and labels."""
_PER_SOURCE: Final = 30
_TRUSTED: Final = 0.9
"""Token counts are estimates: this part of the window is filled."""
_NEAR: Final = 400
"""Characters before a cut in which the end of a line is looked for."""


@dataclass(frozen=True, slots=True)
class DigestSource:
    """One source: a pane, its last answer, and how much of it is sent."""

    pane: Pane
    message: Message
    text: str

    @property
    def source(self) -> Source:
        """As the new pane remembers it."""
        return Source(
            pane_id=self.pane.id,
            message_id=self.message.id,
            model=self.message.model or self.pane.model,
            status=self.message.status,
        )

    @property
    def is_cut(self) -> bool:
        """Whether its end is left out."""
        return len(self.text) < len(self.message.content)

    @property
    def extent(self) -> str:
        """How much of it is sent: `its first 12,000 of 40,000 characters`."""
        return f"its first {len(self.text):,} of {len(self.message.content):,} characters"


def fit_to_context_window(
    found: Sequence[tuple[Pane, Message]], info: ModelInfo, max_tokens: int | None, beside: int = 0
) -> list[DigestSource]:
    """The sources, cut so that the model can read all of them and has room to answer.

    `beside` is how many tokens more the prompt has: the question and the person's instructions.
    A model whose window is unknown is sent everything. Raises `AntiphonError` (`context_length`)
    where one would be left with no text at all.
    """
    texts = [message.content for _, message in found]
    if info.context_window is not None:
        room = _room(info.context_window, info.max_output_tokens, max_tokens)
        texts = _cut(texts, room - beside)
    if any(message.content and not text for (_, message), text in zip(found, texts, strict=True)):
        raise error(
            "context_length",
            f"{info.id} can read {info.context_window:,} tokens; not even the beginnings of these "
            "answers fit beside the question.",
            hint="Name fewer panes, or a model that can read more.",
            field="$.paneIds",
        )
    return [
        DigestSource(pane, message, text)
        for (pane, message), text in zip(found, texts, strict=True)
    ]


def coverage(chosen: Sequence[DigestSource], left_out: Sequence[LeftOut]) -> Coverage:
    """How many sources were used, and what of them was not."""
    return Coverage(
        used=len(chosen),
        of=len(chosen) + len(left_out),
        left_out=list(left_out),
        cut=[
            LeftOut(
                pane_id=each.pane.id, title=each.pane.title, reason=f"only {each.extent} were sent"
            )
            for each in chosen
            if each.is_cut
        ],
    )


def _room(window: int, longest: int | None, max_tokens: int | None) -> int:
    answer = max_tokens or min(longest or _LONGEST_ANSWER, _LONGEST_ANSWER)
    answer = min(answer, window // _LEAST_SHARE)
    return max(0, int((window - answer) * _TRUSTED) - _OVERHEAD)


def _cut(texts: Sequence[str], room: int) -> list[str]:
    room = max(0, room)
    sizes = [approximate_tokens(text) + _PER_SOURCE for text in texts]
    if sum(sizes) <= room:
        return list(texts)
    share = _share(sizes, room)
    return [
        text if size <= share else _beginning(text, share / size)
        for text, size in zip(texts, sizes, strict=True)
    ]


def _share(sizes: Sequence[int], room: int) -> float:
    """The size at which the long ones are cut so that all together have `room`."""
    left, rest = room, len(sizes)
    for size in sorted(sizes):
        if size * rest > left:
            break
        left -= size
        rest -= 1
    return left / rest


def _beginning(text: str, part: float) -> str:
    end = int(len(text) * part)
    line_end = text.rfind("\n", max(0, end - _NEAR), end)
    return text[: line_end + 1] if line_end >= 0 else text[:end]
