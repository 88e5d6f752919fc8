"""Finds the fenced code blocks of one answer, with the code between the fences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.document.render import code_blocks
from antiphon.model.failure import error
from antiphon.model.values.positions import LINE_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.message import Message
    from antiphon.model.failure import AntiphonError

_INFO: Final = re.compile(r"^(?P<indent> *)(?:`{3,}|~{3,})\s*(?P<language>[\w+#.-]*)")


class Code(Struct, frozen=True):
    """One fenced code block of an answer."""

    message: Message
    number: int
    """The index among the blocks of its message, from zero."""
    text: str
    language_id: str | None


def code_block_at(message: Message, line: int) -> Code:
    """Returns the block at a line of the message's content, its fences included.

    Raises `AntiphonError` of kind `invalid_params` if there is none.
    """
    for block, code in zip(code_blocks(message.content), all_code_blocks(message), strict=True):
        # The fence that closes an open block is in the document, and not in the message.
        if block.first_line <= line <= block.last_line + bool(block.open_fence):
            return code
    raise no_code_error()


def all_code_blocks(message: Message) -> list[Code]:
    """Returns all blocks of a message, in order."""
    lines = [message.content[start:end] for start, end in _line_ranges(message.content)]
    found: list[Code] = []
    for number, block in enumerate(code_blocks(message.content)):
        last = block.last_line + 1 if block.open_fence else block.last_line
        info = _INFO.match(lines[block.first_line])
        language = info["language"].lower() if info else ""
        indent = len(info["indent"]) if info else 0
        text = "".join(_outdent(line, indent) for line in lines[block.first_line + 1 : last])
        found.append(Code(message, number, text, language or None))
    return found


def _outdent(line: str, indent: int) -> str:
    """Returns a line without its fence's indentation (CommonMark 0.31, section 4.5)."""
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]


def _line_ranges(text: str) -> Sequence[tuple[int, int]]:
    ends = [match.end() for match in LINE_END.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def no_code_error() -> AntiphonError:
    """Returns the error for a position that is not in a code block."""
    return error(
        "invalid_params",
        "There is no block of code here.",
        hint="Move the cursor into a fenced code block of an answer.",
        field="$.position",
    )
