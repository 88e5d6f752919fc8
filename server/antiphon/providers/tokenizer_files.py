"""Where the files of public tokenizers are on this machine. Nothing is ever fetched.

tiktoken fetches a file that it does not find in its cache, and one whose hash is wrong it removes
and fetches again. So a file is looked at before tiktoken is: LiteLLM brings these files along, and
a person may have them in `TIKTOKEN_CACHE_DIR`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path
from typing import Final

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
    """The folder that has the encoding's file, whole, under the name that tiktoken looks for."""
    name, sha256 = _FILES[encoding]
    # The name is made as tiktoken makes it; it protects nothing.
    file_name = hashlib.sha1(_URL.format(name).encode(), usedforsecurity=False).hexdigest()
    for folder in _folders():
        try:
            data = (folder / file_name).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            return folder
    return None


def _folders() -> list[Path]:
    given = os.environ.get(_CACHE_DIR)
    litellm = importlib.util.find_spec("litellm")
    found = [Path(given)] if given else []
    if litellm is not None and litellm.origin is not None:
        found.append(Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers")
    return found
