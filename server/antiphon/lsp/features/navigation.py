"""Language features that find one's way: hover, definition, references, lenses and actions.

They are answered from our own table and not by pygls, so that the first hover does not wait for
its import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.document.last_answer import last_own_answer
from antiphon.engine.sessions.provenance import hover_markdown
from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import Range
from antiphon.model.values.uri import MessageAddress, PaneAddress, parse_uri
from antiphon.model.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.sessions.provenance import Location, Navigation
    from antiphon.engine.sessions.shown_messages import Documents
    from antiphon.lsp.rpc.router import Dispatcher, RequestContext
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

    CodeActions = Callable[[str, Position, RequestContext], Awaitable[list[dict[str, Any]]]]

_MOST_OFFERED: Final = 3
"""Other panes that lenses name; more would make the first line a list."""
_TOP: Final = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
_LITERALS: Final = ("textDocument", "codeAction", "codeActionLiteralSupport")
"""A client without it knows commands only, the older form of an action (LSP 3.18)."""


class _Document(Wire):
    uri: str


class _AtPosition(Wire):
    """`TextDocumentPositionParams` of LSP 3.18."""

    text_document: _Document
    position: Position


class _InRange(Wire):
    """`CodeActionParams` of LSP 3.18, without what is not looked at."""

    text_document: _Document
    range: Range


class _OfDocument(Wire):
    text_document: _Document


class NavigationRequests:
    """Answers for documents of ours; `null` or nothing for all others."""

    def __init__(
        self,
        navigation: Navigation,
        documents: Documents,
        history: History,
        runs: ActiveRuns,
        code_actions: CodeActions,
    ) -> None:
        self._navigation = navigation
        self._documents = documents
        self._history = history
        self._runs = runs
        self._code_actions = code_actions

    def register(self, dispatcher: Dispatcher) -> None:
        """Puts the requests into the table of handlers."""
        dispatcher.request("textDocument/hover", self.hover)
        dispatcher.request("textDocument/definition", self.definition)
        dispatcher.request("textDocument/references", self.references)
        dispatcher.request("textDocument/codeLens", self.code_lens)
        dispatcher.request("textDocument/codeAction", self.code_action)

    async def hover(self, raw: Any, _: RequestContext) -> dict[str, Any] | None:
        """Who wrote what stands there, when, at what cost, and where it came from."""
        params = _AtPosition.model_validate(raw)
        spot = await self._navigation.spot(params.text_document.uri, params.position)
        if spot is None:
            return None
        value = hover_markdown(spot, await self._navigation.chain(spot.message))
        return {"contents": {"kind": "markdown", "value": value}, "range": spot.range.to_wire()}

    async def definition(self, raw: Any, _: RequestContext) -> list[dict[str, Any]]:
        """Where it came from."""
        params = _AtPosition.model_validate(raw)
        spot = await self._navigation.spot(params.text_document.uri, params.position)
        return [] if spot is None else _locations(await self._navigation.origins(spot))

    async def references(self, raw: Any, _: RequestContext) -> list[dict[str, Any]]:
        """Where it went."""
        params = _AtPosition.model_validate(raw)
        spot = await self._navigation.spot(params.text_document.uri, params.position)
        return [] if spot is None else _locations(await self._navigation.destinations(spot))

    async def code_lens(self, raw: Any, _: RequestContext) -> list[dict[str, Any]]:
        """On a pane's first line its figures, and what can be done without being asked more."""
        address = parse_uri(_OfDocument.model_validate(raw).text_document.uri)
        if not isinstance(address, PaneAddress):
            return []
        pane = self._runs.pane_as_it_is(await self._documents.pane(address))
        shown = await self._documents.messages(pane.id)
        answer = last_own_answer(shown)
        if answer is None:
            return []
        lenses = [{"title": _figures(pane, answer), "command": ""}]
        if pane.state != "idle":
            lenses.append(_command("Stop", "antiphon.cancel", {"paneId": pane.id}))
        else:
            if answer.content:
                others = (await self._idle_others(pane))[:_MOST_OFFERED]
                source = {"messageIds": [answer.id]}
                lenses += [_sending(f"Send to {other.title}", source, other) for other in others]
                lenses += [_comparing(pane, other) for other in others]
                argument = {"paneIds": [pane.id], "format": "bullets"}
                lenses.append(_command("Summarize", "antiphon.summarize", argument))
            if answer is shown[-1]:
                argument = {"messageId": answer.id}
                lenses.append(_command("Regenerate", "antiphon.regenerate", argument))
        return [{"range": _TOP, "command": lens} for lens in lenses]

    async def code_action(self, raw: Any, context: RequestContext) -> list[dict[str, Any]]:
        """What can be done here: bring code back, send a selection to a pane of its session."""
        params = _InRange.model_validate(raw)
        uri = params.text_document.uri
        address = parse_uri(uri)
        if not isinstance(address, PaneAddress | MessageAddress):
            return []
        actions = await self._code_actions(uri, params.range.start, context)
        if isinstance(address, PaneAddress) and params.range.start != params.range.end:
            actions += await self._with_others(address, params)
        if context.connection.client_capability(*_LITERALS) is None:
            return [action["command"] for action in actions]
        return actions

    async def _with_others(self, address: PaneAddress, params: _InRange) -> list[dict[str, Any]]:
        pane = await self._documents.pane(address)
        source = {"uri": params.text_document.uri, "range": params.range.to_wire()}
        others = await self._idle_others(pane)
        commands = [_sending(f"Send this passage to {each.title}", source, each) for each in others]
        commands += [_comparing(pane, each) for each in others]
        return [{"title": each["title"], "kind": "refactor", "command": each} for each in commands]

    async def _idle_others(self, pane: Pane) -> list[Pane]:
        session = self._runs.with_live_state(await self._history.session(pane.session_id))
        return [each for each in session.panes if each.id != pane.id and each.state == "idle"]


def _locations(places: Sequence[Location]) -> list[dict[str, Any]]:
    return [{"uri": place.uri, "range": place.range.to_wire()} for place in places]


def _command(title: str, command: str, argument: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "command": command, "arguments": [argument]}


def _sending(title: str, source: dict[str, Any], target: Pane) -> dict[str, Any]:
    argument = {"from": source, "to": {"paneIds": [target.id]}, "mode": "context"}
    return _command(title, "antiphon.sendTo", argument)


def _comparing(pane: Pane, other: Pane) -> dict[str, Any]:
    argument = {"left": {"paneId": pane.id}, "right": {"paneId": other.id}, "tell": True}
    return _command(f"Compare with {other.title}", "antiphon.compare", argument)


def _figures(pane: Pane, answer: Message) -> str:
    parts = [pane.model, pane.state if pane.state != "idle" else answer.status]
    if answer.usage is not None:
        parts.append(f"{answer.usage.output_tokens:,} tokens")
        amount = answer.cost.amount if answer.cost else None
        parts.append("unpriced" if amount is None else f"${amount}")
    if answer.latency is not None and answer.latency.tokens_per_second is not None:
        parts.append(f"{answer.latency.tokens_per_second:.0f} tokens/s")
    return " · ".join(parts)
