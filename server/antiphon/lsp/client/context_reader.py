"""Reads context items: text of the client, an open buffer, a workspace file, a diff.

A prompt goes to several vendors, so nothing outside the folders that the user opened is read for
it, whatever a link inside them points at.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import anyio

from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.positions import count_line_ends, cut_range
from antiphon.model.values.uri import DIFFS, GIT_STAGED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.model.commands.runs import ContextItem
    from antiphon.model.values.positions import Range


_QUERY: Final = re.compile(r"[?#]")
_DRIVE: Final = re.compile(r"/[A-Za-z]:")
_SNIFFED: Final = 8_192
_LARGEST_CUT: Final = 64 * 1024 * 1024
_SEND_TEXT: Final = "Name a file below an open folder, or send its text in the item."


class WorkspaceReader:
    """A `ContextReader` for one client.

    `roots` returns the open folders, `folders_settled` waits until their changes have arrived, and
    `trusted` returns whether the user trusts them.
    `open_text` returns the text of a document that is open in the client, `document_text` that of
    an `antiphon:` document.
    """

    def __init__(
        self,
        roots: Callable[[], Sequence[Path]],
        folders_settled: Callable[[], Awaitable[None]],
        open_text: Callable[[str], Awaitable[str | None]],
        document_text: Callable[[str], Awaitable[str]],
        trusted: Callable[[], bool],
    ) -> None:
        self._roots = roots
        self._folders_settled = folders_settled
        self._open_text = open_text
        self._document_text = document_text
        self._trusted = trusted

    async def read(self, item: ContextItem, *, max_bytes: int) -> str:
        """Returns the text of `item`: its own `text`, or the document cut to `range`."""
        if item.text is not None:
            return item.text
        if item.uri.startswith("antiphon:"):
            text: str | None = await self._document_text(item.uri)
        elif item.uri in DIFFS:
            text = await self._diff(item.uri, max_bytes)
        elif (path := file_path(item.uri)) is None:
            raise _refused(f"{item.uri} is not a file.", "Send the item's text with it.")
        else:
            await self._folders_settled()
            text = await self._open_text(item.uri)
            if text is None:
                return await self._file(path, item.range, max_bytes)
        return text if item.range is None else _part(self._name(item.uri), text, item.range)

    def label(self, item: ContextItem) -> str:
        """Names an item: `src/app.py, lines 3 to 9`, from its folder if it has one."""
        name = self._name(item.uri)
        if item.range is None:
            return name
        first, last = item.range.start.line + 1, item.range.end.line + 1
        if item.range.end.character == 0 and last > first:
            last -= 1
        return f"{name}, line {first}" if first == last else f"{name}, lines {first} to {last}"

    async def _diff(self, uri: str, max_bytes: int) -> str:
        if not self._trusted():
            raise error(
                "permission",
                "git is not asked for changes in a folder that is not trusted.",
                hint="Trust the folder in the editor, or send the text of the changes.",
                field="$.context",
            )
        from antiphon.lsp.client.git.diff import read_diff  # noqa: PLC0415 - few prompts have one

        await self._folders_settled()
        return await read_diff(uri, self._roots(), max_bytes=max_bytes)

    async def _file(self, path: Path, span: Range | None, max_bytes: int) -> str:
        # Ten lines of a long file must be readable; what is sent is limited anyway.
        limit = max_bytes if span is None else _LARGEST_CUT
        try:
            return await anyio.to_thread.run_sync(self._text_of, path, span, limit)
        except (OSError, RuntimeError) as problem:  # Python before 3.13 raises the latter for loops
            reason = getattr(problem, "strerror", None) or "it cannot be read"
            raise _refused(f"{path}: {reason}.", "Check the path.") from problem

    def _text_of(self, path: Path, span: Range | None, limit: int) -> str:
        data = self._bytes_of(path, limit)
        if b"\0" in data[:_SNIFFED]:
            raise _refused(f"{path} is not a text file.", "Leave it out.")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise _refused(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from problem
        return text if span is None else _part(str(path), text, span)

    def _bytes_of(self, path: Path, max_bytes: int) -> bytes:
        resolved = path.resolve(strict=True)
        if not any(resolved.is_relative_to(root.resolve()) for root in self._roots()):
            raise _refused(f"{path} is outside the open folders.", _SEND_TEXT)
        if not resolved.is_file():
            raise _refused(f"{path} is not a file.", "Name files one by one.")
        if resolved.stat().st_size > max_bytes:
            raise _refused(
                f"{path} has more than {max_bytes:,} bytes.",
                "Name a range of it, send a smaller part, or raise limits.maxContextBytes.",
            )
        return resolved.read_bytes()

    def _name(self, uri: str) -> str:
        if uri in DIFFS:
            return "git diff --staged" if uri == GIT_STAGED else "git diff"
        path = file_path(uri)
        if path is None:
            bare = unquote(_QUERY.split(uri, maxsplit=1)[0]).rstrip("/")
            return bare.rpartition("/")[2].rpartition(":")[2] or uri
        for root in (*self._roots(), *(root.resolve() for root in self._roots())):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return path.name


def _part(name: str, text: str, span: Range) -> str:
    """Returns the part of `text` in `span`.

    LSP moves a position past the end back to the end, so a range past the end of a file that
    became shorter would be empty. It is refused.
    """
    part = cut_range(text, span)
    if not part and span.start != span.end and span.start.line > count_line_ends(text):
        message = f"{name} ends before line {span.start.line + 1}."
        raise _refused(message, "It may have changed; select the lines again.")
    return part


def file_path(uri: str) -> Path | None:
    """Returns the path that a `file:` URI names on this machine, or `None`."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # an address with a broken host
        return None
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or "\0" in unquote(uri):
        return None
    path = unquote(parts.path)
    if not path.startswith("/"):
        return None
    return Path(path.lstrip("/") if _DRIVE.match(path) else path)


def _refused(message: str, hint: str) -> AntiphonError:
    return error("invalid_params", message, hint=hint, field="$.context")
