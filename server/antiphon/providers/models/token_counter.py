"""Counts tokens with a model's own tokenizer, if tiktoken has it on this machine.

That is so for OpenAI's models. Others (Claude, Gemini, Llama …) have none that works without the
network: their tokens are estimated by the engine's rule. Loading a tokenizer takes about 0.3 s in a
thread, and holds the interpreter for half of it, so only a caller that can wait loads it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiktoken import Encoding

    from antiphon.engine.ports import ChatTurn


_ENCODINGS: Final = (
    (re.compile(r"gpt-oss(?![a-z])"), "o200k_harmony"),
    (re.compile(r"(chatgpt-|gpt-)?4o|gpt-4\.[15]|gpt-[5-9]|o[134](?![a-z0-9])"), "o200k_base"),
    (re.compile(r"gpt-4(?![a-z0-9.])|gpt-3\.?5-turbo"), "cl100k_base"),
)
"""The encodings of models: tiktoken 0.12, `tiktoken/model.py`."""
_PER_TURN: Final = 4
_FOR_ALL: Final = 3
"""Tokens of the marks between messages, by OpenAI's cookbook.

See "How to count tokens with tiktoken" there.
"""
_PIECE: Final = 8_192
"""Characters at once: tiktoken crashes on some texts of many thousand blanks."""
_AT_ONCE: Final = 2_048
"""Characters that are counted on the loop, in a fraction of a millisecond."""


def encoding_for(model: str) -> str | None:
    """Returns the encoding of a model's name, or `None` if it is not public."""
    name = model.rpartition("/")[2].lower().removeprefix("ft:")
    for pattern, encoding in _ENCODINGS:
        if pattern.match(name):
            return encoding
    return None


class TokenCounter:
    """The tokenizers that have been loaded."""

    def __init__(self) -> None:
        self._encodings: dict[str, Encoding | None] = {}
        self._loading = anyio.Lock()

    async def count(self, model: str, turns: Sequence[ChatTurn], *, patient: bool) -> int | None:
        """Counts the tokens of `turns` for `model`, or returns `None` without its tokenizer.

        If it has not been loaded yet, only a `patient` caller waits for it.
        """
        name = encoding_for(model)
        if name is None or not (patient or name in self._encodings):
            return None
        encoding = await self._encoding(name)
        if encoding is None:
            return None
        if sum(len(turn.content) for turn in turns) <= _AT_ONCE:
            return _count(encoding, turns)
        return await anyio.to_thread.run_sync(_count, encoding, turns)

    async def _encoding(self, name: str) -> Encoding | None:
        if name not in self._encodings:
            async with self._loading:
                if name not in self._encodings:
                    self._encodings[name] = await anyio.to_thread.run_sync(_load, name)
        return self._encodings[name]


def _count(encoding: Encoding, turns: Sequence[ChatTurn]) -> int:
    tokens = _FOR_ALL
    for turn in turns:
        text = turn.content
        pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
        # Ordinary: if a user writes <|endoftext|>, it is text.
        tokens += _PER_TURN + sum(len(encoding.encode_ordinary(piece)) for piece in pieces)
    return tokens


def _load(name: str) -> Encoding | None:
    folder = folder_with(name)
    if folder is None or importlib.util.find_spec("tiktoken") is None:
        return None
    return _load_from(folder, name)


def _load_from(folder: Path, name: str) -> Encoding:
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken  # noqa: PLC0415 - an extra, and in the thread

    return tiktoken.get_encoding(name)


_URL: Final = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
_CACHE_DIR: Final = "TIKTOKEN_CACHE_DIR"
_FILES: Final = {
    "cl100k_base": (
        "cl100k_base",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
    "o200k_base": (
        "o200k_base",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "o200k_harmony": (
        "o200k_base",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
}
"""The file of each encoding and its SHA-256 (tiktoken 0.12, `tiktoken_ext/openai_public.py`)."""


def folder_with(encoding: str) -> Path | None:
    """Returns the folder with the encoding's intact file, under tiktoken's name for it."""
    name, sha256 = _FILES[encoding]
    # tiktoken names the file by this digest, which protects nothing.
    file_name = hashlib.sha1(_URL.format(name).encode(), usedforsecurity=False).hexdigest()
    for folder in _list_folders():
        try:
            data = (folder / file_name).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            return folder
    return None


def _list_folders() -> list[Path]:
    given = os.environ.get(_CACHE_DIR)
    litellm = importlib.util.find_spec("litellm")
    found = [Path(given)] if given else []
    if litellm is not None and litellm.origin is not None:
        found.append(Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers")
    return found
