"""Adapts pygls's protocol: answers in futures, exactly one for each request.

pygls 2.1.1 does what this does not: it writes to its own transport, puts exception texts
and tracebacks into replies, and logs every body (documents are prompts).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pygls.protocol import LanguageServerProtocol

from antiphon.lsp.rpc.jsonrpc import INTERNAL_ERROR, REQUEST_CANCELLED, ResponseError

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

    from lsprotocol import types

_log = logging.getLogger(__name__)

# Its records contain documents and exception texts: they are dropped here, and this module logs
# what matters of them, without those.
_its_log = logging.getLogger("pygls")
_its_log.propagate = False
_its_log.addHandler(logging.NullHandler())
_its_log.setLevel(logging.CRITICAL + 1)


class QuietProtocol(LanguageServerProtocol):
    """Passes each result to the caller that waits for it, and writes nothing."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self.answers: dict[int | str, asyncio.Future[Any]] = {}
        """The caller's future of each request that runs, by pygls's id for it."""

    def unstructured(self, value: Any) -> Any:
        """Returns `value` as JSON."""
        return self._converter.unstructure(value)

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        self._request_futures.pop(msg_id, None)
        answer = self.answers.pop(msg_id, None)
        problem = None if future.cancelled() else future.exception()
        if answer is None or answer.done():
            return
        if future.cancelled():
            answer.set_exception(ResponseError(REQUEST_CANCELLED, "The request was cancelled."))
        elif problem is not None:
            answer.set_exception(problem)
        else:
            answer.set_result(self.unstructured(future.result()))

    def _send_response(
        self, msg_id: int | str, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Answers a request that pygls found no handler for, or failed to call one for."""
        answer = self.answers.pop(msg_id, None)
        if answer is not None and not answer.done():
            code = error.code if error is not None else INTERNAL_ERROR
            answer.set_exception(ResponseError(code, "The request could not be handled."))

    def _send_data(self, data: Any) -> None:
        _log.warning("pygls wanted to send a %s", type(data).__name__)
