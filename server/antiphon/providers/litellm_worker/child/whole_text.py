"""Text whose surrogate pairs came in two chunks, put together again."""

from __future__ import annotations


class WholeText:
    """Takes text in pieces; half a pair at a piece's end waits for its other half."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, text: str) -> str:
        """What can be said now; a half without its other half becomes U+FFFD."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def close(self) -> str:
        """What is left at the end."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""
